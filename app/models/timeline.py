"""The timeline: what happened on a system, and when."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.base import Labelled, UtcDateTime, derived, many_to_many, searched, to_one, unique_while_live
from app.models.cases import Case
from app.models.systems import System
from app.models.tags import Tag

timeline_tags = many_to_many("timeline", "tags")


class TimelineEntry(Labelled, db.Model):
    """One event of one system, to the microsecond."""

    __tablename__ = "timeline"
    __table_args__ = (
        unique_while_live("timeline", "fingerprint"),
        sa.Index("ix_timeline_system_id_time", "system_id", "time"),
    )

    system_id: Mapped[int] = mapped_column(sa.ForeignKey("systems.id"))
    system: Mapped[System] = relationship()
    time: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True, info={"exact": True})
    zone: Mapped[str] = mapped_column(sa.String(64), default="")
    """The zone as it was given with the time; the time itself is stored in UTC."""
    type: Mapped[str] = searched(sa.String(255))
    content: Mapped[str] = searched(sa.Text, info={"verbatim": True})
    note: Mapped[str] = searched(sa.Text)
    source: Mapped[str] = searched(sa.String(255))
    fingerprint: Mapped[str] = derived(sa.String(64))
    """SHA-256 of system, time, type and content: the same event is there once."""
    case_id: Mapped[int | None] = to_one("cases")
    case: Mapped[Case | None] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=timeline_tags)
