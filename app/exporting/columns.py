"""What a file writes for the values of a column: made once for each of them, not for each row."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.entities.entity import Field
from app.entities.several import joined
from app.services.reading import Row


class _Once(dict):
    """What is made of each value, made at its first use."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self.make = make

    def __missing__(self, value: Any) -> Any:
        made = self[value] = self.make(value)
        return made


def column_of(item: Field, rows: Sequence[Row], make: Callable[[Any], Any]) -> Iterator[Any]:
    """What `make` makes of the field's value, row by row; several values come to it as a tuple."""
    values = (row.values[item.name] for row in rows)
    return map(_Once(make).__getitem__, map(tuple, values) if item.kind.is_many else values)


SPLITS = {";": "; ", ",": ", ", "|": "|", " ": " ", "\n": "\n"}
"""What may stand between several values of a cell, and how it is written."""


ABOUT = "About this file"
"""The sheet that says when, by whom and of what the file was made."""
TIMES = ("exact", "minutes")
"""How times are written: as precise as they are, with their zone, or as `YYYY-MM-DD HH:MM` (UTC)."""


@dataclass(frozen=True)
class Manner:
    """How a file is written: what splits several values, how times look, the columns with a sheet of
    explanations of their values, and what the file says about itself, line by line.
    """

    split: str = ";"
    times: str = "exact"
    explained: tuple[str, ...] = ()
    about: tuple[tuple[str, str], ...] = ()

    def text(self, item: Field, value: Any) -> str:
        """A value as text; several so that they can be told apart again."""
        if self.times == "minutes" and isinstance(value, dt.datetime):
            return f"{value.astimezone(dt.UTC):%Y-%m-%d %H:%M}"
        if not item.kind.is_many or self.split == ";":
            return item.kind.show(value)
        return joined([getattr(one, "name", one) for one in value], SPLITS[self.split])
