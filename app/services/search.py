"""Looking for a text in many tables at once: the best few rows of each, with a fixed number of statements.

The statements are built once and kept (building them costs as much as running them), so the text
comes in by parameters: a column with a folded key is compared with the folded text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import key_of
from app.services import texts

COUNTED = 1000
"""Hits are counted up to here; beyond it is just “more”."""
Condition = Any
"""A condition of SQLAlchemy."""
_ESCAPE = "/"


def _parameter(name: str) -> Any:
    return sa.bindparam(f"search_{name}", type_=sa.Text)


def _values(text: str) -> dict[str, str]:
    """The parameters of every statement here."""
    wanted = texts.needle(text)
    values = {"search_phrase": wanted.phrase}
    for name, folded, part in (("key", key_of(text), wanted.key), ("lower", text.lower(), wanted.lower)):
        values[f"search_{name}"] = folded
        values[f"search_{name}_start"], values[f"search_{name}_part"] = part[1:], part
    return values


_WANTED = texts.Needle(_parameter("lower_part"), _parameter("key_part"), _parameter("phrase"))


def _folded(table: Any, name: str) -> tuple[Any, str]:
    """The column that a field is compared by, and the parameter to compare it with."""
    key = table.c.get(f"{name}_key" if name else "key")
    return (sa.func.lower(table.c[name]), "lower") if key is None else (key, "key")


def is_it(table: Any, name: str) -> Condition:
    """The condition that a field (no name: the texts of a record) is just the text."""
    column, word = _folded(table, name)
    return column == _parameter(word)


def exactly(table: Any, name: str) -> Any:
    """1 where a field is just the text, else 0."""
    return sa.case((is_it(table, name), 1), else_=0).label("exact")


def begins(table: Any, name: str) -> Condition:
    """The condition that a field begins with the text."""
    column, word = _folded(table, name)
    return column.like(_parameter(f"{word}_start"), escape=_ESCAPE)


def has_it(table: Any, name: str) -> Condition:
    """The condition that a field contains the text."""
    column, word = _folded(table, name)
    return column.like(_parameter(f"{word}_part"), escape=_ESCAPE)


@cache
def named(table: sa.Table, name: str) -> sa.CTE:
    """The rows whose name contains the text, and whether it is just that.

    Many fields lead to the same table, most of them to systems: it is looked through once in a
    statement. Few names match, so they shall lead to the records and not the other way round.
    """
    some = sa.select(table.c.id, exactly(table, name)).where(has_it(table, name))
    return some.cte(f"named_{table.name}").prefix_with("MATERIALIZED")


@dataclass(frozen=True)
class Source:
    """A table to look into, and what makes a row of it a hit.

    `live` must hold of every hit. Rows whose title contains the text come first; then those that
    one of the `leads` finds: selects of `id` and `exact`, 1 where a field is just the text, without
    repetitions: whatever sorts them out can't stop at the first `COUNTED`.
    Rows are in their natural order, without one the newest first.
    """

    name: str
    table: Any
    title: str
    live: Sequence[Condition]
    leads: Sequence[sa.Select] = ()
    long: Sequence[str] = ()
    """The columns of long texts, the title among them, that the table's index covers."""

    @property
    def sort(self) -> Any:
        """The column of the natural order, if there is one."""
        return self.table.c.get(f"{self.title}_sort")

    @property
    def titled(self) -> Condition:
        """The condition that the title contains the text; long texts are all alike."""
        return sa.false() if self.long else has_it(self.table, self.title)

    def candidates(self, how: texts.Way) -> list[sa.Select]:
        """What finds rows by anything but their title."""
        if not self.long:
            return list(self.leads)
        table, columns = self.table, (self.table.c.id, exactly(self.table, self.title))
        same = sa.select(*columns).where(is_it(table, self.title))
        return [same, texts.found(columns, table, self.long, how, _WANTED), *self.leads]


@dataclass
class Found:
    """What was found in a source: id and title of the best, and how many hits there are.

    `is_more`: there are so many that counting was given up at `total`.
    """

    hits: list[tuple[int, str]] = field(default_factory=list)
    total: int = 0
    is_more: bool = False


@dataclass(frozen=True)
class Search:
    """A search through these sources for the best `most` hits of each; made once, run often."""

    sources: Sequence[Source]
    most: int
    how: texts.Way = texts.Way.LIKE

    @cached_property
    def by_title(self) -> Any:
        """One statement: rows whose title contains the text, exact ones first, then beginnings."""
        return _union([_by_title(source, self.most + 1) for source in self.sources if not source.long])

    @cached_property
    def by_others(self) -> Any:
        """One statement: rows that only another field finds."""
        led = [(source, source.candidates(self.how)) for source in self.sources]
        return _union([_by_others(source, leads, self.most + 1) for source, leads in led if leads])

    def run(self, text: str) -> dict[str, Found]:
        """What is found, by source, where there is anything: three statements, whatever the number of rows."""
        values = _values(text)
        found = {source.name: Found() for source in self.sources}
        _collect(found, self.by_title, values)
        titled = {name: len(one.hits) for name, one in found.items()}
        _collect(found, self.by_others, values)
        titled |= _titled([source for source in self.sources if titled[source.name] > self.most], values)
        for name, one in found.items():
            one.total += titled[name]
            one.is_more, one.total = one.total >= COUNTED, min(one.total, COUNTED)
            del one.hits[self.most :]
        return {name: one for name, one in found.items() if one.total}


def _union(parts: Sequence[sa.Select]) -> Any:
    return sa.union_all(*(_whole(part, sa.literal_column("*")) for part in parts)) if parts else None


def _collect(found: Mapping[str, Found], statement: Any, values: Mapping[str, str]) -> None:
    """Add the rows of all parts, in their order: a union keeps none."""
    if statement is None:
        return
    for name, record_id, title, count, *_ in sorted(db.session.execute(statement, values).all(), key=_place):
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
    table, sort = source.table, source.sort
    columns = [sa.literal(source.name).label("name"), table.c.id]
    columns.append(sa.cast(table.c[source.title], sa.Text).label("title"))
    columns += [count.label("count"), rank.label("rank")]
    columns.append(sa.cast(sa.null() if sort is None else sort, sa.Text).label("sort"))
    order = (rank, table.c.id.desc()) if sort is None else (rank, sort, table.c.id)
    return sa.select(*columns).order_by(*order).limit(limit)


def _by_title(source: Source, limit: int) -> sa.Select:
    table, title = source.table, source.title
    rank = sa.case((is_it(table, title), 0), (begins(table, title), 1), else_=2)
    return _chosen(source, rank, sa.literal(0), limit).where(*source.live, source.titled)


def _by_others(source: Source, leads: Sequence[sa.Select], limit: int) -> sa.Select:
    """Rows that only another field finds: first those of which it is exactly the text.

    Each field gives at most `COUNTED` candidates, so a text that half of the rows have costs no more.
    """
    parts = sa.union_all(*(_whole(_candidates(source, lead)) for lead in leads)).subquery()
    record_id, exact = parts.c
    best = sa.select(record_id, sa.func.max(exact).label("exact")).group_by(record_id).subquery()
    chosen = _chosen(source, 1 - best.c.exact, sa.func.count().over(), limit)
    return chosen.join(best, best.c.id == source.table.c.id)


def _candidates(source: Source, lead: sa.Select) -> sa.Select:
    table = source.table
    rest = sa.and_(table.c.id.is_not(None), *source.live, sa.not_(source.titled))
    if table not in lead.columns_clause_froms:
        led = lead.subquery()
        lead = sa.select(led.c.id, led.c.exact).outerjoin(table, table.c.id == led.c.id)
    # an outer join and a CASE leave the planner one way, from the lead to the rows; a true CASE is taken
    # for half of them, so it walks until it has enough and does not prepare for all
    return lead.where(sa.case((rest, sa.true()), else_=sa.false())).limit(COUNTED)


def _titled(sources: Sequence[Source], values: Mapping[str, str]) -> dict[str, int]:
    """How many titles contain the text, counted up to `COUNTED`."""
    counts = []
    for source in sources:
        some = sa.select(source.table.c.id).where(*source.live, source.titled).limit(COUNTED).subquery()
        counts.append(sa.select(sa.literal(source.name), sa.func.count()).select_from(some))
    return dict(db.session.execute(sa.union_all(*counts), values).all()) if counts else {}
