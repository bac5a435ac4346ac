"""Tasks: the work, on systems, artifacts, cases, or loose."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models import lookups
from app.models.artifacts import Artifact
from app.models.base import Labelled, UtcDateTime, many_to_many, searched, to_one
from app.models.cases import Case
from app.models.systems import System
from app.models.tags import Tag
from app.models.users import User

tasks_tags = many_to_many("tasks", "tags")


class Task(Labelled, db.Model):
    """Something to be done; it goes by its task name."""

    __tablename__ = "tasks"

    name_id: Mapped[int] = to_one("task_names")
    name: Mapped[lookups.TaskName] = relationship()
    status_id: Mapped[int] = to_one("task_statuses")
    status: Mapped[lookups.TaskStatus] = relationship()
    priority_id: Mapped[int] = to_one("priorities")
    priority: Mapped[lookups.Priority] = relationship()
    parent_id: Mapped[int | None] = to_one("tasks")
    parent: Mapped["Task | None"] = relationship(remote_side="Task.id")
    system_id: Mapped[int | None] = to_one("systems")
    system: Mapped[System | None] = relationship()
    artifact_id: Mapped[int | None] = to_one("artifacts")
    artifact: Mapped[Artifact | None] = relationship()
    case_id: Mapped[int | None] = to_one("cases")
    case: Mapped[Case | None] = relationship()
    assigned_to_id: Mapped[int | None] = to_one("users")
    assigned_to: Mapped[User | None] = relationship(foreign_keys=[assigned_to_id])
    scheduled_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    started_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = searched(sa.Text)
    tags: Mapped[list[Tag]] = relationship(secondary=tasks_tags)
