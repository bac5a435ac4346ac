"""Looking for a text in many tables at once: the best few rows of each, with a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.extensions import db

COUNTED = 1000
"""Hits are counted up to here; beyond it is just “more”."""
Condition = Any
"""A condition of SQLAlchemy."""


@dataclass(frozen=True)
class Source:
    """A table to look into, and what makes a row of it a hit.

    `live` must hold of every hit. Rows whose `key` (the folded title) contains the folded text come
    first; then those that one of the `leads` finds: selects of `id` and `exact`, true where a field
    is just the text. In the order of `sort`; without one, the newest first.
    """

    name: str
    table: Any
    title: Any
    key: Any
    sort: Any
    folded: str
    live: Sequence[Condition]
    leads: Sequence[sa.Select] = ()

    @property
    def titled(self) -> Condition:
        """The condition that the title contains the text."""
        return self.key.contains(self.folded, autoescape=True)

    def order(self, rank: Any) -> tuple[Any, ...]:
        """What its hits are ordered by."""
        if self.sort is None:
            return rank, self.table.c.id.desc()
        return rank, self.sort, self.table.c.id


@dataclass
class Found:
    """What was found in a source: id and title of the best, and how many hits there are.

    `is_more`: there are so many that counting was given up at `total`.
    """

    hits: list[tuple[int, str]] = field(default_factory=list)
    total: int = 0
    is_more: bool = False


def find(sources: Sequence[Source], most: int) -> dict[str, Found]:
    """The best `most` hits of each source that has any: exact title, prefix, part, then other fields.

    Three statements, whatever the number of sources and rows.
    """
    found = {source.name: Found() for source in sources}
    _collect(found, [_by_title(source, most + 1) for source in sources])
    titled = {name: len(one.hits) for name, one in found.items()}
    _collect(found, [_by_others(source, most + 1) for source in sources if source.leads])
    titled |= _titled([source for source in sources if titled[source.name] > most])
    for name, one in found.items():
        one.total += titled[name]
        one.is_more, one.total = one.total >= COUNTED, min(one.total, COUNTED)
        del one.hits[most:]
    return {name: one for name, one in found.items() if one.total}


def _collect(found: Mapping[str, Found], parts: Sequence[sa.Select]) -> None:
    """Add the rows of all parts, in their order: a union keeps none."""
    if not parts:
        return
    rows = db.session.execute(sa.union_all(*(_whole(part, sa.literal_column("*")) for part in parts))).all()
    for name, record_id, title, count, *_ in sorted(rows, key=_place):
        found[name].hits.append((record_id, title))
        found[name].total = count


def _place(row: Sequence[Any]) -> tuple[Any, ...]:
    name, record_id, _, _, rank, sort = row
    return (name, rank, "", -record_id) if sort is None else (name, rank, sort, record_id)


def _whole(part: sa.Select, *columns: Any) -> sa.Select:
    """A part with an order and a limit of its own, as a union takes it."""
    inner = part.subquery()
    return sa.select(*(columns or inner.c)).select_from(inner)


def _chosen(source: Source, rank: Any, count: Any, limit: int) -> sa.Select:
    sort = sa.null() if source.sort is None else source.sort
    columns = [sa.literal(source.name).label("name"), source.table.c.id]
    columns += [sa.cast(source.title, sa.Text).label("title"), count.label("count"), rank.label("rank")]
    columns.append(sa.cast(sort, sa.Text).label("sort"))
    return sa.select(*columns).order_by(*source.order(rank)).limit(limit)


def _by_title(source: Source, limit: int) -> sa.Select:
    begins = source.key.startswith(source.folded, autoescape=True)
    rank = sa.case((source.key == source.folded, 0), (begins, 1), else_=2)
    return _chosen(source, rank, sa.literal(0), limit).where(*source.live, source.titled)


def _by_others(source: Source, limit: int) -> sa.Select:
    """Rows that only another field finds: first those of which it is exactly the text.

    Each field gives at most `COUNTED` candidates, so a text that half of the rows have costs no more.
    """
    parts = sa.union_all(*(_whole(_candidates(source, lead)) for lead in source.leads)).subquery()
    record_id, exact = parts.c
    best = sa.select(record_id, sa.func.max(exact).label("exact")).group_by(record_id).subquery()
    chosen = _chosen(source, 1 - best.c.exact, sa.func.count().over(), limit)
    return chosen.join(best, best.c.id == source.table.c.id)


def _candidates(source: Source, lead: sa.Select) -> sa.Select:
    table, led = source.table, lead.subquery()
    rest = sa.and_(table.c.id.is_not(None), *source.live, sa.not_(source.titled))
    columns = (led.c.id, sa.case((led.c.exact, 1), else_=0).label("exact"))
    # an outer join and a CASE leave the planner one way: from the lead to the rows
    some = sa.select(*columns).outerjoin(table, table.c.id == led.c.id)
    return some.where(sa.case((rest, 1), else_=0) == 1).distinct().limit(COUNTED)


def _titled(sources: Sequence[Source]) -> dict[str, int]:
    """How many titles contain the text, counted up to `COUNTED`."""
    counts = []
    for source in sources:
        some = sa.select(source.table.c.id).where(*source.live, source.titled).limit(COUNTED).subquery()
        counts.append(sa.select(sa.literal(source.name), sa.func.count()).select_from(some))
    return dict(db.session.execute(sa.union_all(*counts)).all()) if counts else {}
