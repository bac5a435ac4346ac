"""From a query string to the ids of a list: the same syntax for pages, REST, exports and bulk edits.

`q=` text, `status=Clean&status=id:3` one of, `f.not=`, `f.empty=1`, `f.min=`, `f.max=`,
`sort=-priority,name`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa

from app.entities.entity import Entity, Field
from app.extensions import db
from app.services import texts

SUFFIXES = ("not", "empty", "min", "max")
RESERVED = {"q", "sort", "page", "per_page", "since", "after", "updated_since"}
RESERVED |= {"columns", "fields", "tree", "folded"}
LONGEST_TEXT = 500
MOST_KEYS = 8


class BadQuery(ValueError):
    """A query string that can't be answered; the text names field and cure, `key` the parameter that is wrong."""

    def __init__(self, text: str, key: str = "") -> None:
        super().__init__(text)
        self.key = key


@dataclass
class Query:
    """What somebody asked of a list, understood; `where` holds the conditions."""

    entity: Entity
    text: str = ""
    filters: list[tuple[Field, str, list[str]]] = field(default_factory=list)
    sort: list[tuple[Field, bool]] = field(default_factory=list)
    see_internal: bool = True
    where: list[Any] = field(default_factory=list)

    @property
    def keys(self) -> list[tuple[Any, bool]]:
        """What the list sorts by, as (expression, descending); empty values last, id breaks ties."""
        keys: list[tuple[Any, bool]] = []
        for item, descending in self.sort:
            expression = item.kind.order()
            if getattr(expression, "nullable", True):
                keys.append((sa.case((expression.is_(None), 1), else_=0), False))
            keys.append((expression, descending))
        return [*keys, (self.entity.model.__table__.c.id, False)]

    @property
    def ordering(self) -> list[Any]:
        """The same as a statement takes it."""
        return [key.desc() if descending else key for key, descending in self.keys]


def _conditions(query: Query) -> list[Any]:
    """What a row must fulfil; rows in the bin never match."""
    conditions: list[Any] = [query.entity.model.__table__.c.deleted_at.is_(None)]
    if query.text:
        conditions.append(_holds(query))
    return conditions + [_condition(item, suffix, values) for item, suffix, values in query.filters]


def _holds(query: Query) -> Any:
    """The condition that one of the fields that are searched holds the text."""
    long, others = parts_of_search(query.entity, query.see_internal)
    hits = [item.kind.contains(query.text) for item in others]
    if long:
        table, how = query.entity.model.__table__, texts.way(query.text)
        hits.append(texts.holding(table, long, how, texts.needle(query.text)))
    return sa.or_(sa.false(), *hits)


def parts_of_search(entity: Entity, see_internal: bool) -> tuple[list[str], list[Field]]:
    """The columns of long texts that are searched together, and the other fields that are searched.

    Where long texts are searched, the label that a record goes by is one of them.
    """
    visible = {item.name: item for item in entity.visible(see_internal)}
    fields = [visible[name] for name in entity.search if name in visible]
    covered = texts.searched(entity.model.__table__)
    long = [item.name for item in fields if item.name in covered]
    told = set(long)
    if "label" in covered:
        long.insert(0, "label")
        told.add(entity.title_field.name)
    return long, [item for item in fields if item.name not in told]


def _condition(item: Field, suffix: str, values: list[str]) -> Any:
    kind = item.kind
    try:
        if suffix == "empty":
            return kind.empty() if values[-1] == "1" else sa.not_(kind.empty())
        if suffix == "min":
            return kind.at_least(values[-1])
        if suffix == "max":
            return kind.at_most(values[-1])
        hit = sa.or_(*(kind.equals(value) if value else kind.empty() for value in values))
    except ValueError as error:
        raise BadQuery(f"{item.name}: {error}", f"{item.name}.{suffix}" if suffix else item.name) from None
    if suffix == "not":
        return sa.or_(sa.not_(hit), kind.empty()) if all(values) else sa.not_(hit)
    return hit


def clean_text(text: str) -> str:
    """A text to look for: on one line, not endless; `BadQuery` for what no database takes."""
    if "\0" in text:
        raise BadQuery("q: contains a NUL character", "q")
    return " ".join(text[:LONGEST_TEXT].split())


def canonical(entity: Entity, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs with `case` and `cases` as the entity calls it, so that a case filter holds everywhere."""
    mine = entity.case_key
    other = "case" if mine == "cases" else "cases"
    return [
        (mine + key.removeprefix(other), value) if mine and key.partition(".")[0] == other else (key, value)
        for key, value in pairs
    ]


def with_usual(entity: Entity, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The parameters, the usual filters among them unless somebody took them away."""
    kept = list(pairs)
    asked = {key.partition(".")[0] for key, _ in kept}
    usual = [(key, value) for key, value in entity.usual.items() if key.partition(".")[0] not in asked]
    return [*kept, *usual]


def understand(entity: Entity, pairs: Iterable[tuple[str, str]], see_internal: bool = True) -> Query:
    """Read the pairs of a query string; `BadQuery` names what it can't mean."""
    query = Query(entity, see_internal=see_internal)
    grouped: dict[str, list[str]] = {}
    for key, value in canonical(entity, pairs):
        grouped.setdefault(key, []).append(value)
    fields = entity.filterable(see_internal)
    for key, values in grouped.items():
        if any("\0" in value for value in values):
            raise BadQuery(f"{key}: contains a NUL character", key)
        if key in RESERVED or not any(values):
            continue
        name, _, suffix = key.partition(".")
        if name not in fields or (suffix and suffix not in SUFFIXES):
            raise BadQuery(f"there is no filter “{key}”", key)
        if values[-1] != "any" or suffix != "empty":
            query.filters.append((fields[name], suffix, values))
    if since := grouped.get("updated_since", [""])[-1]:
        query.filters.append((entity.field("updated_at"), "min", [since]))
    query.text = clean_text(grouped.get("q", [""])[-1])
    query.sort = _sorting(entity, grouped.get("sort", [""])[-1] or entity.order, see_internal)
    query.where = _conditions(query)
    return query


def understand_text(entity: Entity, text: str, see_internal: bool = True) -> Query:
    """Read a whole query string, as it stands in an address."""
    return understand(entity, parse_qsl(text.lstrip("?"), keep_blank_values=True), see_internal)


def _sorting(entity: Entity, text: str, see_internal: bool) -> list[tuple[Field, bool]]:
    fields = {item.name: item for item in entity.visible(see_internal)}
    sorting = []
    if text.count(",") >= MOST_KEYS:
        raise BadQuery(f"sort: at most {MOST_KEYS} fields", "sort")
    for part in text.split(","):
        name = part.strip().removeprefix("-")
        if name not in fields:
            raise BadQuery(f"sort: there is no field “{name}”", "sort")
        sorting.append((fields[name], part.strip().startswith("-")))
    return sorting


def count(query: Query) -> int:
    """How many records match."""
    table = query.entity.model.__table__
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*query.where)) or 0


def ids(query: Query, *, limit: int | None = None, offset: int = 0, after: int | None = None) -> list[int]:
    """The ids of the matching records in order; with `after`, those that follow this record."""
    statement = sa.select(query.entity.model.__table__.c.id).where(*query.where)
    if after is not None and (beyond := _beyond(query, query.keys, after)) is not None:
        statement = statement.where(beyond)
    return list(db.session.scalars(statement.order_by(*query.ordering).limit(limit).offset(offset)))


def _beyond(query: Query, keys: Sequence[tuple[Any, bool]], after: int) -> Any:
    """The condition that a record comes after another one in the order of the list."""
    table = query.entity.model.__table__
    place = db.session.execute(sa.select(*(key for key, _ in keys)).where(table.c.id == after)).first()
    if place is None:
        return None
    beyond: Any = sa.false()
    for (key, descending), value in reversed(list(zip(keys, place, strict=True))):
        if value is None:
            beyond = sa.and_(key.is_(None), beyond)
            continue
        further = key < value if descending else key > value
        beyond = sa.or_(further, sa.and_(key == value, beyond))
    (first, descending), value = keys[0], place[0]
    # follows from the rest, but an index can begin with it
    near = first <= value if descending else first >= value
    return sa.and_(near, beyond)


def matching(query: Query, candidates: Sequence[int]) -> set[int]:
    """Those of the candidates that match: for live lists and ticked rows."""
    table = query.entity.model.__table__
    found: set[int] = set()
    for start in range(0, len(candidates), 1000):
        part = candidates[start : start + 1000]
        found |= set(db.session.scalars(sa.select(table.c.id).where(table.c.id.in_(part), *query.where)))
    return found


def counts_by(query: Query, name: str) -> list[tuple[Any, int]]:
    """How many of the matching records have each value of a reference field: [(Named, n)]."""
    from app.services.reading import names_of

    item = query.entity.field(name)
    column = item.kind.column
    statement = sa.select(column, sa.func.count()).where(*query.where, column.is_not(None)).group_by(column)
    totals: dict[int, int] = dict(db.session.execute(statement).all())
    named = names_of(item.kind.attribute.target, totals)
    return sorted(((named[key], total) for key, total in totals.items()), key=lambda pair: -pair[1])
