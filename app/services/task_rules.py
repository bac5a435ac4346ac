"""Rules of tasks: times that follow the status, a label, never below themselves."""

from app.models.base import Record
from app.models.lookups import TaskName
from app.services import defaults, labels, rings, status_times
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.name_rules import leave, settle
from app.services.reading import names_of

__all__ = ["leave", "prepare", "settle"]


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Fill status and priority, set and clear times, refuse a parent that is below the task."""
    defaults.fill(model, drafts)
    if not exact:
        status_times.follow(change_set, model, drafts)
    names = names_of(TaskName, {draft.new["name"] for draft in drafts} - {None})
    for draft in drafts:
        labels.give(draft, names[draft.new["name"]].name if draft.new["name"] in names else "")
    rings.refuse(model, "parent", drafts, "a task can't be its own parent", "would make a ring of tasks")
