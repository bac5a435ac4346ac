"""Undo of any change set, as one new change set; what has changed since is left and reported."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record, entity_of
from app.models.changes import Change, ChangeSet
from app.services import deletion, records, restoring
from app.services.changes import Recording
from app.services.drafts import Delta, Draft
from app.services.history import stored
from app.services.reading import Row, chunks, plain, read
from app.services.shape import Attribute, model_for, shape_of

Living = dict[type[Record], set[int]]
"""The rows that old values point at and that are still there, by model."""


@dataclass(slots=True)
class Deed:
    """What a change set did to one record, from the first old to the last new value."""

    change_set_id: int
    entity: str
    record_id: int
    diff: dict[str, list[Any]]


@dataclass
class Undone:
    """What an undo did: how many records it put back, and what it left alone, with reasons."""

    count: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)

    def skip(self, deed: Deed, field_name: str, reason: str) -> None:
        """Report one field (empty: the whole record) that stays as it is."""
        self.skipped.append(
            {"entity": deed.entity, "record": deed.record_id, "field": field_name, "reason": reason}
        )

    def as_json(self, change_set: Recording) -> dict[str, Any]:
        """What the undo did, as REST and jobs answer it."""
        number = change_set.id if change_set.changes else None
        return {"change_set": number, "undone": self.count, "skipped": self.skipped}


def undo(change_set: Recording, undone_id: int) -> Undone:
    """Put back what a change set changed; `LookupError` if there is no such change set."""
    if db.session.scalar(sa.select(ChangeSet.id).where(ChangeSet.id == undone_id)) is None:
        raise LookupError(f"no change set {undone_id}")
    result = Undone()
    for action, by_entity in _steps(undone_id):
        for entity, deeds in by_entity.items():
            _PARTS[action](change_set, model_for(entity), deeds, result)
    return result


def _steps(change_set_id: int) -> Iterator[tuple[str, dict[str, list[Deed]]]]:
    """What it did, in steps of one kind, by entity: what happened last comes first, creations at the very end."""
    columns = (Change.action, Change.entity, Change.record_id, Change.diff)
    statement = sa.select(*columns).where(Change.change_set_id == change_set_id, Change.action.in_(_PARTS))
    last_first = db.session.execute(statement.order_by(Change.action == "create", Change.id.desc())).all()
    for action, told in groupby(last_first, key=lambda change: change.action):
        yield action, _deeds(change_set_id, told)


def _deeds(change_set_id: int, told: Iterable[Any]) -> dict[str, list[Deed]]:
    """The deeds of a step by entity; several to one record are one."""
    found: dict[tuple[str, int], Deed] = {}
    for _, entity, record_id, diff in told:
        later = found.setdefault((entity, record_id), Deed(change_set_id, entity, record_id, {}))
        later.diff |= {name: [old, later.diff.get(name, (old, new))[1]] for name, (old, new) in diff.items()}
    grouped: dict[str, list[Deed]] = {}
    for deed in found.values():
        grouped.setdefault(deed.entity, []).append(deed)
    return grouped


def _undo_updates(change_set: Recording, model: type[Record], deeds: list[Deed], result: Undone) -> None:
    names = {name for deed in deeds for name in deed.diff}
    rows = {row.id: row for row in read(model, [deed.record_id for deed in deeds], [*names, "deleted_at"])}
    living, drafts = _living(model, deeds), []
    for deed in deeds:
        row = rows.get(deed.record_id)
        if row is None or row["deleted_at"]:
            result.skip(deed, "", "is in the bin")
            continue
        draft = Draft(row.id)
        for name, (old, new) in deed.diff.items():
            _put_back(shape_of(model).get(name), deed, row, draft, (name, old, new), living, result)
        if draft.values:
            drafts.append(draft)
    _write(change_set, model, drafts, {deed.record_id: deed for deed in deeds}, result)


def _living(model: type[Record], deeds: list[Deed]) -> Living:
    wanted: Living = {}
    links = [attribute for attribute in shape_of(model).values() if attribute.sort in ("one", "many")]
    for attribute in links:
        ids = wanted.setdefault(attribute.target, set())
        for deed in deeds:
            if attribute.name in deed.diff:
                ids.update(_ids(stored(attribute, deed.diff[attribute.name][0])))
    return {target: _live(target, sorted(ids)) for target, ids in wanted.items()}


def _ids(value: Any) -> Iterable[int]:
    if isinstance(value, list):
        return value
    return () if value is None else (value,)


def _live(target: type[Record], ids: Sequence[int]) -> set[int]:
    table = target.__table__
    found: set[int] = set()
    for part in chunks(ids):
        live = sa.select(table.c.id).where(table.c.id.in_(part), table.c.deleted_at.is_(None))
        found.update(db.session.scalars(live))
    return found


def _put_back(
    attribute: Attribute | None,
    deed: Deed,
    row: Row,
    draft: Draft,
    change: tuple[str, Any, Any],
    living: Living,
    result: Undone,
) -> None:
    name, old, new = change
    if attribute is None:
        result.skip(deed, name, "is secret and can't be put back")
    elif attribute.is_many:
        _put_back_many(attribute, deed, row, draft, old or [], new or [], living, result)
    elif plain(row[name]) != stored(attribute, new):
        result.skip(deed, name, "was changed since")
    elif _is_gone(attribute, stored(attribute, old), living):
        result.skip(deed, name, f"“{old['name']}” does not exist any more")
    else:
        draft.values[name] = stored(attribute, old)


def _put_back_many(attribute: Attribute, deed, row: Row, draft, old, new, living: Living, result) -> None:
    before, after = set(stored(attribute, old)), set(stored(attribute, new))
    present = set(plain(row[attribute.name]))
    shown = {stored(attribute, item): item for item in [*old, *new]}

    def skip(items: Iterable[Any], reason: str) -> None:
        for item in sorted(items):
            result.skip(deed, attribute.name, f"“{_word(shown[item])}” {reason}")

    missing = (before - after) - present
    gone = {item for item in missing if _is_gone(attribute, item, living)}
    skip((after - before) - present, "was taken away since")
    skip(gone, "does not exist any more")
    skip((before - after) & present, "was added again since")
    delta = Delta(frozenset(missing - gone), frozenset((after - before) & present))
    if delta.add or delta.remove:
        draft.values[attribute.name] = delta


def _word(item: Any) -> str:
    return item["name"] if isinstance(item, dict) else str(item)


def _is_gone(attribute: Attribute, record_id: Any, living: Living) -> bool:
    """True if a reference would point at a row that is in the bin or purged."""
    is_link = attribute.sort in ("one", "many") and record_id is not None
    return is_link and record_id not in living[attribute.target]


def _write(change_set, model, drafts: list[Draft], deeds: dict[int | None, Deed], result: Undone) -> None:
    for draft in records.write(change_set, model, drafts, exact=True):
        if draft.is_good:
            result.count += 1
        for name, reason in draft.errors.items():
            result.skip(deeds[draft.id], name, reason)


def _undo_creates(change_set: Recording, model: type[Record], deeds: list[Deed], result: Undone) -> None:
    """Bin what was created, unless it was edited since or something else points at it."""
    by_id = {deed.record_id: deed for deed in deeds}
    rows = read(model, list(by_id), [*shape_of(model), "deleted_at"])
    ours = _touched_by(change_set, model)
    extended = _extended_since(model, deeds[0].change_set_id, [row.id for row in rows])
    going = []
    for row in rows:
        deed = by_id[row.id]
        edited = _edited_since(model, row, deed) - ours.get(row.id, set())
        if row["deleted_at"]:
            result.skip(deed, "", "is in the bin already")
        elif edited:
            result.skip(deed, "", f"was changed since ({', '.join(sorted(edited))})")
        elif row.id in extended:
            result.skip(deed, "", "something was added to it since")
        else:
            going.append(row.id)
    blocked = records.delete(change_set, model, going, against=deletion.in_use)
    for record_id, reason in blocked.items():
        result.skip(by_id[record_id], "", reason)
    result.count += len(going) - len(blocked)


def _touched_by(change_set: Recording, model: type[Record]) -> dict[int, set[str]]:
    """The fields that this undo itself has put back, by record: they are no edit since."""
    touched: dict[int, set[str]] = {}
    for change in change_set.changes:
        if change["entity"] == entity_of(model):
            touched.setdefault(change["record_id"], set()).update(change["diff"])
    return touched


def _edited_since(model: type[Record], row: Row, deed: Deed) -> set[str]:
    """The fields that are not any more what the creation made them."""
    edited = set()
    for name, attribute in shape_of(model).items():
        if attribute.secret:
            continue
        is_made = name in deed.diff
        then = stored(attribute, deed.diff[name][1]) if is_made else None
        now = plain(row[name])
        if now != then and (is_made or now not in (None, "", [])):
            edited.add(name)
    return edited


def _extended_since(model: type[Record], change_set_id: int, ids: Sequence[int]) -> set[int]:
    """The records that own something which another change set has made."""
    extended: set[int] = set()
    for owned, attribute in deletion.owned_by(model):
        made = sa.select(Change.record_id).where(
            Change.change_set_id == change_set_id, Change.entity == entity_of(owned)
        )
        ours = set(db.session.scalars(made))
        children = deletion.live_children(owned, attribute, ids)
        extended |= {parent for child, parent in children.items() if child not in ours}
    return extended


def _undo_deletes(change_set: Recording, model: type[Record], deeds: list[Deed], result: Undone) -> None:
    by_id = {deed.record_id: deed for deed in deeds}
    errors = restoring.restore(change_set, model, list(by_id))
    for record_id, reasons in errors.items():
        for name, reason in reasons.items():
            result.skip(by_id[record_id], name, reason)
    result.count += len(by_id) - len(errors)


def _undo_restores(change_set: Recording, model: type[Record], deeds: list[Deed], result: Undone) -> None:
    by_id = {deed.record_id: deed for deed in deeds}
    blocked = records.delete(change_set, model, list(by_id))
    for record_id, reason in blocked.items():
        result.skip(by_id[record_id], "", reason)
    result.count += len(by_id) - len(blocked)


_PARTS = {
    "delete": _undo_deletes,
    "update": _undo_updates,
    "restore": _undo_restores,
    "create": _undo_creates,
}
