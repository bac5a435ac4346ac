"""What a list has to catch up with: the records that changed after a revision, and who did it."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

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


@dataclass
class News:
    """What happened to the records of an entity after a revision.

    `arrived` were created or came back from the bin, `left` went into it. `refetch` says that
    the whole list must be fetched again: too much changed, or a name that many rows show.
    """

    revision: int
    changed: dict[int, Touch] = field(default_factory=dict)
    arrived: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    refetch: bool = False


def news(entity: Entity, since: int) -> News | None:
    """The news after revision `since`; None if there is no newer change set at all."""
    revision = newest()
    if revision <= since:
        return None
    found = News(revision)
    parts = _parts(entity)
    changes = _changes(since, [entity.plural, *parts], _shown(entity) - {entity.model})
    if len(changes) > MOST:
        found.refetch = True
        return found
    of_parts: dict[str, dict[int, Touch]] = {}
    for plural, record_id, action, change_set, by, by_id in changes:
        touch = Touch(by or "Spoor", by_id, change_set)
        if plural == entity.plural:
            _note(found, record_id, action, touch)
        elif plural in parts:
            of_parts.setdefault(plural, {})[record_id] = touch
        elif action == "update":
            found.refetch = True
    for plural, touches in of_parts.items():
        found.changed |= _owners(plural, parts[plural], touches)
    return found


def _changes(since: int, plurals: list[str], shown: set[type[Record]]) -> list:
    """What happened to these entities, and to the looks of what they show of others."""
    wanted: list[Any] = [Change.entity.in_(plurals)]
    wanted += [sa.and_(Change.entity == entity_of(model), *_looks(model)) for model in shown]
    columns = (Change.entity, Change.record_id, Change.action, ChangeSet.id, User.username, User.id)
    statement = (
        sa.select(*columns)
        .join(ChangeSet, ChangeSet.id == Change.change_set_id)
        .outerjoin(User, User.id == ChangeSet.actor_id)
        .where(ChangeSet.id > since, sa.or_(*wanted))
        .order_by(Change.id)
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


def _parts(entity: Entity) -> dict[str, str]:
    """What belongs to the entity's records, by plural, with the field that points at the owner."""
    return {entity_of(owned): name for owned, name in OWNED.get(entity.model, ())}


def _shown(entity: Entity) -> set[type[Record]]:
    """The models whose names are shown in cells."""
    shown = [item.kind.attribute for item in entity.fields if item.listed]
    return {attribute.target for attribute in shown if attribute.sort in ("one", "many")}


def _looks(model: type[Record]) -> list[Any]:
    """The condition that a change touches how a record looks in others' cells; any may, if its name is derived."""
    shape = shape_of(model)
    if model.__label__ not in shape:
        return []
    names = [name for name in (model.__label__, "colour", "icon", "note") if name in shape]
    return [sa.or_(*(Change.diff[name].as_string().is_not(None) for name in names))]


def _owners(plural: str, name: str, touches: dict[int, Touch]) -> dict[int, Touch]:
    model = model_for(plural)
    owner = shape_of(model)[name].column
    statement = sa.select(model.__table__.c.id, owner).where(model.__table__.c.id.in_(touches))
    return {owner_id: touches[part_id] for part_id, owner_id in db.session.execute(statement)}
