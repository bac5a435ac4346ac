"""Undo of any change set, as one new change set; what has changed since is left and reported."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record
from app.models.changes import Change, ChangeSet
from app.models.users import User
from app.services import deletion, records
from app.services.changes import Recording
from app.services.drafts import Delta, Draft
from app.services.history import stored
from app.services.reading import Row, plain, read
from app.services.shape import Attribute, model_for, shape_of


@dataclass
class Undone:
    """What an undo did: how many records it put back, and what it left alone, with reasons."""

    count: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)

    def skip(self, change: Change, field_name: str, reason: str) -> None:
        """Report one field (empty: the whole record) that stays as it is."""
        self.skipped.append(
            {"entity": change.entity, "record": change.record_id, "field": field_name, "reason": reason}
        )


def undo(change_set: Recording, undone_id: int) -> Undone:
    """Put back what a change set changed; `LookupError` if there is no such change set."""
    if db.session.get(ChangeSet, undone_id) is None:
        raise LookupError(f"no change set {undone_id}")
    statement = sa.select(Change).where(Change.change_set_id == undone_id).order_by(Change.id.desc())
    changes = list(db.session.scalars(statement))
    result = Undone()
    for action, undo_part in _PARTS.items():
        for entity, part in _by_entity([c for c in changes if c.action == action]).items():
            undo_part(change_set, model_for(entity), part, result)
    return result


def _by_entity(changes: list[Change]) -> dict[str, list[Change]]:
    grouped: dict[str, list[Change]] = {}
    for change in changes:
        grouped.setdefault(change.entity, []).append(change)
    return grouped


def _undo_updates(change_set: Recording, model: type[Record], changes: list[Change], result: Undone) -> None:
    rows = {
        row.id: row for row in read(model, [c.record_id for c in changes], [*shape_of(model), "deleted_at"])
    }
    drafts: dict[int, Draft] = {}
    for change in changes:
        row = rows.get(change.record_id)
        if row is None or row["deleted_at"]:
            result.skip(change, "", "is in the bin")
            continue
        draft = drafts.setdefault(row.id, Draft(row.id))
        for name, (old, new) in change.diff.items():
            _put_back(model, change, row, draft, name, old, new, result)
    wanted = [draft for draft in drafts.values() if draft.values]
    _write(change_set, model, wanted, {c.record_id: c for c in changes}, result)


def _put_back(model, change, row: Row, draft: Draft, name: str, old, new, result: Undone) -> None:
    attribute = shape_of(model).get(name)
    if attribute is None:
        result.skip(change, name, "is secret and can't be put back")
    elif attribute.is_many:
        _put_back_many(attribute, change, row, draft, old, new, result)
    elif plain(row[name]) != stored(attribute, new):
        result.skip(change, name, "was changed since")
    elif _is_gone(attribute, stored(attribute, old)):
        result.skip(change, name, f"“{old['name']}” does not exist any more")
    else:
        draft.values[name] = stored(attribute, old)


def _put_back_many(attribute: Attribute, change, row: Row, draft: Draft, old, new, result: Undone) -> None:
    before, after = set(stored(attribute, old or [])), set(stored(attribute, new or []))
    present = set(plain(row[attribute.name]))
    shown = {stored(attribute, item): item for item in [*(old or []), *(new or [])]}
    for item in (after - before) - present:
        result.skip(change, attribute.name, f"“{_word(shown[item])}” was taken away since")
    add = set()
    for item in (before - after) - present:
        if _is_gone(attribute, item):
            result.skip(change, attribute.name, f"“{_word(shown[item])}” does not exist any more")
        else:
            add.add(item)
    for item in (before - after) & present:
        result.skip(change, attribute.name, f"“{_word(shown[item])}” was added again since")
    delta = Delta(frozenset(add), frozenset((after - before) & present))
    if delta.add or delta.remove:
        earlier = draft.values.get(attribute.name, Delta())
        draft.values[attribute.name] = Delta(earlier.add | delta.add, earlier.remove | delta.remove)


def _word(item: Any) -> str:
    return item["name"] if isinstance(item, dict) else str(item)


def _is_gone(attribute: Attribute, record_id: Any) -> bool:
    """True if a reference would point at a row that is in the bin or purged."""
    if attribute.sort not in ("one", "many") or record_id is None:
        return False
    table = attribute.target.__table__
    live = sa.select(table.c.id).where(table.c.id == record_id, table.c.deleted_at.is_(None))
    return db.session.scalar(live) is None


def _write(change_set, model, drafts: list[Draft], changes: dict[int, Change], result: Undone) -> None:
    for draft in records.write(change_set, model, drafts, exact=True):
        if draft.is_good:
            result.count += 1
        for name, reason in draft.errors.items():
            result.skip(changes[draft.id], name, reason)


def _undo_creates(change_set: Recording, model: type[Record], changes: list[Change], result: Undone) -> None:
    """Bin what was created, unless it was edited since or something else points at it."""
    by_id = {change.record_id: change for change in changes}
    rows = read(model, list(by_id), [*shape_of(model), "deleted_at"])
    going = []
    for row in rows:
        change = by_id[row.id]
        if row["deleted_at"]:
            result.skip(change, "", "is in the bin already")
        elif edited := _edited_since(model, row, change):
            result.skip(change, "", f"was changed since ({', '.join(edited)})")
        elif _owned_since(model, row.id, change.change_set_id):
            result.skip(change, "", "something was added to it since")
        else:
            going.append(row.id)
    if model is User:
        going = _disable_unused(change_set, going, by_id, result)
    blocked = records.delete(change_set, model, going)
    for record_id, reason in blocked.items():
        result.skip(by_id[record_id], "", reason)
    result.count += len(going) - len(blocked)


def _disable_unused(
    change_set: Recording, ids: list[int], by_id: dict[int, Change], result: Undone
) -> list[int]:
    """People stay, since their name may be on something; their account can't be used."""
    used = {record_id for _, _, record_id, _ in deletion.uses(User, ids)}
    for record_id in used:
        result.skip(by_id[record_id], "", "is still in use")
    return [record_id for record_id in ids if record_id not in used]


def _edited_since(model: type[Record], row: Row, change: Change) -> list[str]:
    """The fields that are not any more what the creation made them."""
    made = {name: new for name, (_, new) in change.diff.items()}
    edited = []
    for name, attribute in shape_of(model).items():
        if attribute.secret:
            continue
        now = plain(row[name])
        then = stored(attribute, made[name]) if name in made else ([] if attribute.is_many else None)
        if now != then and not (name not in made and now in ("", None)):
            edited.append(name)
    return edited


def _owned_since(model: type[Record], record_id: int, change_set_id: int) -> bool:
    for owned, attribute in deletion.owned_by(model):
        for child in deletion.live_children(owned, attribute, [record_id]):
            by_us = sa.select(Change.id).where(
                Change.change_set_id == change_set_id,
                Change.entity == owned.__tablename__.replace("_", "-"),
                Change.record_id == child,
            )
            if db.session.scalar(by_us) is None:
                return True
    return False


def _undo_deletes(change_set: Recording, model: type[Record], changes: list[Change], result: Undone) -> None:
    by_id = {change.record_id: change for change in changes}
    errors = records.restore(change_set, model, list(by_id))
    for record_id, reasons in errors.items():
        for name, reason in reasons.items():
            result.skip(by_id[record_id], name, reason)
    result.count += len(by_id) - len(errors)


def _undo_restores(change_set: Recording, model: type[Record], changes: list[Change], result: Undone) -> None:
    by_id = {change.record_id: change for change in changes}
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
"""In this order: what comes back can be pointed at; what was created goes last, when free."""
