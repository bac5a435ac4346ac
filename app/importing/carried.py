"""Rows of our own exports by the hidden id that they carry: the system they were, and whether they rename it.

An id counts if the row has the system's name, of now or of when the file was made: ids may have been
sorted apart from their rows. A row with a name that nothing has renames the system of its id, if no
other row is that system; so a row that was copied and given a new name is a new system.
"""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from app.extensions import db
from app.importing.cells import Fault, Parsed, Parser
from app.importing.past import called_then
from app.models.base import key_of
from app.models.systems import System
from app.services.reading import chunks


class Carried:
    """The ids of some rows."""

    def __init__(self, rows: Iterable[Parsed], given: Mapping[int, str], parser: Parser) -> None:
        self.parser = parser
        self.owners: dict[int, int] = {}
        """The system of a row, by line."""
        self.known = _known(given.values())
        then = called_then(parser.entity, parser.table.origin, [one for one, _ in self.known.values()])
        self.strangers: list[tuple[Parsed, int]] = []
        """Rows with another name than the system of their id."""
        for row in rows:
            record_id, key = self.known.get(given.get(row.line, ""), (0, ""))
            if record_id and key_of(row.name) in (key, key_of(then.get(record_id, ""))):
                self.owners[row.line] = record_id
            elif record_id:
                self.strangers.append((row, record_id))

    def rename(self, meant: dict[str, list[int]]) -> None:
        """Give rows that rename to their system; `meant` is what the names of the other rows mean."""
        if not (self.parser.table.origin and self.parser.table.origin.revision):
            return
        spoken_for = self._spoken_for(meant)
        wanting: dict[int, list[Parsed]] = {}
        for row, record_id in self.strangers:
            key = key_of(row.name)
            stored = {one for one in meant[key] if one > 0} - {record_id}
            if not stored and spoken_for.get(record_id, key) == key:
                wanting.setdefault(record_id, []).append(row)
        given_away: dict[str, Parsed] = {}
        for record_id, rows in wanting.items():
            key = key_of(rows[0].name)
            if {key_of(row.name) for row in rows} != {key}:
                continue
            first = given_away.setdefault(key, rows[0])
            if first is not rows[0]:
                _refuse_double(rows, first, self.parser)
                continue
            meant[key] = [record_id]
            self.owners |= dict.fromkeys((row.line for row in rows), record_id)

    def _spoken_for(self, meant: dict[str, list[int]]) -> dict[int, str]:
        """The systems that rows are by their names, with the one name, or none if there are several."""
        found = dict.fromkeys(self.owners.values(), "")
        for key, ids in meant.items():
            for record_id in ids:
                found[record_id] = "" if record_id in found else key
        return found


def _refuse_double(rows: list[Parsed], first: Parsed, parser: Parser) -> None:
    heading = next(heading for _, heading, column in parser.columns if column.field == "name")
    for row in rows:
        reason = f"line {first.line} gives another system this name already: choose another name"
        row.faults.append(Fault(row.line, heading, row.name, reason))


def _known(texts: Iterable[str]) -> dict[str, tuple[int, str]]:
    """The systems with these ids or UUIDs: their ids and the keys of their names.

    A deprecated system is found too, although its name is free.
    """
    wanted = set(texts)
    numbers = [int(text) for text in wanted if text.isdecimal() and len(text) < 10]
    uuids = sorted(text for text in wanted if not text.isdecimal())
    known: dict[str, tuple[int, str]] = {}
    for column, values in ((System.id, numbers), (System.uuid, uuids)):
        for part in chunks(values):
            statement = sa.select(column, System.id, System.name_key)
            statement = statement.where(column.in_(part), System.deleted_at.is_(None))
            known |= {str(text): (record_id, key) for text, record_id, key in db.session.execute(statement)}
    return known
