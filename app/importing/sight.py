"""What the cells of a row show, against what an export shows of a record."""

from collections.abc import Hashable

from app.importing.cells import Parsed, Parser
from app.services.reading import Row, plain

Key = tuple[Hashable, ...]


class Sight:
    """Compares rows and records by their looks, so that names that mean several are told apart."""

    def __init__(self, parser: Parser) -> None:
        self.entity = parser.entity
        self.cells = {column.field: index for index, _, column in parser.columns}
        self.names = [name for name in self.entity.identity if name in self.cells]
        self.made = parser.moments("created_at")

    def of_row(self, row: Parsed) -> Key:
        """What the cells of a row show of its identity."""
        return tuple(self._text(row, name) for name in self.names)

    def of_record(self, record: Row) -> Key:
        """What an export shows of a record's identity."""
        return tuple(_bare(self.entity.field(name).kind.show(record[name])) for name in self.names)

    def of_row_with_age(self, row: Parsed) -> Key:
        """The same, and when an export says that the record was made."""
        return (self.made.get(row.line), *self.of_row(row))

    def of_record_with_age(self, record: Row) -> Key:
        """The same, and when the record was made."""
        return (record["created_at"], *self.of_record(record))

    def is_same(self, row: Parsed, record: Row) -> bool:
        """True if a row that carries a record's id looks like it, or was made in the same moment."""
        return self.of_row(row) == self.of_record(record) or self.made.get(row.line) == record["created_at"]

    def shows(self, row: Parsed, name: str, record: Row) -> bool:
        """True if a cell is what an export shows of the record."""
        return _bare(row.cells[self.cells[name]]) == _bare(self.entity.field(name).kind.show(record[name]))

    def agrees(self, row: Parsed, record: Row) -> bool:
        """True if no filled cell of the row says anything else than the record."""
        for name in self.cells:
            value, stored = row.values[name], plain(record[name])
            if isinstance(value, frozenset):
                differs = not value <= set(stored)
            else:
                differs = value not in (None, "", stored) or name in row.doubts
            if differs and not self.shows(row, name, record):
                return False
        return True

    def _text(self, row: Parsed, name: str) -> str:
        kind = self.entity.field(name).kind
        if kind.attribute.sort == "column" and row.values.get(name) is not None:
            return _bare(kind.show(row.values[name]))
        return _bare(row.cells[self.cells[name]])


def _bare(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
