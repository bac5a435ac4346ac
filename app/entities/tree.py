"""A list as a tree: rows stand below what they are a part of, as far as both match."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from app.entities.entity import Entity
from app.entities.query import Query
from app.entities.related import DEEPEST
from app.extensions import db
from app.services.reading import among
from app.services.shape import shape_of

MOST_PARTS = 50
"""What has more parts than these shows them in a list of their own."""


@dataclass(frozen=True)
class Place:
    """Where a row stands: below how many others, and with how many parts right below it."""

    depth: int
    parts: int

    @property
    def is_large(self) -> bool:
        """True if its parts are in a list of their own."""
        return self.parts > MOST_PARTS


def tree_of(entity: Entity) -> str:
    """The field that says what a record is a part of; nothing where there is none."""
    return next((one.by for one in entity.related if one.look == "tree" and one.model is entity.model), "")


def _above(found: Query) -> Any:
    return shape_of(found.entity.model)[tree_of(found.entity)].column


def tops(found: Query) -> Query:
    """The rows that stand at the left: what they are a part of is nothing, or does not match."""
    above = _above(found)
    matching = sa.select(found.entity.model.__table__.c.id).where(*found.where).correlate(None)
    return replace(found, where=[*found.where, sa.or_(above.is_(None), above.not_in(matching))])


def unfolded(found: Query, ids: Sequence[int], folded: Collection[int]) -> Iterator[list[int]]:
    """Each of these rows, followed by those below it but for what is folded or large."""
    below: dict[int, list[int]] = {}
    asked: Sequence[int] = ids
    while level := _right_below(found, asked):
        below |= level
        asked = [part for above, parts in level.items() if _is_shown(above, parts, folded) for part in parts]
    for top in ids:
        row: list[int] = []
        waiting = [top]
        while waiting:
            row.append(waiting.pop())
            parts = below.get(row[-1], [])
            waiting += parts[::-1] if _is_shown(row[-1], parts, folded) else []
        yield row


def _is_shown(above: int, parts: Sequence[int], folded: Collection[int]) -> bool:
    return above not in folded and len(parts) <= MOST_PARTS


def _right_below(found: Query, ids: Sequence[int]) -> dict[int, list[int]]:
    """The matching parts of rows, in the order of the list."""
    above, table = _above(found), found.entity.model.__table__
    statement = sa.select(above, table.c.id).where(*found.where, among(above, ids)).order_by(*found.ordering)
    below: dict[int, list[int]] = {}
    for owner, part in db.session.execute(statement):
        below.setdefault(owner, []).append(part)
    return below


def places(found: Query, ids: Sequence[int]) -> dict[int, Place]:
    """Where rows of a list stand, whether they match any more or not."""
    above = _above(found)
    parts = sa.select(above, sa.func.count()).where(*found.where, among(above, ids)).group_by(above)
    counted: dict[int, int] = dict(db.session.execute(parts).all())
    owners = _owners(found, ids)
    return {row: Place(_depth(owners, row), counted.get(row, 0)) for row in ids}


def _owners(found: Query, ids: Iterable[int]) -> dict[int, int | None]:
    """What rows are a part of, and what that is a part of in turn, as far as it matches."""
    above, table = _above(found), found.entity.model.__table__
    owners: dict[int, int | None] = {}
    where: Sequence[Any] = ()
    asked = set(ids)
    while asked:
        statement = sa.select(table.c.id, above).where(among(table.c.id, asked), *where)
        level: dict[int, int | None] = dict(db.session.execute(statement).all())
        owners |= level
        asked = {owner for owner in level.values() if owner} - owners.keys()
        where = found.where
    return owners


def _depth(owners: dict[int, int | None], row: int) -> int:
    depth, owner = 0, owners.get(row)
    while owner in owners and depth < DEEPEST:
        depth, owner = depth + 1, owners[owner]
    return depth
