"""Cases: the incidents, when there are several."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models import lookups
from app.models.base import Named, UtcDateTime, derived, many_to_many, to_one, unique_while_live
from app.models.tags import Tag
from app.models.users import User

cases_tags = many_to_many("cases", "tags")


class Case(Named, db.Model):
    """An incident that systems belong to."""

    __tablename__ = "cases"
    __table_args__ = (unique_while_live("cases", "name_key"), unique_while_live("cases", "external_id_key"))

    external_id: Mapped[str] = mapped_column(sa.String(255), default="")
    external_id_key: Mapped[str | None] = derived(sa.String(255))
    """Empty for a case without one: many may have none."""
    status_id: Mapped[int] = to_one("case_statuses")
    status: Mapped[lookups.CaseStatus] = relationship()
    priority_id: Mapped[int] = to_one("priorities")
    priority: Mapped[lookups.Priority] = relationship()
    type_id: Mapped[int | None] = to_one("case_types")
    type: Mapped[lookups.CaseType | None] = relationship()
    is_incident: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    assigned_to_id: Mapped[int | None] = to_one("users")
    assigned_to: Mapped[User | None] = relationship(foreign_keys=[assigned_to_id])
    result: Mapped[str] = mapped_column(sa.Text, default="")
    note_external: Mapped[str] = mapped_column(sa.Text, default="")
    note_internal: Mapped[str] = mapped_column(sa.Text, default="")
    tags: Mapped[list[Tag]] = relationship(secondary=cases_tags)
