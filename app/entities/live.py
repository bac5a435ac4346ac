"""What a list has to catch up with: the records that changed after a revision, and who did it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.entities.computed import Count, state_of
from app.entities.entity import Entity
from app.extensions import db
from app.models.base import Record, entity_of
from app.models.changes import Change, ChangeSet
from app.models.users import User
from app.services.changes import newest
from app.services.deletion import OWNED
from app.services.shape import model_for, shape_of

MOST = 200
"""Above this many changed rows a list is fetched again as a whole."""


@dataclass(frozen=True)
class Touch:
    """The latest change of a record: by whom, in which change set."""

    by: str
    by_id: int | None
    change_set: int


Part = tuple[int, dict[str, Any], Touch]
"""A changed row that others show something of: its id, what changed in it, by whom."""


@dataclass
class News:
    """What happened to the records of an entity after a revision.

    `arrived` were created or came back from the bin, `left` went into it; `fields` are what changed. `refetch` says that
    the whole list must be fetched again: too much changed, or a name that many rows show.
    """

    revision: int
    changed: dict[int, Touch] = field(default_factory=dict)
    arrived: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    refetch: bool = False


def news(entity: Entity, since: int) -> News | None:
    """The news after revision `since`; None if there is no newer change set at all."""
    revision = newest()
    if revision <= since:
        return None
    found = News(revision)
    parts = _parts(entity)
    shown = {model for model in _shown(entity) if entity_of(model) not in (entity.plural, *parts)}
    changes = _changes(since, [entity.plural, *parts], shown)
    if len(changes) > MOST:
        found.refetch = True
        return found
    of_parts: dict[str, list[Part]] = {}
    for plural, record_id, action, diff, change_set, by, by_id in changes:
        touch = Touch(by or "Spoor", by_id, change_set)
        if plural == entity.plural:
            _note(found, record_id, action, touch)
            found.fields |= diff.keys()
        if plural in parts:
            of_parts.setdefault(plural, []).append((record_id, diff, touch))
        elif plural != entity.plural and action == "update":
            found.refetch = True
    for plural, touched in of_parts.items():
        for name in parts[plural]:
            found.changed = _owners(model_for(plural), name, touched) | found.changed
    return found


def touches(record_id: int, others: Iterable[tuple[type[Record], str]], since: int) -> bool:
    """True if after a revision a row of other models changed that points, or pointed, at a record.

    `others`: the models, each with the field that points at the record; no field: whatever it points at.
    """
    names: dict[str, list[str]] = {}
    for model, name in others:
        names.setdefault(entity_of(model), []).append(name)
    touched: dict[str, list[Part]] = {}
    changes = _changes(since, list(names))
    for plural, part_id, _, diff, change_set, by, by_id in changes:
        touched.setdefault(plural, []).append((part_id, diff, Touch(by or "Spoor", by_id, change_set)))
    return len(changes) > MOST or any(
        not name or record_id in _owners(model_for(plural), name, parts)
        for plural, parts in touched.items()
        for name in names[plural]
    )


def _changes(since: int, plurals: list[str], shown: Iterable[type[Record]] = ()) -> list:
    """What happened to these entities, and to the looks of what they show of others."""
    wanted: list[Any] = [Change.entity.in_(plurals)]
    wanted += [sa.and_(Change.entity == entity_of(model), *_looks(model)) for model in shown]
    # a CASE leaves the planner one way: from the newest change sets to their changes
    of_these = sa.case((sa.or_(*wanted), 1), else_=0) == 1
    change = (Change.entity, Change.record_id, Change.action, Change.diff)
    columns = (*change, ChangeSet.id, User.username, User.id)
    statement = (
        sa.select(*columns)
        .join(ChangeSet, ChangeSet.id == Change.change_set_id)
        .outerjoin(User, User.id == ChangeSet.actor_id)
        .where(Change.change_set_id > since, of_these)
        .order_by(Change.change_set_id, Change.id)
        .limit(MOST + 1)
    )
    return list(db.session.execute(statement))


def _note(found: News, record_id: int, action: str, touch: Touch) -> None:
    found.changed[record_id] = touch
    if action in ("create", "restore"):
        found.arrived.add(record_id)
        found.left.discard(record_id)
    elif action == "delete":
        found.left.add(record_id)
        found.arrived.discard(record_id)


def _parts(entity: Entity) -> dict[str, list[str]]:
    """What a row shows something of: what belongs to it and what is counted, with the fields that say whose."""
    parts: dict[str, list[str]] = {}
    for owned, name in OWNED.get(entity.model, ()):
        parts.setdefault(entity_of(owned), []).append(name)
    for kind in _counts(entity):
        names = parts.setdefault(entity_of(kind.child), [])
        names += [] if kind.link.name in names else [kind.link.name]
    return parts


def _counts(entity: Entity) -> list[Count]:
    return [item.kind for item in entity.fields if isinstance(item.kind, Count)]


def _looks(model: type[Record]) -> list[Any]:
    """The condition that a change touches how a record looks in others' cells; any may, if its name is derived."""
    shape = shape_of(model)
    if model.__label__ not in shape:
        return []
    names = [name for name in (model.__label__, "colour", "icon", "note", "is_open") if name in shape]
    return [sa.or_(*(Change.diff[name].as_string().is_not(None) for name in names))]


def _shown(entity: Entity) -> list[type[Record]]:
    """The models whose names, colours or meanings show in the cells."""
    attributes = [item.kind.attribute for item in entity.fields if item.listed]
    attributes += [state for kind in _counts(entity) if (state := state_of(kind.child))]
    return [attribute.target for attribute in attributes if attribute.sort in ("one", "many")]


def _owners(model: type[Record], name: str, parts: list[Part]) -> dict[int, Touch]:
    """The records that these rows point at, and those that they pointed at before."""
    attribute = shape_of(model)[name]
    latest = {record_id: touch for record_id, _, touch in parts}
    if attribute.sort == "many":
        owner, target = attribute.secondary.c.owner_id, attribute.secondary.c.target_id
    else:
        owner, target = model.__table__.c.id, attribute.column
    pairs = db.session.execute(sa.select(owner, target).where(owner.in_(latest)))
    owners = {target_id: latest[part_id] for part_id, target_id in pairs if target_id}
    for _, diff, touch in parts:
        before = diff.get(name, [None])[0]
        for one in before if isinstance(before, list) else [before]:
            if isinstance(one, dict):
                owners[one["id"]] = touch
    return owners
