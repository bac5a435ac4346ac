"""Imports: what was handed in, as what it was read, what became of it."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.base import Named, UtcDateTime, now
from app.models.jobs import Job
from app.models.users import User


class ImportState(StrEnum):
    """Where an import stands in the wizard."""

    STAGED = "staged"
    COMMITTING = "committing"
    DONE = "done"
    FAILED = "failed"
    HELD = "held"
    """By a schedule, beyond its guards: a lead approves or discards it."""
    DISCARDED = "discarded"


class ImportRun(db.Model):
    """A staged file with its mapping; nothing is written to records before the commit."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40), default="systems")
    file_name: Mapped[str] = mapped_column(sa.String(255))
    stored_name: Mapped[str] = mapped_column(sa.String(64))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int] = mapped_column(default=0)
    state: Mapped[ImportState] = mapped_column(
        sa.Enum(ImportState, native_enum=False, length=20, values_callable=list),
        default=ImportState.STAGED,
        index=True,
    )
    profile: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    excluded: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    planned_at_revision: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    change_set_id: Mapped[int | None] = mapped_column(sa.ForeignKey("change_sets.id"))
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("jobs.id"), index=True)
    job: Mapped[Job | None] = relationship()
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    actor: Mapped[User] = relationship()
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class ImportProfile(Named, db.Model):
    """How the team imports files of a sort: columns, rules and guards under a name."""

    __tablename__ = "import_profiles"

    definition: Mapped[str] = mapped_column(sa.Text, default="", info={"verbatim": True})


class RememberedMapping(db.Model):
    """How a person read files with these headings last: remembered for the next one."""

    __tablename__ = "remembered_mappings"
    __table_args__ = (sa.UniqueConstraint("user_id", "kind", "headings_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40), default="systems")
    name: Mapped[str] = mapped_column(sa.String(255))
    headings_key: Mapped[str] = mapped_column(sa.String(64), index=True)
    profile: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    user: Mapped[User] = relationship()
    updated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
