"""Systems that turn out to be one: a choice per field, and everything that hangs on them goes over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.accounts import Account
from app.models.base import Record, key_of
from app.models.lookups import Meaning, SystemStatus
from app.models.notes import ReportItem
from app.models.systems import Memo, System
from app.models.timeline import TimelineEntry
from app.services import deletion, identity, merging, records
from app.services.changes import Recording
from app.services.drafts import Delta, Draft, Missing, Refused
from app.services.reading import Row, plain, read
from app.services.shape import Attribute, pointers_to, shape_of

MOST = 20
"""As many systems are merged at once."""
OWN = ("uuid", "aliases")
"""The survivor keeps its UUID, evidence lies below it; its aliases are worked out."""
UNFILLED = ("deprecated_at",)
"""Empty, it says something: the machine is in use."""
SAME: dict[type[Record], tuple[str, ...]] = {
    TimelineEntry: ("time", "type", "content"),
    ReportItem: ("headline", "subheadline", "content"),
    Account: ("name",),
    Memo: ("text",),
}
"""What belongs to a system and is the same as another one's, if these fields are."""
KEYED = ("name", "subheadline")
"""Those of them that ignore case."""


@dataclass
class Move:
    """Records that come to point at the survivor; `doubles` go to the bin instead: {double: the same one}."""

    model: type[Record]
    attribute: Attribute
    drafts: list[Draft]
    doubles: dict[int, int] = field(default_factory=dict)
    renamed: int = 0


@dataclass
class Plan:
    """What a merge does: the systems, the survivor first; what it holds then; what moves."""

    rows: list[Row]
    values: dict[str, Any]
    moves: list[Move]

    @property
    def ids(self) -> list[int]:
        """The systems that go to the bin."""
        return [row.id for row in self.rows[1:]]

    @property
    def moved(self) -> int:
        """How many records move."""
        return sum(len(move.drafts) for move in self.moves)


def plan(into: int, others: Sequence[int], choose: Mapping[str, int] | None = None) -> Plan:
    """What a merge would do; `choose` says from which system a field is taken, else the survivor's is kept.

    What the survivor does not know it takes from the others. `Missing`, or `Refused` with what is wrong.
    """
    rows = _rows(into, others)
    _check(rows, choose or {})
    return Plan(rows, _values(rows, choose or {}), [_move(rows, *pointer) for pointer in pointers_to(System)])


def _rows(into: int, others: Sequence[int]) -> list[Row]:
    wanted = [into, *dict.fromkeys(others)]
    if len(wanted) < 2 or into in wanted[1:]:
        raise Refused({"from": "name at least one other system"})
    if len(wanted) > MOST:
        raise Refused({"from": f"at most {MOST} systems are merged at once"})
    rows = read(System, wanted, [*shape_of(System), "deleted_at"])
    if len(rows) < len(wanted) or any(row["deleted_at"] for row in rows):
        raise Missing("systems")
    by_id = {row.id: row for row in rows}
    return [by_id[one] for one in wanted]


def choosable() -> list[str]:
    """The fields of which one value stays."""
    return [name for name, item in shape_of(System).items() if not item.is_many and name not in OWN]


def _check(rows: list[Row], choose: Mapping[str, int]) -> None:
    ids, known = {row.id for row in rows}, choosable()
    errors = {name: "is no field to choose for" for name in choose if name not in known}
    errors |= {
        name: "choose one of the systems" for name in choose if name in known and choose[name] not in ids
    }
    if errors:
        raise Refused(errors)


def _values(rows: list[Row], choose: Mapping[str, int]) -> dict[str, Any]:
    """The survivor's fields: what was chosen, else the first that is known; several are united."""
    ids = {row.id for row in rows}
    nothing = {"status": _unknown_statuses(), "host_system": ids}
    values = _united(System, rows, (*OWN, *UNFILLED, *choose), nothing)
    values |= {name: plain(rows[0][name]) for name in UNFILLED}
    values |= {name: plain(row[name]) for name, one in choose.items() for row in rows if row.id == one}
    if values["host_system"] in ids:
        values["host_system"] = None
    return values | {"aliases": _aliases(rows, values["name"])}


def _unknown_statuses() -> set[int]:
    unknown = sa.select(SystemStatus.id).where(SystemStatus.meaning == Meaning.UNKNOWN)
    return set(db.session.scalars(unknown))


def _united(
    model: type[Record],
    rows: Sequence[Row],
    without: Collection[str],
    nothing: Mapping[str, Collection[int]] | None = None,
) -> dict[str, Any]:
    """What the first row holds once the others are put into it; long texts come one below the other.

    `nothing` are values of a field that say as much as an empty one.
    """
    found: dict[str, Any] = {}
    for name, attribute in shape_of(model).items():
        if name in without:
            continue
        values = [plain(row[name]) for row in rows]
        said = [value for value in values if value not in (None, "")]
        known = [value for value in said if value not in (nothing or {}).get(name, ())]
        if attribute.is_many:
            found[name] = sorted({item for value in values for item in value})
        elif attribute.sort == "column" and type(attribute.column.type) is sa.Text:
            found[name] = "\n\n".join(dict.fromkeys(said))
        else:
            found[name] = next(iter(known or said), values[0])
    return found


def _aliases(rows: list[Row], name: str) -> list[str]:
    """All names of all of them but the one that stays, and what another system goes by meanwhile."""
    texts = [text for row in rows for text in (row["name"], *row["aliases"]) if key_of(text) != key_of(name)]
    ids, held = {row.id for row in rows}, identity.holders(texts)
    return sorted({text for text in texts if held.get(key_of(text), rows[0].id) in ids})


def _move(rows: list[Row], model: type[Record], attribute: Attribute) -> Move:
    into, others = rows[0].id, [row.id for row in rows[1:]]
    found = deletion.pointing(model, attribute, others)
    gone = frozenset(others)
    if attribute.is_many:
        moved: Any = Delta(frozenset([into]), gone)
    else:
        moved = into
    if model is System:
        found = {one: hosts for one, hosts in found.items() if one not in (into, *others)}
    drafts = {one: Draft(one, {attribute.name: moved}) for one in sorted(found)}
    move = Move(model, attribute, list(drafts.values()))
    if model in SAME and attribute.name == "system" and drafts:
        _settle_doubles(move, rows, drafts)
    return move


def _settle_doubles(move: Move, rows: list[Row], drafts: dict[int, Draft]) -> None:
    """What the survivor has already is double; another report item under the same headline is renamed."""
    names = {row.id: row["name"] for row in rows}
    known: dict[tuple[Any, ...], int] = {}
    kept = sorted(deletion.live_children(move.model, move.attribute, [rows[0].id]))
    children = read(move.model, [*kept, *drafts], ["system", *SAME[move.model]])
    places = {_place(row) for row in children if row.id not in drafts} if move.model is ReportItem else set()
    for row in children:
        same = tuple(_key(row, name) for name in SAME[move.model])
        first = known.setdefault(same, row.id)
        if row.id not in drafts:
            continue
        if first != row.id:
            move.doubles[row.id] = first
            del drafts[row.id]
        elif move.model is ReportItem:
            place = _free_place(row, names[row["system"].id], places)
            if place != row["subheadline"]:
                drafts[row.id].values["subheadline"] = place
                move.renamed += 1
    move.drafts = list(drafts.values())


def _key(row: Row, name: str) -> Any:
    return key_of(row[name]) if name in KEYED else plain(row[name])


def _place(row: Row) -> tuple[int, str]:
    return row["headline"].id, key_of(row["subheadline"])


def _free_place(row: Row, system: str, places: set[tuple[int, str]]) -> str:
    """The subheadline under which a report item has its place: its own, else with its system's name."""
    own, number = row["subheadline"], 1
    wanted = own
    while (row["headline"].id, key_of(wanted)) in places:
        more = system[:100] + (f" {number}" if number > 1 else "")
        wanted, number = f"{own[:150]} ({more})" if own else more, number + 1
    places.add((row["headline"].id, key_of(wanted)))
    return wanted


def merge(
    change_set: Recording, into: int, others: Sequence[int], choose: Mapping[str, int] | None = None
) -> Plan:
    """Merge systems into one, in one change set that can be undone; what was done."""
    wanted = plan(into, others, choose)
    names = {name: wanted.values[name] for name in ("name", "aliases")}
    _write(change_set, System, [Draft(into, {n: v for n, v in wanted.values.items() if n not in names})])
    # what comes back from the bin needs its host there
    guests = [row.id for row in wanted.rows[1:] if plain(row["host_system"]) in wanted.ids]
    _write(change_set, System, [Draft(one, {"host_system": None}) for one in guests])
    for move in wanted.moves:
        _write(change_set, move.model, [*_completed(move, into, wanted.ids), *move.drafts])
    reasons = records.delete(change_set, System, wanted.ids, note=merging.note(System, into))
    if reasons:
        raise Refused({"from": "; ".join(reasons.values())})
    # the names are free only now
    _write(change_set, System, [Draft(into, names)])
    gone = ", ".join(row["name"][:80] for row in wanted.rows[1:])
    change_set.summary = f"{gone} merged into {wanted.values['name'][:80]}: {wanted.moved} records"
    return wanted


def _completed(move: Move, into: int, gone: Sequence[int]) -> list[Draft]:
    """Those that stay of doubles take over what only the others say."""
    groups: dict[int, list[int]] = {}
    for double, kept in move.doubles.items():
        groups.setdefault(kept, []).append(double)
    rows = {row.id: row for row in read(move.model, [*groups, *move.doubles])}
    drafts = []
    moving = {draft.id: draft for draft in move.drafts}
    for kept, doubles in groups.items():
        values = _united(
            move.model, [rows[kept], *(rows[one] for one in doubles)], ("system", *SAME[move.model])
        )
        if "seen_on" in values:
            values["seen_on"] = sorted({into if one in gone else one for one in values["seen_on"]})
        if kept in moving:
            moving[kept].values |= values
        else:
            drafts.append(Draft(kept, values))
    return drafts


def _write(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """No rule derives anything: the systems were one all along."""
    merging.require_good(model, records.write(change_set, model, drafts, exact=True))
