"""A list as an XLSX workbook that people can work in, and that comes back as it was."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.entities.choices import choice_rows
from app.entities.entity import Entity, Field
from app.entities.kinds import LongText
from app.entities.links import Reference
from app.entities.scalars import Boolean, Choice, DateTime, Integer
from app.exporting import explanations
from app.exporting.columns import ABOUT, Manner, column_of
from app.exporting.files import PLAIN, TooLong
from app.models.lookups import Lookup
from app.models.users import User
from app.services.reading import Named, Row

LONGEST_TEXT = 32_767
"""Excel's limit for a cell."""
LAST_ROW = 1_048_576
SHORT_LIST = 100
"""References with at most so many targets get a drop-down."""
ID_HEADING = "id"
FONT = "Calibri"
TIME_FORMATS = {"exact": 'yyyy-mm-dd hh:mm:ss"Z"', "minutes": "yyyy-mm-dd hh:mm"}
_FIRST_REAL_YEAR = 1901
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_INK = {
    "red": ("FDECEB", "B3261E"),
    "orange": ("FDEEE0", "984800"),
    "amber": ("FDF3DC", "835500"),
    "green": ("E5F5EA", "1C7040"),
    "teal": ("E0F5F3", "0D6A66"),
    "blue": ("E6F0FD", "1B5FB0"),
    "violet": ("F0EBFD", "5C3FB5"),
    "pink": ("FDEBF5", "A3226B"),
    "grey": ("EEF0F3", "566172"),
}
"""Pale ground and ink of every hue, as the light theme has them."""


Look = Callable[[], dict[str, Any]]
"""What makes a style: attributes of a cell."""


class WorkbookFile:
    """One sheet with the rows, a hidden one with the values of the drop-downs, those of explanations,
    and one with what the file says about itself.
    """

    def __init__(
        self, stream: BinaryIO, entity: Entity, columns: Sequence[Field], manner: Manner = PLAIN
    ) -> None:
        self.stream, self.entity, self.columns, self.manner = stream, entity, columns, manner
        self.counted = explanations.Counted(columns, manner.explained)
        self.rows = 0
        self.book = Workbook(write_only=True)
        self.sheet = self.book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", entity.label)[:31])
        self.styles: dict[str, Any] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        self.sheet.freeze_panes = "B2"
        for number, item in enumerate(self.columns, 1):
            self.sheet.column_dimensions[get_column_letter(number)].width = _width(item)
        id_column = self.sheet.column_dimensions[get_column_letter(len(self.columns) + 1)]
        id_column.hidden = True
        bold = {"font": Font(name=FONT, size=11, bold=True), "fill": PatternFill("solid", fgColor="E4E7EC")}
        headings = [*(item.label for item in self.columns), ID_HEADING]
        self.sheet.append([self._text(heading, "heading", lambda: bold) for heading in headings])

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows: real dates and numbers, everything else as text."""
        self.rows += len(rows)
        self.counted.add(rows)
        if self.rows >= LAST_ROW:
            raise TooLong(f"A workbook holds at most {LAST_ROW - 1:,} rows: export as CSV")
        for cells in self.cells(rows):
            self.sheet.append(cells)

    def cells(self, rows: Sequence[Row]) -> Iterator[tuple[Any, ...]]:
        """The cells of each row; rows with the same value share one, which knows no place of its own."""
        columns = [self._column(item, rows) for item in self.columns]
        return zip(*columns, (row.id for row in rows), strict=True)

    def _column(self, item: Field, rows: Sequence[Row]) -> Iterator[Any]:
        return column_of(item, rows, lambda value: self._cell(item, value, rows))

    def _cell(self, item: Field, value: Any, rows: Sequence[Row]) -> Any:
        held = self.manner.text(item, value) if item.kind.is_many else item.kind.excel(value)
        if isinstance(held, dt.datetime):
            if held.microsecond or held.year < _FIRST_REAL_YEAR:  # a date of a workbook would not keep it
                return item.kind.show(value)
            shown = TIME_FORMATS[self.manner.times]
            return self._styled("time", held, lambda: {"number_format": shown})
        if held == "" or not isinstance(held, str):
            return None if held == "" else held
        text = fit(held)
        if len(text) > LONGEST_TEXT:
            raise self._too_long(item, held, rows)
        if isinstance(value, Named) and value.tone:
            return self._text(text, value.tone, lambda: _look(value.tone))
        if text[:1] in ("=", "#"):
            return self._text(text, "text", lambda: {"quotePrefix": True})
        return text

    def _too_long(self, item: Field, held: str, rows: Sequence[Row]) -> TooLong:
        row = next(row for row in rows if item.kind.excel(row[item.name]) == held)
        named = item.kind.show(row.get(self.entity.title_field.name)) or f"id {row.id}"
        limit = f"{LONGEST_TEXT:,} characters, the limit of a workbook"
        return TooLong(f"{item.label} of “{named}” is longer than {limit}: export as CSV")

    def _text(self, text: str, style: str, look: Look) -> WriteOnlyCell:
        """A cell that is text, whatever it looks like."""
        cell = self._styled(style, text, look)
        cell.data_type = "s"
        return cell

    def _styled(self, name: str, value: Any, look: Look) -> WriteOnlyCell:
        """A cell in a style, which is made at its first use."""
        cell = WriteOnlyCell(self.sheet)
        if name not in self.styles:
            for attribute, setting in look().items():
                setattr(cell, attribute, setting)
            self.styles[name] = cell._style
        cell._style = self.styles[name]
        cell.value = value
        return cell

    def finish(self) -> None:
        """Filters over the headings, drop-downs, and into the stream."""
        last = get_column_letter(len(self.columns))
        self.sheet.auto_filter.ref = f"A1:{last}{self.rows + 1}"
        self._add_choices()
        self._explain()
        self.book.save(self.stream)

    def _explain(self) -> None:
        """A sheet per explained column, and what the file says about itself."""
        for title, lines in self.counted.sheets():
            self._add_sheet(title, lines)
        if self.manner.about:
            self._add_sheet(ABOUT, [*self.manner.about, ("Sheet:", self.sheet.title)])

    def _add_sheet(self, title: str, lines: Iterable[Sequence[Any]]) -> None:
        sheet = self.book.create_sheet(title)
        for letter, width in zip("ABC", (28, 60, 12), strict=True):
            sheet.column_dimensions[letter].width = width
        for line in lines:
            sheet.append([self._value(sheet, cell) if isinstance(cell, str) else cell for cell in line])

    def abandon(self) -> None:
        """Remove the files in which the sheets grow."""
        for sheet in self.book.worksheets:
            if not sheet.closed:
                sheet.close()
                sheet._writer.cleanup()

    def _add_choices(self) -> None:
        lists = [(number, item, _choices(item)) for number, item in enumerate(self.columns, 1)]
        lists = [(number, item, texts) for number, item, texts in lists if texts]
        if not lists:
            return
        values = self.book.create_sheet("Values")
        values.sheet_state = "hidden"
        for place, (number, item, texts) in enumerate(lists, 1):
            source, target = get_column_letter(place), get_column_letter(number)
            rule = DataValidation(
                type="list",
                formula1=f"Values!${source}$1:${source}${len(texts)}",
                allow_blank=True,
                showErrorMessage=True,
                errorStyle="warning",
                errorTitle=item.label,
                error="This is not one of the known values.",
            )
            rule.add(f"{target}2:{target}{LAST_ROW}")
            self.sheet.data_validations.append(rule)
        for line in zip_longest(*(texts for *_, texts in lists)):
            values.append([None if text is None else self._value(values, text) for text in line])

    def _value(self, sheet: Any, text: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, fit(text))
        cell.data_type = "s"
        return cell


def fit(text: str) -> str:
    """The text with what XML can't hold written as workbooks write it: `_x0007_`."""
    return _UNFIT.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _choices(item: Field) -> list[str]:
    """What the drop-down of a column offers; nothing where there is none."""
    kind = item.kind
    if not item.editable or kind.is_many:
        return []
    if isinstance(kind, Boolean):
        return ["yes", "no"]
    if isinstance(kind, Choice):
        return [str(word) for word in kind.enum]
    if isinstance(kind, Reference) and issubclass(kind.target, (Lookup, User)):
        rows = choice_rows(kind.target, "", SHORT_LIST + 1)
        return [row.name for row in rows] if len(rows) <= SHORT_LIST else []
    return []


def _width(item: Field) -> int:
    kind = item.kind
    if item.link or kind.is_many:
        usual = 28
    elif isinstance(kind, LongText):
        usual = 48
    elif isinstance(kind, DateTime):
        usual = 22
    else:
        usual = 8 if isinstance(kind, Integer) else 18
    return max(usual, len(item.label) + 4)


def _look(tone: str) -> dict[str, Any]:
    """How a state looks in a cell: ink on its pale ground, or white on the hue."""
    strong, hue = tone.startswith("strong-"), tone.removeprefix("strong-")
    ground, ink = _INK[hue]
    ground, ink = (ink, "FFFFFF") if strong else (ground, ink)
    return {"fill": PatternFill("solid", fgColor=ground), "font": Font(name=FONT, size=11, color=ink)}
