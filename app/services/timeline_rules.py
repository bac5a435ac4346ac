"""Rules of timeline entries: the same event of a system is there once."""

import hashlib
import json

from app.models.base import Record
from app.services import labels, name_rules
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.name_rules import leave, settle

__all__ = ["leave", "prepare", "settle"]


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Derive label and fingerprint, refuse doubles."""
    for draft in drafts:
        new = draft.new
        new["type"] = " ".join((new["type"] or "").split())
        draft.tidy("content")
        time = new["time"].isoformat() if new["time"] else ""
        labels.give(draft, new["type"], new["content"].partition("\n")[0] or time[:19].replace("T", " "))
        told = json.dumps([new["system"], time, new["type"], new["content"]])
        draft.derived["fingerprint"] = hashlib.sha256(told.encode()).hexdigest()
    name_rules.refuse_taken_keys(model, drafts, "fingerprint", "content", "the system has this entry already")
