"""Kinds of single values that are no text: numbers, yes or no, times, words of a fixed list."""

import datetime as dt
import re
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.entities.kinds import Kind


class Integer(Kind):
    """A whole number."""

    editor = "integer"

    def parse(self, raw: Any, zone: dt.tzinfo | None = dt.UTC) -> Any:
        """A whole number, or None."""
        if raw in ("", None):
            return None if self.may_be_empty else 0
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
        return {"type": ["integer", "null"] if self.may_be_empty else "integer"}

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

    def parse(self, raw: Any, zone: dt.tzinfo | None = dt.UTC) -> Any:
        """True, False, or None for unknown."""
        text = str("" if raw is None else raw).strip().casefold()
        if text in self.YES:
            return True
        if text in self.NO:
            return False
        if text in ("", "unknown", "?"):
            return None if self.may_be_empty else False
        raise ValueError(f"“{raw}” is neither yes nor no")

    def show(self, value: Any) -> str:
        """Yes, no, or nothing."""
        return "" if value is None else "yes" if value else "no"

    def excel(self, value: Any) -> Any:
        """The words, so that a filter in the workbook reads well."""
        return self.show(value)

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": ["boolean", "null"] if self.may_be_empty else "boolean"}

    def choices(self) -> list[tuple[str, str]]:
        """The values with their words."""
        unknown = [("", "unknown")] if self.may_be_empty else []
        return [("yes", "yes"), ("no", "no"), *unknown]


_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,? +(.+))?")
"""Day, month, year: with dots no other order is in use."""


def _iso(text: str) -> str:
    found = _DOTTED.fullmatch(text)
    if found is None:
        return text
    day, month, year, time = found.groups("")
    return f"{year}-{month:0>2}-{day:0>2} {time}".rstrip()


def _moment(text: str, zone: dt.tzinfo | None) -> dt.datetime:
    """A time as it is written or shown: ISO 8601, or with the name of a zone behind it (`22:14 CET`)."""
    named = re.fullmatch(r"(.*\d) ([A-Z]{2,5}|[+-]\d{2,4})", text)
    if named is None:
        return dt.datetime.fromisoformat(_iso(text))
    bare = dt.datetime.fromisoformat(_iso(named[1]))
    for moment in (bare.replace(tzinfo=zone), bare.replace(tzinfo=zone, fold=1), bare.replace(tzinfo=dt.UTC)):
        if moment.tzname() == named[2] and bare.tzinfo is None:
            return moment.replace(tzinfo=dt.timezone(moment.utcoffset() or dt.timedelta(), named[2]))
    raise ValueError(text)


class DateTime(Kind):
    """A moment; stored in UTC, shown with its zone."""

    editor = "datetime"

    @property
    def is_exact(self) -> bool:
        """True for what was found: shown as precise as it is, and known in the zone that it was given in."""
        return bool(self.column.info.get("exact"))

    def parse(self, raw: Any, zone: dt.tzinfo | None = dt.UTC) -> Any:
        """ISO 8601 or day.month.year, with or without time and zone; None for nothing.

        In UTC; an exact one in the zone that it was given in. Without a zone to mean (`zone` None), a time
        must have its own.
        """
        if isinstance(raw, dt.datetime):
            moment = raw
        else:
            text = str("" if raw is None else raw).strip()
            if not text:
                return None
            try:
                moment = _moment(text, zone)
            except ValueError:
                raise ValueError(f"“{text}” is not a time such as 2026-11-20 22:14 or 20.11.2026") from None
        if moment.tzinfo is None and zone is None:
            raise ValueError(f"“{raw}” has no zone: write it as 2026-11-20T22:14:00Z or with +01:00")
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        try:
            utc = moment.astimezone(dt.UTC)
        except OverflowError:
            raise ValueError(f"“{raw}” is out of range") from None
        return moment if self.is_exact else utc

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

    def parse(self, raw: Any, zone: dt.tzinfo | None = dt.UTC) -> Any:
        """The word, ignoring case; nothing means the default."""
        text = str("" if raw is None else raw).strip().casefold()
        if not text and self.column.default is not None:
            return self.column.default.arg
        for item in self.enum:
            if text.replace("-", " ") == item.replace("-", " "):
                return item
        raise ValueError(f"“{raw}” is not one of {', '.join(self.enum)}")

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
