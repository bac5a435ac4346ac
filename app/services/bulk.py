"""One change for many records: what it would do, and doing it, as one change set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.models.base import Record
from app.services import giving, records, workflows
from app.services.changes import Recording
from app.services.drafts import Delta, Draft, Warned
from app.services.meanwhile import Moved, moved, overwritten
from app.services.reading import Row, brief, names_of, plain, read
from app.services.shape import shape_of

AT_ONCE = 5000
"""More records are changed by a job."""


@dataclass
class Order:
    """What is wanted of every record: fields to set (None empties, a list replaces), items to add or take away.

    Systems get what `workflows` (their ids) say, too.
    """

    set: dict[str, Any] = field(default_factory=dict)
    add: dict[str, list[Any]] = field(default_factory=dict)
    remove: dict[str, list[Any]] = field(default_factory=dict)
    workflows: list[int] = field(default_factory=list)

    @property
    def fields(self) -> list[str]:
        """The fields it touches."""
        return list(dict.fromkeys([*self.set, *self.add, *self.remove]))

    def values(self) -> dict[str, Any]:
        """The order as the values of a draft."""
        deltas = {
            name: Delta(frozenset(self.add.get(name, ())), frozenset(self.remove.get(name, ())))
            for name in {*self.add, *self.remove}
        }
        return self.set | deltas


@dataclass
class Applied:
    """What a bulk edit did, and in which fields; every record it left out is named with the reason.

    Those that somebody else changed meanwhile are named with that `change_set`. `warnings` is what was
    stored but is noteworthy, `made` what systems got by workflows.
    """

    changed: int = 0
    same: int = 0
    by_field: dict[str, int] = field(default_factory=dict)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    made: giving.Plan | None = None

    @property
    def rows(self) -> int:
        """How many records were meant."""
        return self.changed + self.same + len({one["record"] for one in self.skipped})

    @property
    def overtaken(self) -> list[int]:
        """The records that were left out because somebody else changed them."""
        return list(dict.fromkeys(one["record"] for one in self.skipped if one.get("change_set")))


class NotAll(ValueError):
    """Some records can't be changed, and all or none were wanted; `skipped` names them."""

    def __init__(self, skipped: list[dict[str, Any]]) -> None:
        count = len({item["record"] for item in skipped})
        super().__init__(f"{count} of the records can't be changed, so none was")
        self.skipped = skipped


Diffs = list[tuple[str, dict[str, list[Any]]]]
"""Names of records, and what changes of them: {field: [old, new]}."""


def count(model: type[Record], ids: Sequence[int], order: Order, most: int) -> tuple[Applied, Diffs]:
    """What an order would change, without asking the rules; some of the records with their diffs."""
    result, wanted, sample = Applied(), order.values(), Diffs()
    rows = read(model, ids, [*order.fields, model.__label__, "deleted_at"])
    live = [row for row in rows if not row["deleted_at"]]
    for row in live:
        differing = [name for name in order.fields if _differs(row, name, wanted[name])]
        _tally(result, differing)
        if differing and len(sample) < most:
            diff = {name: [brief(row[name]), _after(model, row, name, wanted[name])] for name in differing}
            sample.append((str(row[model.__label__]), diff))
    if order.workflows:
        result.made = workflows.plan(order.workflows, [row.id for row in live])
    return result, sample


def _differs(row: Row, name: str, wanted: Any) -> bool:
    now = plain(row[name])
    return wanted.applied_to(now) != now if isinstance(wanted, Delta) else now != wanted


def _after(model: type[Record], row: Row, name: str, wanted: Any) -> Any:
    """What a field of a row would hold, as a diff says it."""
    attribute = shape_of(model)[name]
    value = wanted.applied_to(plain(row[name])) if isinstance(wanted, Delta) else wanted
    if attribute.sort not in ("one", "many"):
        return brief(value)
    ids: list[Any] = value if isinstance(value, list) else [value]
    named = names_of(attribute.target, {one for one in ids if one is not None})
    shown = [named[one].brief() for one in ids if one in named]
    return shown if attribute.is_many else next(iter(shown), None)


def apply(
    change_set: Recording,
    model: type[Record],
    ids: Sequence[int],
    order: Order,
    *,
    skip: bool = True,
    since: int | None = None,
) -> Applied:
    """Change the records; those that are gone or that a rule forbids are skipped and named.

    With `since`, a change set, so are those of which somebody changed one of the fields after it.
    Without `skip` it is all or none: `NotAll`, and the caller rolls back.
    """
    rows = read(model, ids, [model.__label__, "deleted_at"])
    names = {row.id: str(row[model.__label__]) for row in rows}
    live = {row.id for row in rows if not row["deleted_at"]}
    result, values = Applied(warnings=change_set.warnings), order.values()
    wanted = list(dict.fromkeys(ids))
    for record_id in wanted:
        if record_id not in live:
            result.skipped.append(_skip(record_id, names.get(record_id, ""), "", "is not there any more"))
    overtaken = _overtaken(model, [one for one in wanted if one in live], values, since)
    for record_id, fields in overtaken.items():
        for name, seen in fields.items():
            skipped = _skip(record_id, names[record_id], name, _told(seen))
            result.skipped.append(skipped | {"change_set": seen.change_set})
    going = [one for one in wanted if one in live and one not in overtaken]
    good = _write(change_set, model, [Draft(one, dict(values)) for one in going], names, result)
    if order.workflows:
        result.made = workflows.plan(order.workflows, good)
        giving.carry_out(change_set, result.made)
    if result.skipped and not skip:
        raise NotAll(result.skipped)
    return result


def _overtaken(
    model: type[Record], ids: Sequence[int], values: Mapping[str, Any], since: int | None
) -> dict[int, dict[str, Moved]]:
    """The fields that somebody changed since, of which the order would take back what they did."""
    found = {} if since is None else moved(model, ids, values, since)
    clashes = {
        record_id: {name: one for name, one in fields.items() if overwritten(model, name, one, values[name])}
        for record_id, fields in found.items()
    }
    return {record_id: fields for record_id, fields in clashes.items() if fields}


def _told(seen: Moved) -> str:
    return f"was changed by {seen.by} meanwhile: {_said(seen.old)} → {_said(seen.new)}"


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_said, value)) or "empty"
    text = value["name"] if isinstance(value, dict) else "" if value is None else str(value)
    return text[:60] or "empty"


def _write(
    change_set: Recording, model: type[Record], drafts: list[Draft], names: dict[int, str], result: Applied
) -> list[int]:
    """The records that are now as they are wanted."""
    for draft in records.write(change_set, model, drafts):
        if draft.is_good:
            _tally(result, draft.changed)
        for name, reason in draft.errors.items():
            result.skipped.append(_skip(draft.id, names[draft.record_id], name, reason))
    return [draft.record_id for draft in drafts if draft.is_good]


def _tally(result: Applied, changed: Sequence[str]) -> None:
    result.changed += bool(changed)
    result.same += not changed
    for name in changed:
        result.by_field[name] = result.by_field.get(name, 0) + 1


def _skip(record_id: int | None, name: str, field_name: str, reason: str) -> dict[str, Any]:
    return {"record": record_id, "name": name, "field": field_name, "reason": reason}
