"""Two rows of a lookup become one: whatever points at the one points at the other then, the one goes to the bin."""

from typing import Any

from app.models.base import Record
from app.models.lookups import Lookup, State
from app.models.tags import Tag
from app.services import deletion, records
from app.services.changes import Recording
from app.services.drafts import Delta, Draft, Missing, Refused
from app.services.history import name_of
from app.services.reading import read
from app.services.shape import pointers_to

NAMED = 5
"""As many records are named that stand against a merge."""


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
        _good(
            user,
            records.write(
                change_set, user, [Draft(one, {attribute.name: moved}) for one in found], exact=True
            ),
        )
        pointing |= {(user, one) for one in found}
    if issubclass(model, State):
        _pass_on_default(change_set, model, record_id, into_id)
    if reasons := records.delete(change_set, model, [record_id]):
        raise Refused({"": reasons[record_id]})
    names = [name_of(model, rows[one].values)[:80] for one in (record_id, into_id)]
    change_set.summary = f"{names[0]} merged into {names[1]}: {len(pointing)} records"
    return len(pointing)


def _good(user: type[Record], drafts: list[Draft]) -> None:
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
