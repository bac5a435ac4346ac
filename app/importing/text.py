"""Delimited text: its encoding, its delimiter, its records with the line where each starts.

Recognising is our own few lines, since the usual sniffers fail on files with one column.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice

from app.importing.raw import MAX_CELL, Line, Raw, check_size
from app.importing.refusal import ImportRefused
from app.services.spool import Spool

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
ONE_COLUMN = "\N{INFORMATION SEPARATOR ONE}"
"""The delimiter of a file with one column: no text contains it."""
ENCODINGS = {
    "utf-8-sig": "UTF-8 with BOM",
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 (big endian)",
    "cp1252": "Windows-1252",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHIFTED = re.compile(
    "[" + re.escape("".join(chr(byte << 8) for byte in range(0x21, 0x7F) if byte != 0x30)) + "]{4}"
)
"""What Latin letters of UTF-16 become where a byte is lost or too many; no language has four of these in a row."""
_SAMPLE = 200
_END = "\N{END OF TRANSMISSION}\N{END OF TRANSMISSION BLOCK}"
"""A record that no file holds, put behind the last one: a quote that is never closed swallows it."""


def read_text(data: bytes, *, encoding: str = "", delimiter: str = "", quote: str = '"') -> Raw:
    """The records of a delimited text; what is not given is recognised."""
    encoding = encoding or encoding_of(data)
    text = _decoded(data, encoding)
    delimiter = delimiter or delimiter_of(text, quote)
    rows: Spool[Line] = Spool()
    columns = 0
    for line, cells in records(text, delimiter, quote):
        columns = max(columns, len(cells))
        rows.append((line, cells))
        check_size(len(rows), columns)
    return Raw("csv", rows, encoding=encoding, delimiter=delimiter)


def encoding_of(data: bytes) -> str:
    """The BOM, else UTF-16 if every other byte is NUL, else UTF-8 if it decodes, else Windows-1252."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    if b"\0" in data:
        return _utf16_by_pattern(data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _utf16_by_pattern(data: bytes) -> str:
    sample = data[: 2**16]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    for zeros, others, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros * 5 >= len(sample) // 2 and not others and len(data) % 2 == 0:
            return name
    raise ImportRefused("The file contains NUL bytes: it is damaged or not a table.")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise _no_text_in(encoding) from None
    text = text.removeprefix("\N{BOM}")
    if encoding.startswith("utf-16") and (_SHIFTED.search(text) or not any(map(str.isascii, text))):
        raise _no_text_in(encoding)
    if "\0" in text:
        raise ImportRefused("The file contains NUL characters: it is damaged or not a table.")
    sample = text[: 2**16]
    if sum(c < " " and not c.isspace() for c in sample) * 50 > len(sample):
        raise ImportRefused("The file is not a table: it does not look like text.")
    return text


def _no_text_in(encoding: str) -> ImportRefused:
    name = ENCODINGS.get(encoding, encoding)
    return ImportRefused(f"The file is no text in {name}: it is damaged, or its encoding is another one.")


def delimiter_of(text: str, quote: str = '"') -> str:
    """The delimiter that splits the records alike, else `ONE_COLUMN`."""
    best, choice = (0.5, 1), ONE_COLUMN
    for delimiter in DELIMITERS:
        widths = _widths(text, delimiter, quote)
        width, alike = max(Counter(w for w in widths if w > 1).items(), key=lambda i: i[1], default=(1, 0))
        fits = (alike / len(widths) if widths else 0, width)
        if fits > best:
            best, choice = fits, delimiter
    return choice


def _widths(text: str, delimiter: str, quote: str) -> list[int]:
    """How many cells the first records have, without those that are empty."""
    widths = []
    with suppress(ImportRefused):
        for _, cells in islice(records(text, delimiter, quote), _SAMPLE):
            if any(cell.strip() for cell in cells):
                widths.append(len(cells))
    return widths


def records(text: str, delimiter: str, quote: str = '"') -> Iterator[tuple[int, list[str]]]:
    """The records with the line where each starts."""
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(chain(io.StringIO(text, newline=""), [_END]), delimiter=delimiter, quotechar=quote)
    start = opened = 1
    try:
        for cells in reader:
            if cells == [_END]:
                return
            yield start, cells
            opened, start = start, reader.line_num + 1
    except csv.Error:
        opened = start
    raise ImportRefused(
        f"Line {opened}: a quotation mark is never closed, or a cell is longer than {MAX_CELL:,} characters."
    )
