"""A large file in parts that are planned one after the other, so that its size costs no memory.

Rows that may speak of one system are in one part: those with one short name, and those that a
system's names or the id of an own export bring together. Other records go by the texts of their
identity. Whoever plans the parts watches that no two of them speak of one record (`plan.Entangled`).
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace

import sqlalchemy as sa

from app.entities.entity import Entity
from app.extensions import db
from app.importing.cells import points_at
from app.importing.profile import Profile
from app.importing.raw import Line
from app.importing.table import Table
from app.models.base import key_of
from app.models.systems import System
from app.services import progress
from app.services.identity import directory, short_of
from app.services.reading import chunks
from app.services.spool import portions

AT_ONCE = 20_000
"""Rows, or hosts, that are planned and written together."""


def parts_of(table: Table, profile: Profile, entity: Entity, given: Mapping[int, str]) -> Iterator[Table]:
    """The table as parts that hardly depend on each other: one, if it is small or its rows refer to each other."""
    columns = [(table.headings.index(h), c.field) for h, c in profile.mapped() if h in table.headings]
    naming = [index for index, name in columns if name in entity.identity]
    if len(table.rows) <= AT_ONCE or not naming or _refer_to_each_other(table, columns, entity):
        yield table
        return
    tokens = _of_systems if entity.model is System else _of_records
    groups = _Groups()
    for rows in portions(progress.counted(table.rows), AT_ONCE):
        for some in tokens(rows, naming, given):
            groups.add(some)
    done = 0
    for places in _packed(groups.of_rows()):
        rows = [table.rows[place] for place in places]
        with progress.share(done, len(table.rows)):
            yield replace(table, rows=rows)
        done += len(rows)


def _refer_to_each_other(table: Table, columns: list[tuple[int, str]], entity: Entity) -> bool:
    """True if a cell names a record of the same list: its parent, its host."""
    kin = [i for i, name in columns if entity.has(name) and points_at(entity.field(name), entity.model)]
    return bool(kin) and any(cells[index].strip() for _, cells in table.rows for index in kin)


def _of_systems(rows: list[Line], naming: list[int], given: Mapping[int, str]) -> Iterator[list[Hashable]]:
    """For every row what it has in common with the others that mean the same system."""
    texts = [" ".join(cells[naming[0]].split()) for _, cells in rows]
    names = directory(texts)
    ids = _systems_by_uuid({given[line] for line, _ in rows if line in given})
    for (line, _), text in zip(rows, texts, strict=True):
        tokens: list[Hashable] = [short_of(text) or key_of(text) or f"line {line}", *names.find(text)]
        if carried := given.get(line):
            is_id = carried.isdecimal() and len(carried) < 10
            tokens.append(int(carried) if is_id else ids.get(carried, carried))
        yield tokens


def _of_records(rows: list[Line], naming: list[int], given: Mapping[int, str]) -> Iterator[list[Hashable]]:
    """The same for records that go by several columns: whoever writes one of them in two ways has it in two parts."""
    for line, cells in rows:
        texts = tuple(key_of(" ".join(cells[index].split())) for index in naming)
        tokens: list[Hashable] = [hash(texts) if any(texts) else f"line {line}"]
        yield [*tokens, f"id {given[line]}"] if line in given else tokens


class _Groups:
    """Rows that share a token, directly or by way of others, are one group."""

    def __init__(self) -> None:
        self._first: dict[Hashable, int] = {}
        self._up: list[int] = []

    def add(self, tokens: list[Hashable]) -> None:
        """Take the next row."""
        self._up.append(len(self._up))
        for token in tokens:
            one, other = (
                self._top(self._first.setdefault(token, len(self._up) - 1)),
                self._top(len(self._up) - 1),
            )
            self._up[max(one, other)] = min(one, other)

    def of_rows(self) -> list[int]:
        """The first row of each row's group."""
        return [self._top(row) for row in range(len(self._up))]

    def _top(self, row: int) -> int:
        while self._up[row] != row:
            self._up[row] = row = self._up[self._up[row]]
        return row


def _packed(groups: list[int]) -> list[list[int]]:
    """The rows of whole groups, as many as are done at once, in the order of the file."""
    sizes: dict[int, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    part_of: dict[int, int] = {}
    part = filled = 0
    for group, size in sizes.items():
        if filled and filled + size > AT_ONCE:
            part, filled = part + 1, 0
        part_of[group], filled = part, filled + size
    parts: list[list[int]] = [[] for _ in range(part + 1)]
    for place, group in enumerate(groups):
        parts[part_of[group]].append(place)
    return parts


def _systems_by_uuid(texts: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in chunks(sorted(text for text in texts if not text.isdecimal())):
        found |= dict(
            db.session.execute(sa.select(System.uuid, System.id).where(System.uuid.in_(some))).all()
        )
    return found
