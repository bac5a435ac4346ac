"""Rules of cases: unique names and external ids, times that follow the status."""

from app.models.base import Record, key_of
from app.services import defaults, name_rules, status_times
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.name_rules import leave, settle

__all__ = ["leave", "prepare", "settle"]


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Fill status and priority, set times, refuse names and external ids that another case has."""
    defaults.fill(model, drafts)
    if not exact:
        status_times.follow(change_set, model, drafts)
    for draft in drafts:
        draft.new["external_id"] = " ".join((draft.new["external_id"] or "").split())
        draft.derived["external_id_key"] = key_of(draft.new["external_id"]) or None
    name_rules.prepare(change_set, model, drafts, exact=exact)
    name_rules.refuse_taken_keys(model, drafts, "external_id_key", "external_id")
