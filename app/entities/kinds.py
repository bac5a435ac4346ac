"""Kinds of values: how each is read, shown, written to files and JSON, described and filtered.

A kind answers the same few questions for every surface, so a list cell, a form, an import cell,
an export and REST can't disagree. References are in `links`.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from app.models.base import Record, UtcDateTime, key_of
from app.services import search
from app.services.reading import field_of
from app.services.shape import Attribute


def without_nul(text: str) -> str:
    """The text itself; `ValueError` if it holds a NUL character, which no database takes."""
    if "\0" in text:
        raise ValueError("contains a NUL character")
    return text


def has_text(table: Any, name: str, text: str) -> Any:
    """The condition that a column contains a text, ignoring case; by the column's key where it has one."""
    key = table.c.get(f"{name}_key")
    if key is None:
        return sa.func.lower(table.c[name]).contains(text.lower(), autoescape=True)
    return key.contains(key_of(text), autoescape=True)


def is_text(table: Any, name: str, text: str) -> Any:
    """The condition that a column is this text, ignoring case."""
    key = table.c.get(f"{name}_key")
    return sa.func.lower(table.c[name]) == text.lower() if key is None else key == key_of(text)


class Kind:
    """One line of text; the base of every other kind."""

    editor = "text"
    is_many = False
    is_computed = False
    """True if no row stores the value: it is made from others, never edited."""
    is_markup = False
    """True for texts in Markdown, which are shown as what they mean."""

    def __init__(self, attribute: Attribute, model: type[Record]) -> None:
        self.attribute = attribute
        self.model = model

    @property
    def column(self) -> Any:
        """The column that holds the value (for references: the key)."""
        return self.attribute.column

    @property
    def may_be_empty(self) -> bool:
        """True if records can be without a value."""
        return self.is_many or self.column.nullable or self.editor in ("text", "markdown")

    def parse(self, raw: Any, zone: dt.tzinfo | None = dt.UTC) -> Any:
        """What a form, a cell or JSON gave, as a value; `ValueError` says what is wrong with it.

        Times without a zone are meant in `zone`; without one they are refused.
        """
        if raw is None:
            return ""
        if isinstance(raw, (dict, list, bool)):
            raise ValueError("must be text")
        return without_nul(str(raw)).replace("\r\n", "\n").strip()

    def of_form(self, form: Any) -> str:
        """What a form holds of the field, several values joined."""
        return "; ".join(form.getlist(self.attribute.name))

    def resolve(self, change_set: Any, value: Any) -> Any:
        """The plain value of a parsed one; references look their row up, or create it."""
        return value

    def show(self, value: Any) -> str:
        """The value as text: for a cell, for CSV."""
        return "" if value is None else str(value)

    def excel(self, value: Any) -> Any:
        """The value as a workbook holds it."""
        return self.show(value)

    def json(self, value: Any) -> Any:
        """The value as REST gives it."""
        return value

    def base(self, value: Any) -> str:
        """The value as an editor sends it back, to tell whether somebody changed it meanwhile."""
        return self.show(value)

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the value, as REST gives it."""
        return {"type": "string"}

    def input_schema(self) -> dict[str, Any]:
        """The JSON schema of what REST accepts."""
        return self.schema()

    def equals(self, raw: str) -> Any:
        """The condition that the field has this value; `ValueError` for what can't be one."""
        return is_text(self.model.__table__, self.attribute.name, self.parse(raw))

    def contains(self, text: str) -> Any:
        """The condition that the field's text contains this, ignoring case."""
        return has_text(self.model.__table__, self.attribute.name, text)

    def leads(self) -> Any:
        """A select of what the global search finds by this field: ids, and whether it is just the text."""
        table, name = self.model.__table__, self.attribute.name
        return sa.select(table.c.id, search.exactly(table, name)).where(search.has_it(table, name))

    def empty(self) -> Any:
        """The condition that the field is empty."""
        return sa.or_(self.column.is_(None), self.column == "")

    def at_least(self, raw: str) -> Any:
        """The lower end of a range."""
        return self.column >= self.parse(raw)

    def at_most(self, raw: str) -> Any:
        """The upper end of a range."""
        return self.column <= self.parse(raw)

    def order(self) -> Any:
        """What the field sorts by."""
        sort = self.model.__table__.c.get(f"{self.attribute.name}_sort")
        return sa.func.lower(self.column) if sort is None else sort


class LongText(Kind):
    """Text of several lines, written in Markdown; shown as it is where the column is `verbatim`."""

    editor = "markdown"

    @property
    def is_markup(self) -> bool:  # type: ignore[override]
        """False for what was found: log lines and paths must not lose a character."""
        return not self.column.info.get("verbatim")

    def equals(self, raw: str) -> Any:
        """Long text is searched, not compared."""
        return self.contains(raw)


class IpAddress(Kind):
    """An address of version 4 or 6."""


def kind_of(field: Any, model: type[Record]) -> Kind:
    """The kind that fits the mapped attribute, so that a field is rarely told its type."""
    from app.entities.links import kind_of_link
    from app.entities.scalars import Boolean, Choice, DateTime, Integer

    attribute = field_of(model, field.name)
    if attribute.sort != "column":
        return kind_of_link(attribute, model)
    column_type = attribute.column.type
    if isinstance(column_type, sa.Enum):
        return Choice(attribute, model)
    if isinstance(column_type, UtcDateTime):
        return DateTime(attribute, model)
    if isinstance(column_type, sa.Boolean):
        return Boolean(attribute, model)
    if isinstance(column_type, sa.Integer):
        return Integer(attribute, model)
    return LongText(attribute, model) if isinstance(column_type, sa.Text) else Kind(attribute, model)
