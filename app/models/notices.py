"""Notices: what concerns a person and was not done by their own click."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.base import UtcDateTime, now


class NoticeKind(StrEnum):
    """What a notice tells of."""

    JOB = "job"
    ASSIGNED = "assigned"
    UNDONE = "undone"


class Notice(db.Model):
    """One notice for one person; it stays new until it is read."""

    __tablename__ = "notices"
    __table_args__ = (sa.Index("ix_notices_user_id_read_at", "user_id", "read_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    kind: Mapped[NoticeKind] = mapped_column(
        sa.Enum(NoticeKind, native_enum=False, length=20, values_callable=list)
    )
    text: Mapped[str] = mapped_column(sa.Text)
    address: Mapped[str] = mapped_column(sa.String(255))
    is_bad: Mapped[bool] = mapped_column(default=False)
    read_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
