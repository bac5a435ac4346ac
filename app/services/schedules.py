"""What became of the times at which a schedule was due."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.schedules import ScheduleSlot

PAGE = 20


def history(schedule_id: int, before: int | None = None) -> list[ScheduleSlot]:
    """The latest times that were dealt with, the newest first, each with its job; one more than a page."""
    mine = sa.select(ScheduleSlot).where(ScheduleSlot.schedule_id == schedule_id)
    if before is not None:
        mine = mine.where(ScheduleSlot.id < before)
    newest = mine.order_by(ScheduleSlot.id.desc()).limit(PAGE + 1)
    return list(db.session.scalars(newest.options(joinedload(ScheduleSlot.job))))
