"""Lists as files: any entity as CSV or as a workbook, in batches, so that it comes back unchanged.

Internal fields are never exported, whoever asks. What a spreadsheet would take for a formula is
marked in CSV and stored as text in workbooks.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Protocol

from app.entities.computed import rows
from app.entities.entity import Entity, Field
from app.entities.query import BadQuery, Query, ids
from app.exporting.columns import column_of
from app.services.reading import LARGE, Row, chunks

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMULA_STARTS = "=+-@\t\r'"
"""A cell that begins with one of these gets a `'` in front; the import takes exactly one off again."""


class TooLong(ValueError):
    """The file can't hold it; the text says what and what to do."""


class File(Protocol):
    """A kind of file that rows can be added to."""

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows."""

    def finish(self) -> None:
        """Write what is left."""

    def abandon(self) -> None:
        """Clear away what was begun."""


class CsvFile:
    """Comma separated, UTF-8 with the mark by which Excel recognises it."""

    def __init__(self, stream: BinaryIO, entity: Entity, columns: Sequence[Field]) -> None:
        self.stream, self.columns = stream, columns
        stream.write(codecs.BOM_UTF8)
        self._write([[item.label for item in columns]])

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows, every value as the kind shows it."""
        self._write(zip(*(self._texts(item, rows) for item in self.columns), strict=True))

    def _texts(self, item: Field, rows: Sequence[Row]) -> Iterator[str]:
        return column_of(item, rows, lambda value: marked(item.kind.show(value)))

    def _write(self, rows: Iterable[Iterable[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        self.stream.write(text.getvalue().encode())

    def finish(self) -> None:
        """Everything is written."""

    abandon = finish


def marked(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text and text[0] in FORMULA_STARTS else text


def fields_of(entity: Entity, names: Sequence[str] = ()) -> list[Field]:
    """The fields to export, all in declared order without names; `BadQuery` names what there is not."""
    offered = {item.name: item for item in entity.visible(see_internal=False)}
    if not offered:
        raise BadQuery(f"{entity.label} are internal and never exported")
    for name in names:
        if name not in offered:
            raise BadQuery(f"{entity.plural} have no field “{name}” that can be exported")
    return [offered[name] for name in dict.fromkeys(names)] or list(offered.values())


def _kind(file_format: str) -> Callable[[BinaryIO, Entity, Sequence[Field]], File]:
    if file_format == "csv":
        return CsvFile
    from app.exporting.workbook import WorkbookFile  # what it needs is large: only for who asks for one

    return WorkbookFile


def write(
    query: Query,
    columns: Sequence[Field],
    file_format: str,
    stream: BinaryIO,
    step: Callable[[int, int], Any] = lambda done, total: None,
) -> int:
    """Write what the query finds; the number of rows. `step` is told how far it is."""
    entity = query.entity
    found, written = ids(query), 0
    file = _kind(file_format)(stream, entity, columns)
    names = [item.name for item in columns]
    passed = 0
    try:
        for part in chunks(found, LARGE):
            read = rows(entity, part, names)
            file.add(read)
            written += len(read)
            passed += len(part)
            step(passed, len(found))
        file.finish()
    except BaseException:
        file.abandon()
        raise
    return written
