"""Rules of addresses: stored in their shortest form, unique."""

import ipaddress
from functools import lru_cache

from app.models.base import Record
from app.services import name_rules
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.name_rules import leave, settle

__all__ = ["canonical", "leave", "prepare", "settle"]


@lru_cache(maxsize=2**16)
def canonical(text: str) -> str:
    """An IPv4 or IPv6 address in its shortest form; `ValueError` names what is none."""
    try:
        return str(ipaddress.ip_address(text.strip().strip("[]")))
    except ValueError:
        raise ValueError(f"“{text.strip()}” is not an IP address") from None


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Normalise addresses; what is no address is refused."""
    for draft in drafts:
        try:
            draft.new["name"] = canonical(draft.new["name"] or "")
        except ValueError as error:
            draft.errors["name"] = str(error)
    name_rules.prepare(change_set, model, drafts, exact=exact)
