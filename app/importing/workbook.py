"""XLSX workbooks: bounded before anything is inflated in full, then read by calamine."""

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import IO, Any

import python_calamine

from app.exporting.columns import ABOUT
from app.importing import origin
from app.importing.raw import MAX_CELL, MAX_COLUMNS, Line, Raw, check_size
from app.importing.refusal import ImportRefused
from app.services.spool import Spool

MAX_MEMBERS = 2_000
MAX_INFLATED = 512 * 2**20
MAX_RATIO = 250
MAX_SHEETS = 100
MAX_GRID = 8_000_000
_RATIO_COUNTS_FROM = 2**20
_CHUNK = 2**18
_TOKEN = re.compile(rb"""<(?:\w+:)?(row|c)\b(?:[^>]*?\br=["']([A-Z]{0,3})(\d+)["'])?[^>]*?(/?)>""")
"""A row or a cell, with its reference if it has one; a cell that closes itself is empty."""
_PADDED = re.compile(rb'formatCode="0{2,}"')


def read_workbook(data: bytes, choose: Any, sheet: str = "") -> Raw:
    """One sheet as text; `choose` picks among `Raw` sheets when no name is given."""
    padded = _check(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [m.name for m in book.sheets_metadata if m.typ == python_calamine.SheetTypeEnum.WorkSheet]
        told = [cells for _, cells in _raw(book, ABOUT, names, b"").rows] if ABOUT in names else []
        own = origin.sheet_of(told)
        wanted = next(([name] for name in (sheet, own) if name in names), names)
        raws = [_raw(book, name, names, data if padded else b"") for name in wanted]
        for raw in raws:
            raw.about = told
    except (python_calamine.CalamineError, OSError, ValueError, KeyError) as error:
        if isinstance(error, ImportRefused):
            raise
        raise ImportRefused("The workbook is damaged: it can't be read.") from error
    if not raws:
        raise ImportRefused("The workbook has no sheet with cells.")
    return raws[0] if len(raws) == 1 else choose(raws)


def _raw(book: Any, name: str, names: list[str], padded_data: bytes) -> Raw:
    sheet = book.get_sheet_by_name(name)
    first = sheet.start or (0, 0)
    typed = _typed_with_zeros(padded_data, name) if padded_data else {}
    rows: Spool[Line] = Spool()
    for number, values in enumerate(islice(sheet.iter_rows(), first[0], None), first[0] + 1):
        cells = [_text(value) for value in values]
        for column, text in typed.get(number, {}).items():
            cells[column - first[1]] = text
        rows.append((number, cells))
    check_size(len(rows), sheet.width)
    return Raw("xlsx", rows, sheet=name, sheets=names)


def _text(value: Any) -> str:
    """A cell as somebody would have typed it."""
    if isinstance(value, str):
        return _checked(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        day_only = value.time() == dt.time()
        return value.date().isoformat() if day_only else value.isoformat(sep=" ")
    return str(value)


def _checked(text: str) -> str:
    if "\0" in text:
        raise ImportRefused("The workbook contains NUL characters: it is damaged.")
    if len(text) > MAX_CELL:
        raise ImportRefused(f"A cell is longer than {MAX_CELL:,} characters.")
    return text


def _typed_with_zeros(data: bytes, name: str) -> dict[int, dict[int, str]]:
    """Numbers shown with leading zeros by their number format, by row and column (from 0)."""
    import openpyxl  # large, and needed for few files

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheet = book[name]
    sheet.reset_dimensions()
    found: dict[int, dict[int, str]] = {}
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, int) and re.fullmatch("0{2,}", cell.number_format):
                found.setdefault(cell.row, {})[cell.column - 1] = str(cell.value).zfill(
                    len(cell.number_format)
                )
    return found


def _check(data: bytes) -> bool:
    """Refuse bombs, entities and oversize before anything is parsed; true if numbers may be zero-padded."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check_members(archive.infolist())
        padded = False
        for member in archive.infolist():
            if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
                continue
            try:
                with archive.open(member) as stream:
                    padded |= _check_part(member.filename.lower(), stream)
            except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError) as error:
                raise ImportRefused("The workbook is damaged or protected by a password.") from error
    return padded


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise ImportRefused(f"The workbook has more than {MAX_MEMBERS:,} parts.")
    if sum(member.file_size for member in members) > MAX_INFLATED:
        raise ImportRefused(f"The workbook is larger than {MAX_INFLATED // 2**20} MB when unpacked.")
    for member in members:
        packed = max(member.compress_size, 1)
        if member.file_size > _RATIO_COUNTS_FROM and member.file_size / packed > MAX_RATIO:
            raise ImportRefused("The workbook is packed so tightly that it looks like a ZIP bomb.")
        if member.flag_bits & 1:
            raise ImportRefused("The workbook is protected by a password: save it without one.")
    if sum(m.filename.startswith("xl/worksheets/") for m in members) > MAX_SHEETS * 2:
        raise ImportRefused(f"The workbook has more than {MAX_SHEETS} sheets.")


def _check_part(name: str, stream: IO[bytes]) -> bool:
    """Walk one XML part in pieces; true if it is a style sheet with zero-padded number formats."""
    rows = columns = row = column = 0
    padded = False
    for piece in _pieces(stream):
        if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece or piece.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ImportRefused("The workbook contains XML entities or an unusual encoding.")
        padded = padded or ("styles" in name and bool(_PADDED.search(piece)))
        for token, letters, number, closed in _TOKEN.findall(piece):
            if token == b"row":
                row, column = int(number) if number else row + 1, 0
            elif not closed:
                column = _number(letters) if letters else column + 1
                row = int(number) if letters else row
                rows, columns = max(rows, row), max(columns, column)
    _check_grid(rows, columns)
    return padded


def _check_grid(rows: int, columns: int) -> None:
    if columns > MAX_COLUMNS:
        raise ImportRefused(f"A sheet has more than {MAX_COLUMNS:,} columns.")
    if rows * columns > MAX_GRID:
        raise ImportRefused("A sheet is too large: save only the rows and columns that hold something.")


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in pieces that do not cut a tag in two."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        cut = chunk.rfind(b"<")
        if cut < 0:
            rest += chunk
            if len(rest) > 64 * _CHUNK:
                raise ImportRefused("The workbook contains a text that is too long.")
            continue
        yield rest + chunk[:cut]
        rest = chunk[cut:]
    yield rest


@cache
def _number(letters: bytes) -> int:
    """The number of a column: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
