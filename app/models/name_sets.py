"""Kept sets of systems: what somebody pasted, or made from pasted names, under one short address."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.base import UtcDateTime, now


def _gone_with(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", ondelete="CASCADE")


name_sets_systems = sa.Table(
    "name_sets_systems",
    db.metadata,
    sa.Column("set_id", _gone_with("name_sets"), primary_key=True),
    sa.Column("system_id", _gone_with("systems"), primary_key=True, index=True),
)


class NameSet(db.Model):
    """Systems that were named together; `told` is what a creator said of the lines it did not make."""

    __tablename__ = "name_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    words: Mapped[str] = mapped_column(sa.String(60))
    """As the filter shows it: "213 pasted names"."""
    text: Mapped[str] = mapped_column(sa.Text)
    told: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    change_set_id: Mapped[int | None] = mapped_column(sa.ForeignKey("change_sets.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
