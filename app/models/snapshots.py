"""Snapshots: the numbers of the status page, as they were at a moment."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.base import Record, derived


class Snapshot(Record, db.Model):
    """What was counted when it was created; statuses are named as they were called then."""

    __tablename__ = "snapshots"
    __label__ = "label"

    label: Mapped[str] = mapped_column(sa.String(255), default="")
    numbers: Mapped[dict[str, Any]] = derived(sa.JSON, default=dict)
