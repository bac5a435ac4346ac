"""Schedules: what runs by itself, when, as whom; and every time at which one was due."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.base import Named, UtcDateTime, derived, now, to_one
from app.models.jobs import Job
from app.models.users import User


class ScheduleKind(StrEnum):
    """What a schedule does; the table is `app/services/schedule_kinds.py`."""

    EXPORT = "export"
    MARKDOWN = "markdown"
    IMPORT = "import"
    SNAPSHOT = "snapshot"
    BACKUP = "backup"


class Missed(StrEnum):
    """What is done about times that passed while nothing ran."""

    ONCE = "run once"
    SKIP = "skip"


class SlotState(StrEnum):
    """What became of a time at which a schedule was due."""

    FIRED = "fired"
    MISSED = "missed"
    FAILED = "failed"


def _words(words: type[StrEnum]) -> sa.Enum:
    return sa.Enum(words, native_enum=False, length=20, values_callable=list)


class Schedule(Named, db.Model):
    """Something that runs by itself, as somebody."""

    __tablename__ = "schedules"

    kind: Mapped[ScheduleKind] = mapped_column(_words(ScheduleKind))
    options: Mapped[str] = mapped_column(sa.Text, default="", info={"verbatim": True})
    when: Mapped[str] = mapped_column(sa.String(120))
    zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    run_as_id: Mapped[int] = to_one("users")
    run_as: Mapped[User] = relationship(foreign_keys=[run_as_id])
    missed: Mapped[Missed] = mapped_column(_words(Missed), default=Missed.ONCE)
    is_paused: Mapped[bool] = mapped_column(default=False)
    since: Mapped[dt.datetime] = derived(UtcDateTime)
    """Its times count from here: when it was made, retimed, resumed or brought back from the bin."""


class ScheduleSlot(db.Model):
    """A time at which a schedule was due, once: fired as a job, missed, or refused with a reason."""

    __tablename__ = "schedule_slots"
    __table_args__ = (sa.UniqueConstraint("schedule_id", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(sa.ForeignKey("schedules.id", ondelete="CASCADE"))
    slot: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    state: Mapped[SlotState] = mapped_column(_words(SlotState))
    by_hand: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("jobs.id"), index=True)
    job: Mapped[Job | None] = relationship()
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
