"""Rules of accounts: on a domain or on a system, once each."""

from app.models.base import Record, key_of
from app.services import name_rules
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.name_rules import leave, settle

__all__ = ["leave", "prepare", "settle"]


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """One place per account, one account of a name per place."""
    name_rules.prepare(change_set, model, drafts, exact=exact)
    for draft in drafts:
        domain, system = draft.new["domain"], draft.new["system"]
        if domain and system:
            draft.errors["system"] = "an account is on a domain or on a system, not on both"
        elif not domain and not system:
            draft.errors["domain"] = "a domain or a system is required"
        place = f"domain {domain}" if domain else f"system {system}"
        draft.derived["place_key"] = f"{place} {key_of(draft.new['name'] or '')}"[:300]
    name_rules.refuse_taken_keys(model, drafts, "place_key", "name")
