"""Documentation: notes across systems, and report items of one system."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models import lookups
from app.models.base import (
    Labelled,
    Record,
    SortText,
    derived,
    many_to_many,
    searched,
    to_one,
    unique_while_live,
)
from app.models.cases import Case
from app.models.systems import System
from app.models.tags import Tag
from app.models.users import User

notes_tags = many_to_many("notes", "tags")
report_items_tags = many_to_many("report_items", "tags")


class Note(Record, db.Model):
    """Documentation that is not tied to a system (Markdown)."""

    __tablename__ = "notes"
    __label__ = "title"
    __unique__ = ("title", "title_key")
    __table_args__ = (unique_while_live("notes", "title_key"),)

    title: Mapped[str] = mapped_column(sa.String(255), info={"searched": True})
    title_key: Mapped[str] = derived(sa.String(255))
    title_sort: Mapped[str] = derived(SortText)
    content: Mapped[str] = searched(sa.Text)
    case_id: Mapped[int | None] = to_one("cases")
    case: Mapped[Case | None] = relationship()
    status_id: Mapped[int] = to_one("note_statuses")
    status: Mapped[lookups.NoteStatus] = relationship()
    assigned_to_id: Mapped[int | None] = to_one("users")
    assigned_to: Mapped[User | None] = relationship(foreign_keys=[assigned_to_id])
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = derived(sa.Integer, default=1, server_default="1")
    """How often the text was saved; the texts themselves are in the history."""
    tags: Mapped[list[Tag]] = relationship(secondary=notes_tags)


class ReportItem(Labelled, db.Model):
    """Documentation of one system under a headline (Markdown); one per system, headline, subheadline."""

    __tablename__ = "report_items"
    __table_args__ = (unique_while_live("report_items", "place_key"),)

    system_id: Mapped[int] = to_one("systems")
    system: Mapped[System] = relationship()
    headline_id: Mapped[int] = to_one("headlines")
    headline: Mapped[lookups.Headline] = relationship()
    subheadline: Mapped[str] = searched(sa.String(255))
    place_key: Mapped[str] = derived(sa.String(300))
    content: Mapped[str] = searched(sa.Text)
    case_id: Mapped[int | None] = to_one("cases")
    case: Mapped[Case | None] = relationship()
    status_id: Mapped[int] = to_one("note_statuses")
    status: Mapped[lookups.NoteStatus] = relationship()
    assigned_to_id: Mapped[int | None] = to_one("users")
    assigned_to: Mapped[User | None] = relationship(foreign_keys=[assigned_to_id])
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = derived(sa.Integer, default=1, server_default="1")
    """How often the text was saved; the texts themselves are in the history."""
    tags: Mapped[list[Tag]] = relationship(secondary=report_items_tags)
