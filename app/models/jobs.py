"""Jobs: the row is the truth, the queue only executes it."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.base import UtcDateTime, now
from app.models.users import User


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(db.Model):
    """Work that takes longer than a request."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40), index=True)
    queue: Mapped[str] = mapped_column(sa.String(20), default="default")
    function: Mapped[str] = mapped_column(sa.String(255))
    arguments: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    state: Mapped[JobState] = mapped_column(
        sa.Enum(JobState, native_enum=False, length=20, values_callable=list),
        default=JobState.QUEUED,
        index=True,
    )
    title: Mapped[str] = mapped_column(sa.String(255), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(sa.Text, default="")
    result: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    result_file: Mapped[str] = mapped_column(sa.String(255), default="")
    result_name: Mapped[str] = mapped_column(sa.String(255), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    actor: Mapped[User | None] = relationship()
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now, index=True)
    started_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class JobLog(db.Model):
    """A line that a job wrote."""

    __tablename__ = "job_logs"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("jobs.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    text: Mapped[str] = mapped_column(sa.Text)
