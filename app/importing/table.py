"""From cells to a table: the row of headings, the rows below it, and what was left out."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from app.entities.entity import Entity
from app.importing.headings import REASON_HEADING, is_own_export, known_count
from app.importing.kinds import kind_of
from app.importing.origin import Origin, cut, origin_of
from app.importing.raw import HEADER_WITHIN, Line, Raw
from app.importing.read import Reading, read
from app.importing.refusal import ImportRefused
from app.services.identity import is_host_name
from app.services.spool import Spool

_TOTALS = ("total", "totals", "sum", "summe", "gesamt")
_NUMBER = re.compile(r"[+-]?[\d.,' ]*\d\s*%?")


@dataclass
class Table:
    """Rows under unique headings; `line` is where a row starts in the file."""

    headings: list[str]
    rows: Sequence[Line]
    header_line: int
    raw: Raw
    is_ours: bool = False
    """We made the file, so the marks that keep cells from becoming formulas come off."""
    is_export: bool = False
    """All headings are ours too."""
    notes: list[str] = field(default_factory=list)
    origin: Origin | None = None
    """What a file of ours says about itself."""

    def column(self, heading: str) -> list[str]:
        """The cells of a column."""
        index = self.headings.index(heading)
        return [cells[index] for _, cells in self.rows]

    def heading_of(self, name: str, label: str) -> str:
        """The heading under which an own export has a field; empty if it has none."""
        own = (
            {field_name: heading for heading, field_name in self.origin.columns.items()}
            if self.origin
            else {}
        )
        heading = own.get(name, label)
        return heading if heading in self.headings else ""


def read_table(data: bytes, reading: Reading, entity: Entity) -> Table:
    """Read a file; what `reading` leaves open is recognised. `ImportRefused` says why not."""
    return _understood(read(data, reading, partial(_best_sheet, entity=entity)), reading, entity)


def read_any(data: bytes, reading: Reading) -> tuple[Table, Entity]:
    """Read a file of whatever rows; what they are is recognised too."""
    sheets: list[Raw] = []

    def keep(found: list[Raw]) -> Raw:
        sheets.extend(found)
        return found[0]

    raw = read(data, reading, keep)
    filled = [sheet for sheet in sheets or [raw] if sheet.first_rows()]
    if not filled:
        raise ImportRefused("The file has no rows.")
    entity = kind_of(filled)
    return _understood(_best_sheet(filled, entity), reading, entity), entity


def _understood(raw: Raw, reading: Reading, entity: Entity) -> Table:
    rows = Spool((line, cells) for line, cells in raw.rows if any(map(str.strip, cells)))
    raw.rows = ()  # what is kept of a large file is kept once
    told = cut(rows) if raw.format == "csv" else raw.about
    if not rows:
        raise ImportRefused("The file has no rows.")
    header = _header_index(rows, reading.header, entity)
    header_line, names = (0, []) if header is None else rows[header]
    names = [_unmarked(name) for name in names] if told and raw.format == "csv" else names
    begin = 0 if header is None else header + 1
    used = _used(names, islice(rows, begin, None))
    table = Table(_headings(names, used, header_line), (), header_line, raw, origin=origin_of(told, entity))
    named = table.heading_of(entity.title_field.name, "") if table.origin else ""
    table.is_export = bool(named) or (bool(names) and is_own_export(table.headings, entity))
    table.is_ours = table.is_export or REASON_HEADING in table.headings
    below = ((line, _fitted(cells, used)) for line, cells in islice(rows, begin, None))
    if not table.is_ours:
        table.rows = _without_totals(Spool(below), table)
        table.notes += ["The rows at the end that say when the file was made are left out."] if told else []
    elif raw.format == "csv":
        table.rows = Spool((line, [_unmarked(cell) for cell in cells]) for line, cells in below)
    else:
        table.rows = Spool(below)
    return table


def _best_sheet(sheets: list[Raw], entity: Entity) -> Raw:
    """The sheet whose first rows name the most fields."""

    def fit(sheet: Raw) -> int:
        return max((known_count(cells, entity) for cells in sheet.first_rows()), default=-1)

    return max(sheets, key=fit)


def _header_index(rows: Spool[Line], wanted: int | None, entity: Entity) -> int | None:
    """Which row holds the headings: the given line, else the one that names the most fields."""
    if wanted == 0:
        return None
    if wanted is not None:
        found = [index for index, (line, _) in enumerate(rows) if line == wanted]
        if not found:
            raise ImportRefused(f"Line {wanted} is empty: there are no headings in it.")
        return found[0]
    first = rows[:HEADER_WITHIN]
    fits = [(known_count(cells, entity), sum(map(bool, map(str.strip, cells)))) for _, cells in first]
    best = max(range(len(first)), key=lambda index: (*fits[index], -index))
    if fits[best][0] == 0 and _looks_like_data(rows[0][1]):
        return None
    return best if fits[best][0] else 0


def _looks_like_data(cells: list[str]) -> bool:
    """A first row with a digit in it and without a known heading is taken for a system already."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return any(re.search(r"\d", cell) for cell in filled) and is_host_name(filled[0])


def _used(names: list[str], rows: Iterable[Line]) -> list[int]:
    """The columns that have a heading or a filled cell."""
    used = {index for index, name in enumerate(names) if name.strip()}
    for _, cells in rows:
        if len(cells) > len(used):
            used.update(index for index, cell in enumerate(cells) if cell.strip())
    return sorted(used)


def _headings(names: list[str], used: list[int], header_line: int) -> list[str]:
    """Unique headings of these columns."""
    seen: Counter[str] = Counter()
    headings = []
    for index in used:
        name = " ".join(names[index].split()) if index < len(names) else ""
        heading = name or (f"Column {index + 1}" if header_line else str(index + 1))
        seen[heading] += 1
        headings.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return headings


def _fitted(cells: list[str], used: list[int]) -> list[str]:
    return [cells[index] if index < len(cells) else "" for index in used]


def _without_totals(rows: Spool[Line], table: Table) -> Spool[Line]:
    """The rows without a totals row at the end and repeated headings in between; both are named."""
    if rows and _is_total(rows[-1][1]):
        line, cells = rows.pop()
        table.notes.append(f"Line {line} is a totals row ({_gist(cells)}) and is left out.")
    repeated = {line for line, cells in rows if [cell.strip() for cell in cells] == table.headings}
    if not table.header_line or not repeated:
        return rows
    lines = ", ".join(map(str, sorted(repeated)))
    table.notes.append(f"Line {lines} repeats the headings and is left out.")
    return Spool(row for row in rows if row[0] not in repeated)


def _is_total(cells: list[str]) -> bool:
    first, others = cells[0].strip().rstrip(":").casefold(), [c.strip() for c in cells[1:] if c.strip()]
    if first in _TOTALS:
        return True
    return not first and bool(others) and all(_NUMBER.fullmatch(cell) for cell in others)


def _gist(cells: list[str]) -> str:
    text = ", ".join(cell.strip() for cell in cells if cell.strip())
    return text if len(text) <= 60 else f"{text[:59]}…"


def _unmarked(cell: str) -> str:
    """A cell of our own CSV without the mark that kept it from becoming a formula."""
    return cell[1:] if cell.startswith("'") else cell
