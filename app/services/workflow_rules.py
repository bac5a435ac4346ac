"""Rules of the lines of workflows: each kind of artifact and each task once, a status and a priority always."""

from collections import Counter

from app.models.base import Record, key_of
from app.models.lookups import ArtifactType, TaskName
from app.models.workflows import WorkflowArtifact
from app.services import defaults, labels, name_rules, ordering
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.name_rules import leave, settle
from app.services.reading import names_of

__all__ = ["leave", "prepare", "settle"]


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Fill status and priority, come last, go by a name, refuse what the workflow has already."""
    defaults.fill(model, drafts)
    ordering.place_last(model, drafts, "workflow")
    _begin_an_order(drafts)
    if model is WorkflowArtifact:
        _name_artifacts(drafts)
    else:
        _name_tasks(drafts)
    reason = "the workflow has such a line already"
    name_rules.refuse_taken_keys(model, drafts, "place_key", "name", reason)


def _begin_an_order(drafts: list[Draft]) -> None:
    """Unlike texts, lines always have an order: that in which they came."""
    first: Counter[int] = Counter()
    for draft in drafts:
        if draft.is_new and not draft.new["position"]:
            first[draft.new["workflow"]] += ordering.STEP
            draft.new["position"] = first[draft.new["workflow"]]


def _name_artifacts(drafts: list[Draft]) -> None:
    """Without a name, it is called like its type, as it is now."""
    types = names_of(ArtifactType, {draft.new["type"] for draft in drafts} - {None})
    for draft in drafts:
        new = draft.new
        usual = types[new["type"]].name if new["type"] in types else ""
        new["name"] = " ".join((new["name"] or "").split()) or usual
        labels.give(draft, new["name"])
        draft.derived["place_key"] = f"{new['workflow']} {new['type']} {key_of(new['name'])}"[:300]


def _name_tasks(drafts: list[Draft]) -> None:
    names = names_of(TaskName, {draft.new["name"] for draft in drafts} - {None})
    for draft in drafts:
        new = draft.new
        draft.tidy("note")
        labels.give(draft, names[new["name"]].name if new["name"] in names else "")
        draft.derived["place_key"] = f"{new['workflow']} {new['name']}"
