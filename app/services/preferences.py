"""What a person chose for themselves: zone, theme, columns and their widths. Not in the history.

Whoever calls what writes here has begun the write (`changes.begin_write`) and commits.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from app.extensions import db
from app.models.users import User
from app.services.drafts import Refused

THEMES = ("system", "light", "dark")
LANDINGS = (
    *("dashboard", "systems", "artifacts", "tasks", "cases"),
    *("status", "assignments", "documentation"),
)
"""The pages that one can arrive at; their addresses are these words."""
NARROWEST, WIDEST = 6, 100
"""Widths of columns, in units of 8 pixels."""


@cache
def zones() -> list[str]:
    """The zones to choose from: UTC first. To know them all, hundreds of files are looked at."""
    return [
        "UTC",
        *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
    ]


def choose(user_id: int, zone: str, theme: str, landing: str | None = None) -> None:
    """Set zone, theme and landing page (empty: the team's); `Refused` names what there is none of."""
    if zone not in zones():
        raise Refused({"zone": f"there is no zone “{zone}”"})
    if theme not in THEMES:
        raise Refused({"theme": f"must be one of {', '.join(THEMES)}"})
    if landing and landing not in LANDINGS:
        raise Refused({"landing": f"must be one of {', '.join(LANDINGS)}"})
    person = db.session.get_one(User, user_id)
    person.zone, person.theme = zone, theme
    if landing is not None:
        person.preferences = person.preferences | {"landing": landing}


def keep(user_id: int, what: str, plural: str, value: Any) -> None:
    """Keep one choice for one entity: its columns, their widths, the open sections of its pages."""
    person = db.session.get_one(User, user_id)
    kept = person.preferences.get(what, {}) | {plural: value}
    person.preferences = person.preferences | {what: kept}


def keep_widths(user_id: int, plural: str, widths: Mapping[str, int]) -> None:
    """Keep the widths of columns by field, in units of 8 pixels; none means the usual ones."""
    within = {name: max(NARROWEST, min(WIDEST, units)) for name, units in widths.items()}
    keep(user_id, "widths", plural, within)
