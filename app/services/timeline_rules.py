"""Rules of timeline entries: the same event of a system is there once; its time is kept with its zone."""

import datetime as dt
import hashlib
import json
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.models.base import Record
from app.services import labels, name_rules
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.name_rules import leave, settle
from app.services.progress import counted

__all__ = ["leave", "prepare", "settle"]


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Keep the zone, derive label and fingerprint, refuse doubles."""
    for draft in counted(drafts):
        new = draft.new
        if not exact:
            _keep_zone(draft)
        new["time"] = new["time"] and new["time"].astimezone(dt.UTC)
        new["type"] = " ".join((new["type"] or "").split())
        draft.tidy("content")
        time = new["time"].isoformat() if new["time"] else ""
        labels.give(draft, new["type"], new["content"].partition("\n")[0] or time[:19].replace("T", " "))
        told = json.dumps([new["system"], time, new["type"], new["content"]])
        draft.derived["fingerprint"] = hashlib.sha256(told.encode()).hexdigest()
    name_rules.refuse_taken_keys(model, drafts, "fingerprint", "content", "the system has this entry already")


def _keep_zone(draft: Draft) -> None:
    """A time that is new brings the zone that it was given in, unless a zone was given besides."""
    given = draft.values.get("time")
    if given is None or draft.values.get("zone") or draft.was.get("time") == given:
        return
    zone = _zone_of(given)
    if zone[0] not in "+-" or not _has_offset(draft.was.get("zone") or "", given):
        draft.new["zone"] = zone


def _zone_of(given: dt.datetime) -> str:
    """The name of its zone, or its offset: `Europe/Berlin`, `CET`, `+01:00`."""
    name = getattr(given.tzinfo, "key", None) or given.tzname() or ""
    return name.removeprefix("UTC") or "UTC"


def _has_offset(zone: str, given: dt.datetime) -> bool:
    """True if the zone has this offset at this time: an edited time comes back with no more than that."""
    try:
        return given.astimezone(ZoneInfo(zone)).utcoffset() == given.utcoffset()
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return False
