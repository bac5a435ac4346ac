"""What a file writes for the values of a column: made once for each of them, not for each row."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.entities.entity import Field
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
