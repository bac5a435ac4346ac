"""Two rows of a lookup become one: whatever points at the one points at the other then, the one goes to the bin.

Systems are merged in `system_merging`; whoever follows an old link is led on by `survivor_of`.
"""

from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record, entity_of
from app.models.changes import Change
from app.models.lookups import Lookup, State
from app.models.tags import Tag
from app.services import deletion, records
from app.services.changes import Recording
from app.services.drafts import Delta, Draft, Missing, Refused
from app.services.history import name_of
from app.services.reading import names_of, read
from app.services.shape import pointers_to

NAMED = 5
"""As many records are named that stand against a merge."""
NOTE = "merged_into"
"""What the history says of a record that went to the bin because it was merged."""


def is_mergeable(model: type[Record]) -> bool:
    """True for the short lists and tags; systems are merged with a choice per field."""
    return issubclass(model, Lookup | Tag)


def merge(change_set: Recording, model: type[Record], record_id: int, into_id: int) -> int:
    """Merge a row into another one, in one change set that can be undone; how many records now point elsewhere.

    No rule derives anything: a merge says that both meant the same all along. `Missing` without the
    rows, `Refused` if it is the same row, or if a record can't point at the other one.
    """
    rows = {row.id: row for row in read(model, [record_id, into_id], [model.__label__, "deleted_at"])}
    for wanted in (record_id, into_id):
        if wanted not in rows or rows[wanted]["deleted_at"]:
            raise Missing(f"{model.__tablename__} {wanted}")
    if record_id == into_id:
        raise Refused({"into": "is the same one"})
    pointing: set[tuple[type[Record], int]] = set()
    for user, attribute in pointers_to(model):
        found = deletion.pointing(user, attribute, [record_id])
        moved: Any = Delta(frozenset([into_id]), frozenset([record_id])) if attribute.is_many else into_id
        require_good(
            user,
            records.write(
                change_set, user, [Draft(one, {attribute.name: moved}) for one in found], exact=True
            ),
        )
        pointing |= {(user, one) for one in found}
    if issubclass(model, State):
        _pass_on_default(change_set, model, record_id, into_id)
    if reasons := records.delete(change_set, model, [record_id], note=note(model, into_id)):
        raise Refused({"": reasons[record_id]})
    names = [name_of(model, rows[one].values)[:80] for one in (record_id, into_id)]
    change_set.summary = f"{names[0]} merged into {names[1]}: {len(pointing)} records"
    return len(pointing)


def note(model: type[Record], into_id: int) -> dict[str, list[Any]]:
    """How the history says into which record others were merged."""
    return {NOTE: [None, names_of(model, [into_id])[into_id].brief()]}


def survivor_of(model: type[Record], record_id: int) -> int | None:
    """The live record that one in the bin was merged into, from merge to merge; None if there is none."""
    seen: set[int] = set()
    while record_id not in seen:
        seen.add(record_id)
        deleted = sa.select(Change.diff).where(
            Change.entity == entity_of(model), Change.record_id == record_id, Change.action == "delete"
        )
        diff = db.session.scalar(deleted.order_by(Change.id.desc()).limit(1)) or {}
        if NOTE not in diff:
            return None
        record_id = diff[NOTE][1]["id"]
        if db.session.scalar(sa.select(model.id).where(model.id == record_id, model.deleted_at.is_(None))):
            return record_id
    return None


def require_good(user: type[Record], drafts: list[Draft]) -> None:
    """`Refused`, with the records that can't point at the other one."""
    reasons = [
        f"{name_of(user, draft.new | draft.derived)[:80]} (id {draft.id}): {'; '.join(draft.errors.values())}"
        for draft in drafts
        if draft.errors
    ]
    if reasons:
        more = f"; and {len(reasons) - NAMED} more" if len(reasons) > NAMED else ""
        raise Refused({"into": f"can't take the place: {'; '.join(reasons[:NAMED])}{more}"})


def _pass_on_default(change_set: Recording, model: type[Record], record_id: int, into_id: int) -> None:
    (row,) = read(model, [record_id], ["is_default"])
    if row["is_default"]:
        records.update(change_set, model, into_id, {"is_default": True})
