"""Kinds of values: how each is read, shown, written to files and JSON, described and filtered.

A kind answers the same few questions for every surface, so a list cell, a form, an import cell,
an export and REST can't disagree. References are in `links`.
"""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.models.base import Record, UtcDateTime, key_of
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

    def __init__(self, attribute: Attribute, model: type[Record]) -> None:
        self.attribute = attribute
        self.model = model

    @property
    def column(self) -> Any:
        """The column that holds the value (for references: the key)."""
        return self.attribute.column

    def parse(self, raw: Any, zone: dt.tzinfo = dt.UTC) -> Any:
        """What a form, a cell or JSON gave, as a value; `ValueError` says what is wrong with it.

        Times without a zone are meant in `zone`.
        """
        if raw is None:
            return ""
        if isinstance(raw, (dict, list, bool)):
            raise ValueError("must be text")
        return without_nul(str(raw)).replace("\r\n", "\n").strip()

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
    """Text of several lines, written in Markdown."""

    editor = "markdown"

    def equals(self, raw: str) -> Any:
        """Long text is searched, not compared."""
        return self.contains(raw)


class IpAddress(Kind):
    """An address of version 4 or 6."""


class Integer(Kind):
    """A whole number."""

    editor = "integer"

    def parse(self, raw: Any, zone: dt.tzinfo = dt.UTC) -> Any:
        """A whole number, or None."""
        if raw in ("", None):
            return None if self.column.nullable else 0
        try:
            number = int(str(raw).strip())
        except ValueError:
            raise ValueError(f"“{raw}” is not a whole number") from None
        if not -(2**31) <= number < 2**31:
            raise ValueError(f"“{raw}” is too large")
        return number

    def excel(self, value: Any) -> Any:
        """A number."""
        return value

    def schema(self) -> dict[str, Any]:
        """An integer."""
        return {"type": ["integer", "null"] if self.column.nullable else "integer"}

    def equals(self, raw: str) -> Any:
        """The same number."""
        return self.column == self.parse(raw)

    def contains(self, text: str) -> Any:
        """Numbers are not searched."""
        return sa.false()

    def empty(self) -> Any:
        """No number."""
        return self.column.is_(None)

    def order(self) -> Any:
        """By value."""
        return self.column


class Boolean(Integer):
    """Yes or no; unknown where the column allows it."""

    editor = "boolean"
    YES = ("1", "true", "yes", "y", "on", "x", "✓", "ja", "wahr")
    NO = ("0", "false", "no", "n", "off", "nein", "falsch")

    def parse(self, raw: Any, zone: dt.tzinfo = dt.UTC) -> Any:
        """True, False, or None for unknown."""
        text = str("" if raw is None else raw).strip().casefold()
        if text in self.YES:
            return True
        if text in self.NO:
            return False
        if text in ("", "unknown", "?"):
            return None if self.column.nullable else False
        raise ValueError(f"“{raw}” is neither yes nor no")

    def show(self, value: Any) -> str:
        """Yes, no, or nothing."""
        return "" if value is None else "yes" if value else "no"

    def excel(self, value: Any) -> Any:
        """The words, so that a filter in the workbook reads well."""
        return self.show(value)

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": ["boolean", "null"] if self.column.nullable else "boolean"}

    def choices(self) -> list[tuple[str, str]]:
        """The values with their words."""
        unknown = [("", "unknown")] if self.column.nullable else []
        return [("yes", "yes"), ("no", "no"), *unknown]


class DateTime(Kind):
    """A moment; stored in UTC, shown with its zone."""

    editor = "datetime"

    def parse(self, raw: Any, zone: dt.tzinfo = dt.UTC) -> Any:
        """ISO 8601 with or without zone, with or without time; None for nothing."""
        if isinstance(raw, dt.datetime):
            moment = raw
        else:
            text = str("" if raw is None else raw).strip().removesuffix(" UTC")
            if not text:
                return None
            try:
                moment = dt.datetime.fromisoformat(text)
            except ValueError:
                raise ValueError(f"“{text}” is not a time such as 2026-11-20 22:14") from None
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)
        except OverflowError:
            raise ValueError(f"“{raw}” is out of range") from None

    def show(self, value: Any) -> str:
        """As precise as it is, in UTC."""
        if value is None:
            return ""
        spec = "microseconds" if value.microsecond else "seconds" if value.second else "minutes"
        return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", spec) + "Z"

    def excel(self, value: Any) -> Any:
        """A real date of the workbook, in UTC (workbooks know no zones)."""
        return None if value is None else value.astimezone(dt.UTC).replace(tzinfo=None)

    def json(self, value: Any) -> Any:
        """ISO 8601 with zone."""
        return None if value is None else value.isoformat()

    def schema(self) -> dict[str, Any]:
        """A date-time."""
        return {"type": ["string", "null"], "format": "date-time"}

    def equals(self, raw: str) -> Any:
        """The same instant; a bare date means that day (UTC)."""
        start = self.parse(raw)
        if len(raw.strip()) == 10:
            return sa.and_(self.column >= start, self.column < start + dt.timedelta(days=1))
        return self.column == start

    def contains(self, text: str) -> Any:
        """Times are not searched."""
        return sa.false()

    def empty(self) -> Any:
        """No time."""
        return self.column.is_(None)

    def at_most(self, raw: str) -> Any:
        """Up to this instant; a bare date means to its end (UTC)."""
        end = self.parse(raw)
        if len(raw.strip()) == 10:
            return self.column < end + dt.timedelta(days=1)
        return self.column <= end

    def order(self) -> Any:
        """By time."""
        return self.column


class Choice(Kind):
    """One of a few fixed words."""

    editor = "choice"

    @property
    def enum(self) -> type[StrEnum]:
        """The words."""
        return self.column.type.enum_class

    def parse(self, raw: Any, zone: dt.tzinfo = dt.UTC) -> Any:
        """The word, ignoring case; nothing means the default."""
        text = str("" if raw is None else raw).strip().casefold()
        if not text and self.column.default is not None:
            return self.column.default.arg
        try:
            return self.enum(text)
        except ValueError:
            raise ValueError(f"“{raw}” is not one of {', '.join(self.enum)}") from None

    def json(self, value: Any) -> Any:
        """The word."""
        return None if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        """One of the words."""
        return {"type": "string", "enum": [str(item) for item in self.enum]}

    def choices(self) -> list[tuple[str, str]]:
        """The words, each as value and text."""
        return [(str(item), str(item).replace("-", " ")) for item in self.enum]

    def equals(self, raw: str) -> Any:
        """The same word."""
        return self.column == self.parse(raw)

    def contains(self, text: str) -> Any:
        """Words of a fixed list are not searched."""
        return sa.false()

    def empty(self) -> Any:
        """Never, unless the column allows it."""
        return self.column.is_(None)


def kind_of(field: Any, model: type[Record]) -> Kind:
    """The kind that fits the mapped attribute, so that a field is rarely told its type."""
    from app.entities.links import kind_of_link

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
