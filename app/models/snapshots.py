"""Snapshots: the numbers of the status page, as they were at a moment."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.base import UtcDateTime, now
from app.models.users import User


class Snapshot(db.Model):
    """What was counted; statuses are named as they were called then."""

    __tablename__ = "snapshots"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now, index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    by: Mapped[User | None] = relationship()
    label: Mapped[str] = mapped_column(sa.String(255), default="")
    numbers: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
