"""What a reader makes of a file before anybody looks for headings in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from app.importing.refusal import ImportRefused
from app.services.spool import Spool

MAX_ROWS = 200_000
MAX_COLUMNS = 1_024
MAX_CELL = 100_000
HEADER_WITHIN = 20
"""Filled rows among which the headings may be."""


Line = tuple[int, list[str]]
"""The cells of a row, and the line where it starts."""


@dataclass
class Raw:
    """The cells of one sheet as text."""

    format: str
    rows: Sequence[Line] = field(default_factory=Spool)
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    about: list[list[str]] = field(default_factory=list)
    """What a workbook of ours says about itself."""

    def first_rows(self) -> list[list[str]]:
        """The rows among which the headings may be."""
        filled = (cells for _, cells in self.rows if any(cell.strip() for cell in cells))
        return list(islice(filled, HEADER_WITHIN))


def check_size(rows: int, columns: int) -> None:
    """Refuse what is larger than a list of systems can sensibly be."""
    if columns > MAX_COLUMNS:
        raise ImportRefused(f"The file has more than {MAX_COLUMNS:,} columns.")
    if rows > MAX_ROWS + 1:  # the headings are no row
        raise ImportRefused(f"The file has more than {MAX_ROWS:,} rows: import it in parts.")
