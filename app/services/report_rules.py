"""Rules of report items: one per system, headline and subheadline; their case is their system's too."""

from app.models.base import Record, key_of
from app.models.lookups import Headline
from app.services import case_links, defaults, labels, name_rules, ordering, revisions
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.name_rules import leave
from app.services.reading import names_of

__all__ = ["leave", "prepare", "settle"]


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Fill the status, derive the label, refuse what the system has already."""
    defaults.fill(model, drafts)
    ordering.place_last(model, drafts, "system")
    headlines = names_of(Headline, {draft.new["headline"] for draft in drafts} - {None})
    for draft in drafts:
        new = draft.new
        draft.tidy("content")
        new["subheadline"] = " ".join((new["subheadline"] or "").split())
        headline = headlines[new["headline"]].name if new["headline"] in headlines else ""
        labels.give(draft, headline, new["subheadline"])
        draft.derived["place_key"] = f"{new['system']} {new['headline']} {key_of(new['subheadline'])}"[:300]
    name_rules.refuse_taken_keys(model, drafts, "place_key", "subheadline")


def settle(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """The system of a report item belongs to its case; a text that was saved is a version more."""
    revisions.count(change_set, model, drafts)
    case_links.link(change_set, model, drafts)
