"""Guards: an import that would change suspiciously much is refused, or waits until somebody approves it."""

import sqlalchemy as sa

from app.entities.entity import Entity
from app.extensions import db
from app.importing.plan import Plan
from app.importing.profile import Profile
from app.importing.table import Table

SCHEDULED = {"max_changed_percent": 50}
"""What holds for schedules whose profile says nothing else."""


def breach(plan: Plan, table: Table, profile: Profile, entity: Entity) -> str:
    """Which guard of the profile an import breaks, with number and limit; empty: none."""
    most_rows, most_percent = profile.guards.get("max_rows"), profile.guards.get("max_changed_percent")
    if most_rows is not None and len(table.rows) > most_rows:
        return f"The file has {len(table.rows):,} rows; the profile allows {most_rows:,}."
    changed = plan.counts()["changed"]
    if most_percent is None or not changed:
        return ""
    live = entity.model.deleted_at.is_(None)
    existing = db.session.scalar(sa.select(sa.func.count()).select_from(entity.model).where(live)) or 0
    percent = 100 * changed / max(existing, 1)
    if percent <= most_percent:
        return ""
    share = f"{changed:,} of {existing:,} {entity.many} ({percent:.0f} %)"
    return f"{share} would change; the profile allows {most_percent} %."
