"""Artifacts: the data of systems, from the request to the analysis."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models import lookups
from app.models.base import Record, SortText, UtcDateTime, derived, many_to_many, searched, to_one
from app.models.cases import Case
from app.models.systems import System
from app.models.tags import Tag
from app.models.users import User

LONG = 4096
"""Characters of a name or a path."""
artifacts_tags = many_to_many("artifacts", "tags")


class Artifact(Record, db.Model):
    """Data of exactly one system: file, image, memory, triage collection, information."""

    __tablename__ = "artifacts"

    name: Mapped[str] = mapped_column(sa.String(LONG), info={"searched": True})
    name_key: Mapped[str] = derived(sa.Text)
    name_sort: Mapped[str] = derived(SortText)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=lambda: str(uuid.uuid4()))
    type_id: Mapped[int] = to_one("artifact_types")
    type: Mapped[lookups.ArtifactType] = relationship()
    status_id: Mapped[int] = to_one("artifact_statuses")
    status: Mapped[lookups.ArtifactStatus] = relationship()
    priority_id: Mapped[int] = to_one("priorities")
    priority: Mapped[lookups.Priority] = relationship()
    system_id: Mapped[int] = to_one("systems")
    system: Mapped[System] = relationship()
    case_id: Mapped[int | None] = to_one("cases")
    case: Mapped[Case | None] = relationship()
    assigned_to_id: Mapped[int | None] = to_one("users")
    assigned_to: Mapped[User | None] = relationship(foreign_keys=[assigned_to_id])
    source_path: Mapped[str] = searched(sa.String(LONG))
    storage_path: Mapped[str] = mapped_column(sa.String(LONG), default="")
    md5: Mapped[str] = searched(sa.String(32), index=True)
    sha1: Mapped[str] = searched(sa.String(40), index=True)
    sha256: Mapped[str] = searched(sa.String(64), index=True)
    requested_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    acquired_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[str] = searched(sa.Text)
    note_external: Mapped[str] = searched(sa.Text)
    note_internal: Mapped[str] = searched(sa.Text)
    tags: Mapped[list[Tag]] = relationship(secondary=artifacts_tags)
