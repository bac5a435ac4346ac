"""Lists as files: any entity as CSV, workbook or JSON, in batches, so that it comes back unchanged.

Internal fields are only in what a profile says is internal. What a spreadsheet would take for a formula is
marked in CSV and stored as text in workbooks.
"""

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Protocol

from app.entities.computed import rows
from app.entities.entity import Entity, Field
from app.entities.query import BadQuery, Query, ids
from app.exporting import extras
from app.exporting.columns import Manner, column_of
from app.services.reading import LARGE, Row, chunks

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
PLAIN = Manner()
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

    def __init__(
        self, stream: BinaryIO, entity: Entity, columns: Sequence[Field], manner: Manner = PLAIN
    ) -> None:
        self.stream, self.columns, self.manner = stream, columns, manner
        stream.write(codecs.BOM_UTF8)
        self._write([[marked(item.label) for item in columns]])

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows, every value as the kind shows it."""
        self._write(zip(*(self._texts(item, rows) for item in self.columns), strict=True))

    def _texts(self, item: Field, rows: Sequence[Row]) -> Iterator[str]:
        return column_of(item, rows, lambda value: marked(self.manner.text(item, value)))

    def _write(self, rows: Iterable[Iterable[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        self.stream.write(text.getvalue().encode())

    def finish(self) -> None:
        """Below an empty row, what the file says about itself."""
        if self.manner.about:
            self._write([[], *([name, marked(text)] for name, text in self.manner.about)])

    def abandon(self) -> None:
        """There is nothing but the stream."""


class JsonFile:
    """A list of objects, each as REST shows the record, reduced to the columns."""

    def __init__(
        self, stream: BinaryIO, entity: Entity, columns: Sequence[Field], manner: Manner = PLAIN
    ) -> None:
        self.stream, self.columns, self.start = stream, columns, b"["

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows, a line each."""
        for row in rows:
            values = {item.name: item.kind.json(row[item.name]) for item in self.columns}
            line = json.dumps({"id": row.id} | values | {"revision": row.revision}, ensure_ascii=False)
            self.stream.write(self.start + b"\n" + line.encode())
            self.start = b","

    def finish(self) -> None:
        """Close the list."""
        self.stream.write((self.start if self.start == b"[" else b"\n") + b"]\n")

    def abandon(self) -> None:
        """There is nothing but the stream."""


def marked(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text and text[0] in FORMULA_STARTS else text


def fields_of(entity: Entity, names: Sequence[str] = (), *, internal: bool = False) -> list[Field]:
    """The fields to export, all in declared order without names; `BadQuery` names what there is not."""
    offered = {item.name: item for item in entity.visible(see_internal=internal)}
    extra = {item.name: item for item in extras.of(entity) if internal or not item.internal}
    if not offered:
        raise BadQuery(f"{entity.label} are internal and never exported")
    for name in names:
        if name not in offered and name not in extra:
            raise BadQuery(f"{entity.plural} have no field “{name}” that can be exported")
    return [(offered | extra)[name] for name in dict.fromkeys(names)] or list(offered.values())


def _kind(file_format: str) -> Callable[[BinaryIO, Entity, Sequence[Field], Manner], File]:
    if file_format in ("csv", "json"):
        return CsvFile if file_format == "csv" else JsonFile
    from app.exporting.workbook import WorkbookFile  # what it needs is large: only for who asks for one

    return WorkbookFile


def write(
    query: Query,
    columns: Sequence[Field],
    file_format: str,
    stream: BinaryIO,
    step: Callable[[int, int], Any] = lambda done, total: None,
    manner: Manner = PLAIN,
) -> int:
    """Write what the query finds; the number of rows. `step` is told how far it is."""
    entity = query.entity
    found, written = ids(query), 0
    file = _kind(file_format)(stream, entity, columns, manner)
    names = extras.needed(columns)
    passed = 0
    try:
        for part in chunks(found, LARGE):
            read = rows(entity, part, names)
            extras.fill(columns, read)
            file.add(read)
            written += len(read)
            passed += len(part)
            step(passed, len(found))
        file.finish()
    except BaseException:
        file.abandon()
        raise
    return written
