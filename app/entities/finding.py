"""The global search: every entity by its own search fields, grouped, the best hits of each first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from app.entities import query
from app.entities.entity import Entity, Field
from app.models.base import key_of
from app.services import search, texts
from app.services.reading import Named, Row, read

AROUND = 40
"""Letters shown before a hit in a long text."""
LONGEST = 120
Pairs = Sequence[tuple[str, str]]


@dataclass
class Hit:
    """A record that was found: its title, its state, and by which other field when not by its title."""

    id: int
    title: str
    address: str
    status: Named | None = None
    belongs: str = ""
    field: str = ""
    label: str = ""
    value: str = ""


@dataclass
class Group:
    """The hits of one entity: the best of them, how many there are (or more), and the list of all."""

    entity: Entity
    hits: list[Hit]
    total: int
    is_more: bool
    address: str


def groups(
    entities: Sequence[Entity], text: str, see_internal: bool, most: int, cases: Sequence[str] = ()
) -> list[Group]:
    """Where the text occurs, by entity; `BadQuery` if it can't be looked for.

    With `cases`, as a list's filter has them, only in these, where an entity knows cases.
    """
    text = query.clean_text(text)
    if not text:
        return []
    visible = tuple(e for e in entities if e.search and (see_internal or not e.internal))
    asked = _search(visible, see_internal, most, texts.way(text))
    if cases:
        narrowed = {
            e.plural: _source(e, see_internal, _in_cases(e, cases)) for e in visible if _in_cases(e, cases)
        }
        sources = [narrowed.get(source.name, source) for source in asked.sources]
        asked = search.Search(sources, most, asked.how)
    found = asked.run(text)
    return [_group(e, found[e.plural], text, see_internal, cases) for e in visible if e.plural in found]


@lru_cache(maxsize=50)
def _search(entities: tuple[Entity, ...], see_internal: bool, most: int, how: texts.Way) -> search.Search:
    return search.Search([_source(entity, see_internal) for entity in entities], most, how)


def _in_cases(entity: Entity, cases: Sequence[str]) -> Pairs:
    """The filter by cases, for an entity whose records belong to cases."""
    return [
        (entity.case_key, case) for case in cases if entity.case_key and entity.case_key not in entity.scopes
    ]


def _source(entity: Entity, see_internal: bool, more: Pairs = ()) -> search.Source:
    long, others = query.parts_of_search(entity, see_internal)
    return search.Source(
        name=entity.plural,
        table=entity.model.__table__,
        title=entity.model.__label__,
        live=query.understand(entity, [*entity.usual.items(), *more], see_internal).where,
        leads=[item.kind.leads() for item in others if item is not entity.title_field],
        long=long,
    )


def _searched(entity: Entity, see_internal: bool) -> list[Field]:
    """The fields besides the title that are looked through."""
    visible = [item.name for item in entity.visible(see_internal)]
    names = [name for name in entity.search if name in visible and name != entity.title_field.name]
    return [entity.field(name) for name in names]


def _group(entity: Entity, found: search.Found, text: str, see_internal: bool, cases: Sequence[str]) -> Group:
    others = _searched(entity, see_internal)
    names = [item.name for item in others] + [name for name in ("status",) if entity.has(name)]
    rows = {row.id: row for row in read(entity.model, [i for i, _ in found.hits], names)} if names else {}
    hits = []
    for record_id, title in found.hits:
        hit = Hit(record_id, _excerpt(title, text), f"/{entity.plural}/{record_id}")
        if record_id in rows:
            _explain(hit, others, rows[record_id], text)
        hits.append(hit)
    address = f"/{entity.plural}?{urlencode([('q', text), *_in_cases(entity, cases)])}"
    return Group(entity, hits, found.total, found.is_more, address)


def _explain(hit: Hit, others: Sequence[Field], row: Row, text: str) -> None:
    """Say what a hit belongs to, and where the text is when the title does not have it."""
    hit.status = row.get("status")
    hit.belongs = next(
        (
            item.kind.show(row[item.name])
            for item in others
            if item.required and item.kind.attribute.sort == "one"
        ),
        "",
    )
    if key_of(text) in key_of(hit.title):
        return
    for item in others:
        shown = [item.kind.show([part] if item.kind.is_many else part) for part in _parts(item, row)]
        matching = [part for part in shown if key_of(text) in key_of(part)]
        if matching and not (item.required and hit.belongs):
            hit.field, hit.label, hit.value = item.name, item.label, _excerpt(", ".join(matching[:3]), text)
            return


def _parts(item: Field, row: Row) -> Sequence[Any]:
    value = row[item.name]
    return value or [] if item.kind.is_many else [value]


def _excerpt(text: str, wanted: str) -> str:
    """A text on one line, shortened so that what was looked for shows."""
    line = " ".join(text.split())
    if len(line) <= LONGEST:
        return line
    at = max(0, line.casefold().find(wanted.casefold()) - AROUND)
    part = line[at : at + LONGEST]
    return f"{'… ' if at else ''}{part}{' …' if at + LONGEST < len(line) else ''}"
