"""What a reader makes of a file before anybody looks for headings in it."""

from dataclasses import dataclass, field
from itertools import islice

from app.importing.refusal import ImportRefused

MAX_ROWS = 200_000
MAX_COLUMNS = 1_024
MAX_CELL = 100_000
HEADER_WITHIN = 20
"""Filled rows among which the headings may be."""


@dataclass
class Raw:
    """The cells of one sheet as text, each row with the line where it starts."""

    format: str
    rows: list[tuple[int, list[str]]]
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
