"""What a status means for the times of its record: the flags `sets_…` and `clears_…` of the status.

`sets_acquired` fills `acquired_at`, and the time before it (`requested_at`) with the same moment; what is
filled stays as it is. `clears_…` empties a time. What a person gives in the same save stays as given.
Nothing here knows the name of a status.
"""

import datetime as dt
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
    ("sets_finished", "clears_started"),
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


def _follow(draft: Draft, status: Row, moment: dt.datetime) -> None:
    given = {name for name, value in draft.values.items() if value is not None}
    for cleared in (f"{step}_at" for step in _steps(status, "clears_") if status[f"clears_{step}"]):
        if cleared not in given:
            draft.new[cleared] = None
    steps = _steps(status, "sets_")
    for number, step in reversed(list(enumerate(steps, 1))):
        if status[f"sets_{step}"]:
            reached = draft.new[f"{step}_at"] or moment
            for name in (f"{one}_at" for one in steps[:number]):
                draft.new[name] = draft.new[name] or reached


def _steps(status: Row, prefix: str) -> list[str]:
    """The steps of a record's life that a status has a flag for, in their order."""
    return [name.removeprefix(prefix) for name in status.values if name.startswith(prefix)]


def refuse_contradictions(model: type[Record], drafts: list[Draft]) -> None:
    """A status can't both request and acquire, or both start and end."""
    flags = set(_flags(model))
    for one, other in EXCLUSIVE:
        for draft in drafts if {one, other} <= flags else ():
            if draft.new[one] and draft.new[other]:
                field, with_it = (other, one) if other in draft.changed else (one, other)
                words = with_it.replace("_", " ")
                draft.errors[field] = f"can't be together with “{words[0].upper()}{words[1:]}”"
