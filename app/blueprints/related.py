"""The sections of a record's page that show what points at it: small grids, texts, trees; added to in place."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import abort, redirect, render_template
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.wording import hidden_entities
from app.entities import live, query
from app.entities import related as engine
from app.entities.computed import rows
from app.entities.entity import Entity, Field, Related
from app.entities.registry import entity_for
from app.htmx import wants_fragment
from app.security.access import may_write, sees_internal
from app.services.reading import Row

CLOSED = "-closed"
"""The end of the name of the part of a section that shows its closed rows."""


@dataclass
class Part:
    """Rows of a section: the open ones, the closed ones, or all where there is no such difference.

    `rows` are None until somebody opens the part; `address` is the list that shows all of them.
    """

    key: str
    total: int
    address: str
    loads: str
    is_closed: bool = False
    rows: list[Row] | None = None
    depths: dict[int, int] = field(default_factory=dict)


@dataclass
class Section:
    """What points at a record with one field: how many, how many are open, and the parts that show them."""

    related: Related
    entity: Entity
    title: str
    columns: list[Field]
    owner_id: int
    total: int
    open: int
    is_writable: bool
    parts: list[Part]

    @property
    def key(self) -> str:
        """The name of the section."""
        return self.related.key

    @property
    def has_state(self) -> bool:
        """True if its rows are open or closed."""
        return self.entity.has("open")

    @property
    def address(self) -> str:
        """The list that shows all its rows."""
        return _address(self.related, self.owner_id)

    @property
    def adding(self) -> list[Field]:
        """The fields of the line that adds a row in place; none for those who may not."""
        return [self.entity.field(name) for name in self.related.adds] if self.is_writable else []

    @property
    def grabber(self) -> int | None:
        """Who may take rows, if rows can be taken: the person."""
        return current_user.id if self.is_writable and self.entity.has("assigned_to") else None

    @property
    def text(self) -> Field:
        """The Markdown field of rows that are shown as texts."""
        return next(item for item in self.entity.fields if item.kind.editor == "markdown")

    @property
    def is_shown(self) -> bool:
        """True if there is something in it, or somebody can add to it."""
        return bool(self.total or self.adding)


def _address(related: Related, owner_id: int, *more: tuple[str, str]) -> str:
    child = entity_for(related.model)
    pairs = [(related.by, f"id:{owner_id}"), *more, *((key, "any") for key in child.usual)]
    return f"/{child.plural}?{urlencode(pairs, safe=':')}"


def folded_in(entity: Entity) -> set[str]:
    """The sections that are closed until somebody opens them; what is done is always shown on demand."""
    found = engine.related_of(entity)
    return {one.key for one in found if one.folded} | {f"{one.key}{CLOSED}" for one in found}


def visible(entity: Entity) -> list[Related]:
    """What the page of a record shows to this person."""
    hidden = hidden_entities()
    return [one for one in engine.related_of(entity) if entity_for(one.model).plural not in hidden]


def sections(entity: Entity, record_id: int, closed: frozenset[str]) -> list[Section]:
    """The sections of a record's page: counted with one statement, rows are read of what is open."""
    found = visible(entity)
    return [
        section
        for one, (total, opened) in zip(found, engine.counts(found, record_id), strict=True)
        if (section := _section(entity, one, record_id, total, opened, closed)).is_shown
    ]


def _section(
    entity: Entity,
    related: Related,
    record_id: int,
    total: int,
    opened: int,
    closed: frozenset[str],
) -> Section:
    child = entity_for(related.model)
    seen = {item.name: item for item in child.visible(sees_internal(current_user))}
    names = [child.title_field.name, *engine.columns_of(related)]
    columns = [seen[name] for name in dict.fromkeys(names) if name in seen]
    writable = may_write(current_user, related.model)
    same = [one for one in engine.related_of(entity) if one.model is related.model]
    title = related.title or (
        f"{child.label} · {child.field(related.by).label}" if len(same) > 1 else child.label
    )
    section = Section(related, child, title, columns, record_id, total, opened, writable, [])
    section.parts = _parts(entity, section)
    for part in section.parts:
        if related.key not in closed and part.key not in closed and part.total:
            _fill(section, part)
    return section


def _parts(entity: Entity, section: Section) -> list[Part]:
    related, owner = section.related, section.owner_id
    loads = f"/{entity.plural}/{owner}/related/"
    if not section.has_state or related.look == "tree":
        return [Part(related.key, section.total, section.address, loads + related.key)]
    key = related.key + CLOSED
    parts = [Part(related.key, section.open, _address(related, owner, ("open", "1")), loads + related.key)]
    if done := section.total - section.open:
        parts.append(Part(key, done, _address(related, owner, ("open", "0")), loads + key, is_closed=True))
    return parts


def _fill(section: Section, part: Part) -> None:
    """Read the rows of a part, as many as the page shows."""
    related, child = section.related, section.entity
    if related.look == "tree":
        part.depths = engine.in_tree(related, section.owner_id)
        ids = list(part.depths)[: related.most]
    else:
        state = (not part.is_closed) if section.has_state else None
        ids = query.ids(engine.rows_query(related, section.owner_id, state), limit=related.most)
    asked = [name for name in child.beside if name not in child.loose]
    extra = ["assigned_to", "overdue", "status", "updated_at", "updated_by", *asked]
    names = [item.name for item in section.columns] + [name for name in extra if child.has(name)]
    part.rows = rows(child, ids, [*names, section.text.name] if related.look == "texts" else names)


def part_of(entity: Entity, record_id: int, key: str) -> str | Response:
    """One part of a section, fetched when it is opened; without htmx, the list that shows it."""
    named = [one for one in visible(entity) if one.key == key.removesuffix(CLOSED)]
    related = named[0] if named else abort(404)
    ((total, opened),) = engine.counts([related], record_id)
    section = _section(entity, related, record_id, total, opened, frozenset({related.key}))
    part = next((one for one in section.parts if one.key == key), None) or abort(404)
    if not wants_fragment():
        return redirect(part.address, 303)
    _fill(section, part)
    return render_template("entity/_related_part.html", section=section, part=part)


def is_touched(entity: Entity, record_id: int, since: int) -> bool:
    """True if something that the page of a record shows of others has changed after a revision."""
    others = [(one.model, "" if one.look == "tree" else one.by) for one in visible(entity)]
    return live.touches(record_id, others, since)
