"""From bytes to cells: what a file is, is decided by its content, never by its name."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from app.importing.raw import Raw
from app.importing.refusal import ImportRefused
from app.importing.text import read_text
from app.importing.workbook import read_workbook

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_STRANGERS = (
    (_OLE, "The file is protected by a password or in the old Excel format: save it as .xlsx without one."),
    (b"\x89PNG", "The file is a picture, not a table."),
    (b"\xff\xd8\xff", "The file is a picture, not a table."),
    (b"GIF8", "The file is a picture, not a table."),
    (b"%PDF", "The file is a PDF, not a table."),
    (b"\x1f\x8b", "The file is packed (gzip): unpack it first."),
    (b"7z\xbc\xaf", "The file is packed (7-Zip): unpack it first."),
    (b"Rar!", "The file is packed (RAR): unpack it first."),
    (b"\x7fELF", "The file is a program, not a table."),
    (b"{\\rtf", "The file is a text document, not a table."),
)


@dataclass(frozen=True)
class Reading:
    """How somebody wants a file read; what is empty is recognised."""

    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    sheet: str = ""
    header: int | None = None


def read(data: bytes, reading: Reading, choose: Callable[[list[Raw]], Raw]) -> Raw:
    """The cells of a file; `choose` picks the sheet of a workbook that has several."""
    if not data.strip():
        raise ImportRefused("The file is empty.")
    for magic, reason in _STRANGERS:
        if data.startswith(magic):
            raise ImportRefused(reason)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_archive(data, reading, choose)
    _refuse_markup(data)
    return read_text(data, encoding=reading.encoding, delimiter=reading.delimiter, quote=reading.quote)


def _read_archive(data: bytes, reading: Reading, choose: Callable[[list[Raw]], Raw]) -> Raw:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        raise ImportRefused("The file is a damaged archive, not a table.") from None
    if "xl/workbook.xml" not in names:
        raise ImportRefused("The file is an archive without an Excel workbook (.xlsx) in it.")
    return read_workbook(data, choose, reading.sheet)


def _refuse_markup(data: bytes) -> None:
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg")):
        raise ImportRefused("The file is a web page or XML, not a table.")
    if start.startswith((b"{", b"[{")):
        raise ImportRefused("The file is JSON, not a table.")
