"""Workflows: named templates of the artifacts and tasks that a system gets."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models import lookups
from app.models.base import Labelled, Named, derived, to_one, unique_while_live


class Workflow(Named, db.Model):
    """What is usually requested and done for a system, under a name."""

    __tablename__ = "workflows"

    note: Mapped[str] = mapped_column(sa.Text, default="")


class WorkflowArtifact(Labelled, db.Model):
    """A line of a workflow: an artifact that every system gets, once."""

    __tablename__ = "workflow_artifacts"
    __table_args__ = (unique_while_live("workflow_artifacts", "place_key"),)

    workflow_id: Mapped[int] = to_one("workflows")
    workflow: Mapped[Workflow] = relationship()
    position: Mapped[int] = mapped_column(default=0)
    type_id: Mapped[int] = to_one("artifact_types")
    type: Mapped[lookups.ArtifactType] = relationship()
    name: Mapped[str] = mapped_column(sa.String(255), default="")
    status_id: Mapped[int] = to_one("artifact_statuses")
    status: Mapped[lookups.ArtifactStatus] = relationship()
    priority_id: Mapped[int] = to_one("priorities")
    priority: Mapped[lookups.Priority] = relationship()
    label: Mapped[str] = derived(sa.String(255))
    place_key: Mapped[str] = derived(sa.String(300))


class WorkflowTask(Labelled, db.Model):
    """A line of a workflow: a task that every system gets, once; it goes by its task name."""

    __tablename__ = "workflow_tasks"
    __table_args__ = (unique_while_live("workflow_tasks", "place_key"),)

    workflow_id: Mapped[int] = to_one("workflows")
    workflow: Mapped[Workflow] = relationship()
    position: Mapped[int] = mapped_column(default=0)
    name_id: Mapped[int] = to_one("task_names")
    name: Mapped[lookups.TaskName] = relationship()
    status_id: Mapped[int] = to_one("task_statuses")
    status: Mapped[lookups.TaskStatus] = relationship()
    priority_id: Mapped[int] = to_one("priorities")
    priority: Mapped[lookups.Priority] = relationship()
    note: Mapped[str] = mapped_column(sa.Text, default="")
    label: Mapped[str] = derived(sa.String(255))
    place_key: Mapped[str] = derived(sa.String(300))
