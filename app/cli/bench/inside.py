"""What imports and exports need, in this process, beside the least that any program must do."""

import csv
import gc
import io
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy as copied
from typing import Any

import sqlalchemy as sa
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.cli.bench import bare
from app.cli.bench.scratch import Scratch
from app.entities.query import understand_text
from app.entities.registry import entity
from app.exporting import files
from app.exporting.workbook import WorkbookFile
from app.extensions import db
from app.importing import at_once
from app.importing.actors import actor_for
from app.security.access import person_named
from app.services.reading import chunks, read

_SINGLE = ("priority", "status", "analysis_status", "assigned_to", "os", "domain", "dns_name", "type")
COLUMNS = ("name", *_SINGLE, "location", "reason", "tags", "ips", "created_at", "updated_at")
RUNS = 3


def measure(scratch: Scratch, size: int) -> dict[str, float]:
    """Import a sheet of that size, import it again, export what is there then."""
    from app import create_app

    with create_app(scratch.settings).app_context():
        figures = _imports(scratch.sheet(size))
        gc.collect()
        gc.freeze()  # what the import left behind is not there in the worker that exports
        scratch.learn_statistics()
        figures |= _csv() | _workbook()
        db.session.remove()
        db.engine.dispose()
        return figures


def _imports(sheet: bytes) -> dict[str, float]:
    with _write_locks() as held:
        first = _seconds(lambda: _import(sheet))
    least = statistics.median(bare.seconds() for _ in range(RUNS))
    second = _seconds(lambda: _import(sheet))
    return {
        "import_s": round(first, 2),
        "import_ratio": round(first / least, 2),
        "reimport_ratio": round(second / least, 2),
        "write_lock_s": round(max(held), 2),
    }


def _import(sheet: bytes) -> None:
    actor = actor_for(person_named("admin"))
    at_once.import_bytes(sheet, "systems.csv", actor)
    db.session.commit()


@contextmanager
def _write_locks() -> Iterator[list[float]]:
    """The seconds that the write lock was held, each time, from its taking to the end of the commit."""
    held: list[float] = []
    taken: list[float] = []

    def take(_connection, _cursor, statement, *_more) -> None:
        if statement.startswith("BEGIN IMMEDIATE") or "pg_advisory_xact_lock" in statement:
            taken.append(time.perf_counter())

    def give(_session) -> None:
        if taken:
            held.append(time.perf_counter() - taken.pop())

    event.listen(db.engine, "after_cursor_execute", take)
    event.listen(Session, "after_commit", give)
    yield held
    event.remove(Session, "after_commit", give)
    event.remove(db.engine, "after_cursor_execute", take)


def _export(file_format: str) -> None:
    systems = entity("systems")
    columns = files.fields_of(systems, COLUMNS)
    files.write(understand_text(systems, "sort=name"), columns, file_format, io.BytesIO())
    db.session.rollback()


def _csv() -> dict[str, float]:
    """Beside one SELECT of the same texts and `csv.writer`."""

    def least() -> None:
        writer = csv.writer(io.StringIO())
        writer.writerows(db.session.execute(bare.texts()))

    ours = statistics.median(_seconds(lambda: _export("csv")) for _ in range(RUNS))
    return {"csv_ratio": round(ours / statistics.median(_seconds(least) for _ in range(RUNS)), 2)}


def _workbook() -> dict[str, float]:
    """Beside openpyxl's own writing of the same cells in the same styles."""
    rows = _cells()

    def least() -> None:
        book = Workbook(write_only=True)
        sheet, styles = book.create_sheet(), {}
        for row in rows:
            sheet.append([_copied(sheet, cell, styles) for cell in row])
        book.save(io.BytesIO())

    bare_seconds = _seconds(least)
    return {"xlsx_ratio": round(_seconds(lambda: _export("xlsx")) / bare_seconds, 2)}


def _copied(sheet: Any, cell: Any, styles: dict[int, Any]) -> Any:
    """The same cell in another workbook; a style is made once, as the export does."""
    if not isinstance(cell, Cell):
        return cell
    copy = WriteOnlyCell(sheet, cell.value)
    copy.data_type = cell.data_type
    if id(cell._style) not in styles:
        copy.font, copy.fill, copy.number_format = copied(cell.font), copied(cell.fill), cell.number_format
        styles[id(cell._style)] = copy._style
    copy._style = styles[id(cell._style)]
    return copy


def _cells() -> list[tuple[Any, ...]]:
    """The cells of the export as they are handed to openpyxl."""
    systems = entity("systems")
    columns = files.fields_of(systems, COLUMNS)
    file = WorkbookFile(io.BytesIO(), systems, columns)
    ids = list(db.session.scalars(sa.select(systems.model.id).order_by(systems.model.id)))
    rows = [row for part in chunks(ids) for row in file.cells(read(systems.model, part, COLUMNS))]
    file.abandon()
    db.session.rollback()
    return rows


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
