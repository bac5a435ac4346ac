"""What points at a record, as its page shows it: which rows of which entity, how many, in which order."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.entities import query
from app.entities.computed import is_open, state_of
from app.entities.entity import Entity, Related
from app.entities.registry import entity_for
from app.extensions import db
from app.models.systems import System
from app.services.shape import pointers_to, shape_of

MOST_COLUMNS = 6
DEEPEST = 20
"""Generations of a tree that are looked through."""


def related_of(entity: Entity) -> Sequence[Related]:
    """What the page of a record shows: as declared, else everything that can point at it, systems first."""
    if entity.related:
        return entity.related
    derived = [
        Related(user, attribute.name)
        for user, attribute in pointers_to(entity.model)
        if user is not entity.model and attribute.name in entity_for(user).by_name
    ]
    return sorted(derived, key=lambda one: one.model is not System)


def columns_of(related: Related) -> list[str]:
    """The columns of the grid: the chosen ones, else the first default ones besides the one that points here."""
    child = entity_for(related.model)
    defaults = [item.name for item in child.columns(None, True) if item.name != related.by]
    return list(related.columns) or defaults[:MOST_COLUMNS]


def rows_query(related: Related, record_id: int, open_only: bool | None = None) -> query.Query:
    """The rows that point at a record; with `open_only` only the open ones, or only the others."""
    child = entity_for(related.model)
    found = query.understand(child, [("sort", related.order)] if related.order else [])
    state = state_of(related.model)
    found.where.append(_points_at(related, record_id))
    if state is not None and open_only is not None:
        found.where.append(is_open(state) if open_only else sa.not_(is_open(state)))
    return found


def _points_at(related: Related, record_id: int) -> Any:
    table, attribute = related.model.__table__, shape_of(related.model)[related.by]
    if related.look == "tree":
        return table.c.id.in_(sa.select(_below(related, record_id).c.id))
    if attribute.sort == "one":
        return attribute.column == record_id
    link = attribute.secondary
    return table.c.id.in_(sa.select(link.c.owner_id).where(link.c.target_id == record_id))


def _below(related: Related, record_id: int) -> Any:
    """The rows below a record of the same table: id, what they point at, generation."""
    table, above = related.model.__table__, shape_of(related.model)[related.by].column.name
    columns = (table.c.id, table.c[above].label("above"))
    live = table.c.deleted_at.is_(None)
    tree = (
        sa.select(*columns, sa.literal(0).label("depth"))
        .where(table.c[above] == record_id, live)
        .cte(recursive=True)
    )
    further = sa.select(*columns, tree.c.depth + 1).join(tree, table.c[above] == tree.c.id)
    return tree.union_all(further.where(live, tree.c.depth < DEEPEST))


def in_tree(related: Related, record_id: int) -> dict[int, int]:
    """The rows below a record with their generation, each one followed by those below it."""
    tree = _below(related, record_id)
    below: dict[int, list[int]] = {}
    depths: dict[int, int] = {}
    for row_id, above, depth in db.session.execute(sa.select(tree).order_by(tree.c.id)):
        below.setdefault(above, []).append(row_id)
        depths[row_id] = depth
    ordered: dict[int, int] = {}
    waiting = below.get(record_id, [])[::-1]
    while waiting:
        row_id = waiting.pop()
        ordered[row_id] = depths[row_id]
        waiting += below.get(row_id, [])[::-1]
    return ordered


def counts(found: Sequence[Related], record_id: int) -> list[tuple[int, int]]:
    """How many rows of each point at a record, and how many of these are open: one statement for all."""
    parts = []
    for place, related in enumerate(found):
        state = state_of(related.model)
        opened = sa.case((is_open(state), 1), else_=0) if state is not None else sa.literal(0)
        number = sa.select(sa.literal(place), sa.func.count(), sa.func.coalesce(sa.func.sum(opened), 0))
        where = rows_query(related, record_id).where
        parts.append(number.select_from(related.model.__table__).where(*where))
    if not parts:
        return []
    counted = {place: (total, opened) for place, total, opened in db.session.execute(sa.union_all(*parts))}
    return [counted[place] for place in range(len(found))]
