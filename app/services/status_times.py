"""What a status means for the times of its record: the flags `sets_…` and `clears_…` of the status.

`sets_acquired` fills `acquired_at`, and the time before it (`requested_at`) with the same moment; what is
filled stays as it is. `clears_…` empties a time. Nothing here knows the name of a status.
"""

from typing import Any

from app.models.base import Record
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.reading import Row, read
from app.services.shape import Attribute, shape_of

EXCLUSIVE = (
    ("sets_requested", "sets_acquired"),
    ("sets_started", "sets_ended"),
    ("sets_started", "clears_started"),
    ("sets_finished", "clears_finished"),
)
"""Flags that one status can't have at once."""


def follow(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """Set and clear times of new records and of those whose status is saved, as the status says."""
    attribute = shape_of(model)["status"]
    saved = [draft for draft in drafts if draft.is_new or "status" in draft.values]
    statuses = _statuses(attribute, saved)
    for draft in saved:
        if status := statuses.get(draft.new["status"]):
            _follow(draft, status, change_set.at)


def _statuses(attribute: Attribute, drafts: list[Draft]) -> dict[Any, Row]:
    ids = sorted({draft.new["status"] for draft in drafts if draft.new["status"] is not None})
    return {row.id: row for row in read(attribute.target, ids, _flags(attribute.target))}


def _flags(model: type[Record]) -> list[str]:
    return [name for name in shape_of(model) if name.startswith(("sets_", "clears_"))]


def _follow(draft: Draft, status: Row, moment: Any) -> None:
    given = {name for name, value in draft.values.items() if value is not None}
    earlier = []
    for name in status.values:
        what, _, step = name.partition("_")
        field = f"{step}_at"
        if what == "sets":
            earlier.append(field)
        if not status[name]:
            continue
        if what == "clears" and field not in given:
            draft.new[field] = None
        for empty in (one for one in earlier if what == "sets" and draft.new[one] is None):
            draft.new[empty] = moment


def refuse_contradictions(model: type[Record], drafts: list[Draft]) -> None:
    """A status can't both request and acquire, or both start and end."""
    flags = set(_flags(model))
    for one, other in EXCLUSIVE:
        for draft in drafts if {one, other} <= flags else ():
            if draft.new[one] and draft.new[other]:
                words = one.replace("_", " ")
                draft.errors[other] = f"can't be together with “{words[0].upper()}{words[1:]}”"
