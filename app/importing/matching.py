"""Which rows of a file are one record, and which record that is; systems have `hosts` instead.

In this order: the id or UUID that an own export carries; in an own export, what its cells show;
what the rules keep unique; else the fields that the entity names as its identity; at last, what
is left over is the record whose id it carries, renamed in the sheet. Records without
anything unique (artifacts, tasks) may be several of one identity: a row is then the record that
agrees with all its cells, each record once. What is left over is ambiguous and stays untouched.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.importing.cells import New, Parsed, Parser
from app.importing.decide import Rules
from app.importing.hosts import Host
from app.importing.past import called_then
from app.importing.sight import Key, Sight
from app.importing.trial import drafts_of, unique_key
from app.models.base import key_of
from app.models.lookups import State
from app.services.lookups import find
from app.services.reading import LARGE, Row, chunks, plain, read
from app.services.spool import portions


def records_of(rows: list[Parsed], parser: Parser, rules: Rules, given: dict[int, str]) -> list[Host]:
    """The records that the good rows name, in the order of the file."""
    good = [row for row in rows if not row.faults]
    return _Matching(good, parser, rules).hosts(given)


class _Matching:
    """The rows of a file, one step after the other told which record they are."""

    def __init__(self, rows: list[Parsed], parser: Parser, rules: Rules) -> None:
        self.rows, self.parser, self.rules = rows, parser, rules
        self.entity, self.model = parser.entity, parser.entity.model
        self.sight = Sight(parser)
        self.cells = self.sight.cells
        self.is_export = parser.table.is_export
        self.unique = unique_key(self.model)
        own = ["uuid"] if self.entity.has("uuid") else []
        self.read = list(dict.fromkeys([*rules.fields_read, *self.entity.identity, "created_at", *own]))
        self.found: dict[int, Row] = {}
        """The record of a row, by line."""
        self.several: dict[int, list[Row]] = {}
        """What an ambiguous row may be, by line."""
        self.keys: dict[int, Hashable] = {}
        """What makes rows without a record the same new one, by line."""

    def hosts(self, given: dict[int, str]) -> list[Host]:
        """Match in steps, then group; a row that is still in doubt is faulty."""
        self._normalise()
        if self.is_export:
            self._by_id(given)
            self._by_sight(self.sight.of_row_with_age, self.sight.of_record_with_age)
            self._by_sight(self.sight.of_row, self.sight.of_record)
        if self.unique:
            self._by_rule(self.unique)
        else:
            self._by_identity()
        self._by_id_alone(given)
        for row in self.rows:
            self._settle(row)
        return self._grouped()

    def _normalise(self) -> None:
        """Every row as a draft of a new record: texts become what the rules make of them, and it has their key."""
        numbers: dict[New, int] = {}
        for rows in portions(self.rows, LARGE):
            wants = [self.rules.wanted(Host([row]), is_new=True) for row in rows]
            values = [{name: one.value for name, one in want.items()} for want in wants]
            for row, draft in zip(rows, drafts_of(self.model, values, numbers=numbers), strict=True):
                texts = [name for name, value in row.values.items() if isinstance(value, str)]
                row.values |= {name: draft.new[name] for name in texts if name not in draft.errors}
                if self.unique and not row.doubts and (key := draft.derived.get(self.unique)):
                    self.keys[row.line] = key

    def _open(self) -> list[Parsed]:
        return [row for row in self.rows if row.line not in self.found and row.line not in self.several]

    def _by_id(self, given: dict[int, str]) -> None:
        """A UUID is the record's alone; an id counts if what the row shows, or when it was made, agrees."""
        table = self.model.__table__
        ids = [int(text) for text in given.values() if text.isdecimal() and len(text) < 10]
        uuids = sorted({text for text in given.values() if not text.isdecimal()})
        if uuids and "uuid" in table.c:
            for part in chunks(uuids):
                ids += db.session.scalars(sa.select(table.c.id).where(table.c.uuid.in_(part)))
        known = {str(row.id): row for row in self._live(ids)}
        sure = {row["uuid"]: row for row in known.values() if "uuid" in row.values}
        then = called_then(self.entity, self.parser.table.origin, list(dict.fromkeys(ids)))
        carried: dict[int, list[Parsed]] = {}
        for row in self.rows:
            text = given.get(row.line, "")
            record = sure.get(text) or known.get(text)
            if record and (text in sure or self._is_it(row, record, then)):
                carried.setdefault(record.id, []).append(row)
        for record_id, rows in carried.items():
            self._take(rows, known[str(record_id)])

    def _is_it(self, row: Parsed, record: Row, then: dict[int, str]) -> bool:
        """True if a row that carries a record's id looks like it, or as it did when it was exported."""
        title = self.entity.title_field.name
        if self.sight.is_same(row, record):
            return True
        if title not in self.cells or not self.parser.table.origin:
            return False
        if record.id in then:
            return key_of(row.cells[self.cells[title]]) == key_of(then[record.id])
        return bool(self.parser.table.origin.revision) and self.sight.shows(row, title, record)

    def _take(self, rows: list[Parsed], record: Row) -> None:
        """A row that was copied in the sheet carries the id of its model: that one is who looks like it."""
        alike = [row for row in rows if self.sight.of_row(row) == self.sight.of_record(record)]
        if len(rows) == 1 or len(alike) == 1:
            self.found[(rows if len(rows) == 1 else alike)[0].line] = record
        else:
            self.several |= {row.line: [record] for row in alike or rows}

    def _live(self, ids: Iterable[int]) -> list[Row]:
        """The live records with these ids that no row has been given yet."""
        taken = {record.id for record in self.found.values()}
        rows = read(self.model, sorted(set(ids) - taken), [*self.read, "deleted_at"])
        return [row for row in rows if not row["deleted_at"]]

    def _by_sight(self, of_row: Callable[[Parsed], Key], of_record: Callable[[Row], Key]) -> None:
        """A row of an own export is the record whose identity looks the same, cell by cell."""
        first = next(name for name in self.entity.identity if name in self.cells)
        rows = self._open()
        self._pair(rows, self._live(self._looking_like(first, rows)), of_row, of_record)

    def _by_identity(self) -> None:
        """Without anything unique: by the values of the identity, as far as the file has such columns."""
        names = [name for name in self.entity.identity if name in self.cells or name in self.rules.constants]
        rows = [row for row in self._open() if row.doubts.keys().isdisjoint(names)]
        first = {self._value(row, names[0]) for row in rows}
        ids = self._where(self.entity.field(names[0]).kind.column, [v for v in first if isinstance(v, int)])

        def wanted(row: Parsed) -> Key:
            return tuple(_folded(self._value(row, name)) for name in names)

        def stored(row: Row) -> Key:
            return tuple(_folded(plain(row[name])) for name in names)

        self._pair(rows, self._live(ids), wanted, stored)

    def _value(self, row: Parsed, name: str) -> Any:
        value = row.values.get(name)
        return self.rules.constants.get(name) if value is None else value

    def _by_rule(self, column: str) -> None:
        """By the key that the rules derive and keep unique."""
        rows = [row for row in self._open() if not row.doubts]
        self.keys = {row.line: self.keys[row.line] for row in rows if row.line in self.keys}
        table = self.model.__table__
        ids = self._where(table.c[column], sorted(set(self.keys.values())))
        held = sa.select(table.c[column], table.c.id)
        by_key = {
            k: i for part in chunks(ids) for k, i in db.session.execute(held.where(table.c.id.in_(part)))
        }
        by_key |= self._by_older_spelling(rows, by_key)
        records = {row.id: row for row in self._live(by_key.values())}
        for row in rows:
            record = records.get(by_key.get(self.keys.get(row.line), 0))
            if record:
                self.found[row.line] = record

    def _by_older_spelling(self, rows: list[Parsed], by_key: dict[Any, int]) -> dict[Any, int]:
        """Statuses go by older spellings too (`30_compromised`), unless a row has the name itself."""
        if not issubclass(self.model, State):
            return {}
        left = {row.name: self.keys[row.line] for row in rows if self.keys.get(row.line, "") not in by_key}
        meant = {left[text]: one for text, one in find(self.model, left).items()}
        taken = set(by_key.values())
        return {k: i for k, i in meant.items() if i not in taken and list(meant.values()).count(i) == 1}

    def _by_id_alone(self, given: dict[int, str]) -> None:
        """What is left over and carries the id of a record that no row is: the sheet renamed that one."""
        if not (self.parser.table.origin and self.parser.table.origin.revision):
            return
        wanting: dict[int, list[Parsed]] = {}
        for row in self._open():
            if (text := given.get(row.line, "")).isdecimal() and len(text) < 10:
                wanting.setdefault(int(text), []).append(row)
        for record in self._live(wanting):
            if len(rows := wanting[record.id]) == 1:
                self.found[rows[0].line] = record

    def _where(self, column: Any, values: Sequence[Any]) -> list[int]:
        table = self.model.__table__
        found: list[int] = []
        for part in chunks(values):
            live = sa.select(table.c.id).where(column.in_(part), table.c.deleted_at.is_(None))
            found += db.session.scalars(live)
        return found

    def _looking_like(self, name: str, rows: list[Parsed]) -> list[int]:
        """The records whose field shows what these rows say: by value, references by name."""
        attribute = self.entity.field(name).kind.attribute
        if attribute.sort == "column":
            values = {row.values[name] for row in rows if row.values[name] is not None}
            key = self.model.__table__.c.get(f"{name}_key")
            if key is None:
                return self._where(attribute.column, sorted(values))
            return self._where(key, sorted({key_of(value) for value in values}))
        target, index = attribute.target.__table__, self.cells[name]
        found: list[int] = []
        for part in chunks(sorted({key_of(row.cells[index]) for row in rows})):
            label = target.c[f"{attribute.target.__label__}_key"]
            found += db.session.scalars(sa.select(target.c.id).where(label.in_(part)))
        return self._where(attribute.column, sorted(found))

    def _pair(
        self,
        rows: list[Parsed],
        records: list[Row],
        of_row: Callable[[Parsed], Key],
        of_record: Callable[[Row], Key],
    ) -> None:
        by_key: dict[Key, list[Row]] = {}
        for record in records:
            by_key.setdefault(of_record(record), []).append(record)
        wanting: dict[Key, list[Parsed]] = {}
        for row in rows:
            wanting.setdefault(of_row(row), []).append(row)
        for key, some in wanting.items():
            if key in by_key:
                self._share_out(some, by_key[key])

    def _share_out(self, rows: list[Parsed], records: list[Row]) -> None:
        """Give rows and records of one identity to each other."""
        if len(records) == 1 and (self.unique or len(rows) == 1):
            self.found |= {row.line: records[0] for row in rows}
            return
        free = {record.id: record for record in records}
        filled = [(sum(map(bool, row.cells)), row) for row in rows]
        for _, row in sorted(filled, key=lambda item: -item[0]):
            record = next((one for one in free.values() if self.sight.agrees(row, one)), None)
            if record:
                self.found[row.line] = free.pop(record.id)
        if free:
            self.several |= {row.line: list(free.values()) for row in rows if row.line not in self.found}

    def _settle(self, row: Parsed) -> None:
        """A cell that shows what the record holds already means just that; other doubts are faults."""
        record = self.found.get(row.line)
        if record:
            for name in self.cells if self.is_export else list(row.doubts):
                if self.sight.shows(row, name, record):
                    value = plain(record[name])
                    row.values[name] = frozenset(value) if isinstance(value, list) else value
                    row.doubts.pop(name, None)
        row.faults += row.doubts.values()

    def _grouped(self) -> list[Host]:
        hosts: dict[Hashable, Host] = {}
        for row in self.rows:
            if row.faults:
                continue
            record, several = self.found.get(row.line), self.several.get(row.line, [])
            new = self.keys.get(row.line) or f"line {row.line}"
            host = hosts.setdefault((record.id,) if record else f"{len(several)} {new}", Host())
            host.rows.append(row)
            host.id = record.id if record else None
            host.candidates = [f"{self.entity.title_of(one)} (id {one.id})" for one in several]
            host.claims |= {one.id for one in several} or {record.id if record else new}
        return list(hosts.values())


def _folded(value: Any) -> Hashable:
    if isinstance(value, New):
        return value
    return key_of(value) if isinstance(value, str) else value or ""
