"""How times are written for the person who looks: in their zone, which is always named."""

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_login import current_user

from app.models.base import now


def zone() -> dt.tzinfo:
    """The zone in which the person reads and writes times."""
    return ZoneInfo(getattr(current_user, "zone", None) or "UTC")


def local_time(at: dt.datetime, seconds: bool = False) -> str:
    """A time in the person's zone, with the zone's name."""
    return at.astimezone(zone()).strftime("%Y-%m-%d %H:%M:%S %Z" if seconds else "%Y-%m-%d %H:%M %Z")


def exact_time(at: dt.datetime) -> str:
    """A time in the person's zone, as precise as it is, with the zone's name."""
    seconds = ":%S.%f" if at.microsecond else ":%S" if at.second else ""
    return at.astimezone(zone()).strftime(f"%Y-%m-%d %H:%M{seconds} %Z")


def zone_named(text: str) -> dt.tzinfo:
    """The zone that somebody named, such as `Europe/Berlin` or `+02:00`; `ValueError` if it is none."""
    try:
        return dt.datetime.strptime(text, "%z").tzinfo or dt.UTC
    except ValueError:
        pass
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(f"“{text}” is not a zone such as Europe/Berlin or +02:00") from None


def typed_time(at: dt.datetime | None) -> str:
    """A time as an editor offers it: in the person's zone, as precise as it is, with its offset."""
    if at is None:
        return ""
    spec = "microseconds" if at.microsecond else "seconds" if at.second else "minutes"
    return at.astimezone(zone()).isoformat(" ", spec)


def ago(at: dt.datetime) -> str:
    """How long ago, in one glance; day and time for what is older."""
    minutes = int((now() - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 24 * 60:
        return f"{minutes // 60} h ago"
    local, today = at.astimezone(zone()), now().astimezone(zone())
    if (today.date() - local.date()).days < 7:
        return local.strftime("%a %H:%M %Z")
    return local.strftime("%Y-%m-%d %H:%M %Z")


def init_app(app) -> None:
    """Give the templates the filters."""
    for write in (local_time, exact_time, typed_time, ago):
        app.add_template_filter(write)
