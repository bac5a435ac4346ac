"""What a person chose for themselves: zone, theme, columns. Not in the history.

Whoever calls what writes here has begun the write (`changes.begin_write`) and commits.
"""

from zoneinfo import available_timezones

import sqlalchemy as sa

from app.extensions import db
from app.models.users import User
from app.services.drafts import Refused

THEMES = ("system", "light", "dark")


def zones() -> list[str]:
    """The zones to choose from: UTC first."""
    return [
        "UTC",
        *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
    ]


def choose(user_id: int, zone: str, theme: str) -> None:
    """Set zone and theme; `Refused` names what there is none of."""
    if zone not in zones():
        raise Refused({"zone": f"there is no zone “{zone}”"})
    if theme not in THEMES:
        raise Refused({"theme": f"must be one of {', '.join(THEMES)}"})
    db.session.execute(sa.update(User).where(User.id == user_id).values(zone=zone, theme=theme))
