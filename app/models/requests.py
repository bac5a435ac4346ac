"""Requests that were answered already, so that sending one again does nothing twice."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.base import UtcDateTime


class AnsweredRequest(db.Model):
    """The answer to a request that carried an `Idempotency-Key`, stored in the same transaction."""

    __tablename__ = "answered_requests"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    status: Mapped[int] = mapped_column()
    answer: Mapped[Any] = mapped_column(sa.JSON)
