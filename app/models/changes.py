"""History: change sets and their changes. Written by `services.changes`, never edited."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.base import UtcDateTime
from app.models.users import User


class ChangeSet(db.Model):
    """One write: who, when, by which operation. Its id is the revision, without gaps."""

    __tablename__ = "change_sets"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    actor: Mapped[User | None] = relationship()
    source: Mapped[str] = mapped_column(sa.String(20), index=True)
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("jobs.id"), index=True)
    undo_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("change_sets.id"), index=True)
    change_count: Mapped[int] = mapped_column(default=0)
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class Change(db.Model):
    """What happened to one record: `diff` is {field: [old, new]}; references as {id, name}."""

    __tablename__ = "changes"
    __table_args__ = (
        sa.Index("ix_changes_entity_record_id_change_set_id", "entity", "record_id", "change_set_id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    change_set_id: Mapped[int] = mapped_column(sa.ForeignKey("change_sets.id"), index=True)
    change_set: Mapped[ChangeSet] = relationship()
    entity: Mapped[str] = mapped_column(sa.String(40))
    record_id: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(sa.Text, default="")
    action: Mapped[str] = mapped_column(sa.String(10))
    diff: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
