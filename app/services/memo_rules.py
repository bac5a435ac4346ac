"""Rules of analysts' memos: some text, on a system that exists."""

from app.models.base import Record
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.name_rules import leave, settle

__all__ = ["leave", "prepare", "settle"]


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Normalise line ends; an empty memo is refused."""
    for draft in drafts:
        draft.tidy("text")
        if not draft.new["text"]:
            draft.errors["text"] = "is required"
