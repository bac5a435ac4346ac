"""Rules of notes: unique titles, a status, every text counted."""

from app.models.base import Record
from app.services import defaults, name_rules, ordering, revisions
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.name_rules import leave

__all__ = ["leave", "prepare", "settle"]


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Fill the status, come last, refuse titles that another note has."""
    defaults.fill(model, drafts)
    for draft in drafts:
        draft.tidy("content")
    ordering.place_last(model, drafts)
    name_rules.prepare(change_set, model, drafts, exact=exact)


def settle(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """A text that was saved is a version more."""
    revisions.count(change_set, model, drafts)
