"""What stands against a deletion, and what goes to the bin together with a record."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.base import Record, entity_of
from app.models.cases import Case
from app.models.changes import ChangeSet
from app.models.lookups import State
from app.models.notes import Note, ReportItem
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.models.users import User
from app.services.reading import Row, chunks
from app.services.shape import Attribute, pointers_to, shape_of

Fields = dict[type[Record], tuple[tuple[type[Record], str], ...]]
"""Fields of other models that point at a model."""

OWNED: Fields = {
    System: ((Memo, "system"), (TimelineEntry, "system"), (ReportItem, "system"), (Account, "system")),
}
"""What belongs to a record: it goes to the bin with it and comes back with it."""

LOOSENED: Fields = {
    System: ((Task, "system"), (Account, "seen_on")),
    Artifact: ((Task, "artifact"),),
    Task: ((Task, "parent"),),
    Case: ((System, "cases"), (Task, "case"), (Note, "case"), (TimelineEntry, "case")),
    Tag: tuple((model, "tags") for model in (System, Artifact, Case, Task, Note, ReportItem, TimelineEntry)),
}
"""What stays without the record: its link is emptied in the same change set."""


def owned_by(model: type[Record]) -> tuple[tuple[type[Record], Attribute], ...]:
    """The models whose rows belong to a row of this one, with the field that says so."""
    return tuple((owned, shape_of(owned)[name]) for owned, name in OWNED.get(model, ()))


def loosened_by(model: type[Record]) -> tuple[tuple[type[Record], Attribute], ...]:
    """The fields that are emptied when a row of this model goes."""
    return tuple((user, shape_of(user)[name]) for user, name in LOOSENED.get(model, ()))


def pointing(user: type[Record], attribute: Attribute, ids: Sequence[int]) -> dict[int, set[int]]:
    """The live rows whose field points at one of these records: {row: records}."""
    table = user.__table__
    found: dict[int, set[int]] = {}
    for part in chunks(ids):
        for row_id, target in db.session.execute(_pointing(table, attribute, part)):
            found.setdefault(row_id, set()).add(target)
    return found


def _pointing(table: Any, attribute: Attribute, ids: Sequence[int]) -> sa.Select:
    live = table.c.deleted_at.is_(None)
    if attribute.sort == "one":
        return sa.select(table.c.id, attribute.column).where(attribute.column.in_(ids), live)
    link = attribute.secondary
    joined = sa.select(table.c.id, link.c.target_id).join(link, link.c.owner_id == table.c.id)
    return joined.where(link.c.target_id.in_(ids), live)


def live_children(owned: type[Record], attribute: Attribute, ids: Sequence[int]) -> dict[int, int]:
    """The rows that belong to these records and are not in the bin: {row: owner}."""
    return _children(owned, attribute, ids, owned.__table__.c.deleted_at.is_(None))


def binned_children(owned: type[Record], attribute: Attribute, parents: Sequence[Row]) -> list[int]:
    """The rows that went to the bin in the same moment as their record."""
    by_moment: dict[Any, list[int]] = {}
    for parent in parents:
        by_moment.setdefault(parent["deleted_at"], []).append(parent.id)
    found: list[int] = []
    for moment, ids in by_moment.items():
        found += _children(owned, attribute, ids, owned.__table__.c.deleted_at == moment)
    return found


def _children(
    owned: type[Record], attribute: Attribute, ids: Sequence[int], condition: Any
) -> dict[int, int]:
    table = owned.__table__
    found: dict[int, int] = {}
    for part in chunks(ids):
        statement = sa.select(table.c.id, attribute.column).where(attribute.column.in_(part), condition)
        found.update(db.session.execute(statement).all())
    return found


def blockers(model: type[Record], ids: Sequence[int]) -> dict[int, str]:
    """Why a record can't be deleted, by id; people are disabled instead."""
    if model is User:
        return dict.fromkeys(ids, "people are disabled, not deleted: their work stays signed")
    return in_use(model, ids) | _defaults(model, ids)


def _defaults(model: type[Record], ids: Sequence[int]) -> dict[int, str]:
    if not issubclass(model, State):
        return {}
    defaults = db.session.scalars(sa.select(model.id).where(model.id.in_(ids), model.is_default))
    return dict.fromkeys(defaults, "is the default: make another one the default first")


def in_use(model: type[Record], ids: Sequence[int]) -> dict[int, str]:
    """What live rows need a record, in words, by id; people also by what they have done."""
    reasons: dict[int, list[str]] = {}
    loose = {(user, attribute.name) for user, attribute in loosened_by(model)}
    for user, attribute, record_id, count in uses(model, ids):
        if (user, attribute.name) in loose:
            continue
        words = entity_of(user).replace("-", " ")
        reasons.setdefault(record_id, []).append(f"{count} {words} ({attribute.name.replace('_', ' ')})")
    if model is User:
        acted = sa.select(ChangeSet.actor_id).where(ChangeSet.actor_id.in_(ids)).distinct()
        for actor_id in db.session.scalars(acted):
            reasons.setdefault(actor_id or 0, []).append("the history")
    return {record_id: "still used by " + ", ".join(parts) for record_id, parts in reasons.items()}


def uses(model: type[Record], ids: Sequence[int]) -> list[tuple[type[Record], Attribute, int, int]]:
    """How often live rows that are not its own point at each record: (model, field, id, count)."""
    owned = {owner for owner, _ in OWNED.get(model, ())}
    found = []
    for user, attribute in pointers_to(model):
        if user in owned:
            continue
        for part in chunks(ids):
            rows = db.session.execute(_uses(user, attribute, part))
            found += [(user, attribute, record_id, count) for record_id, count in rows]
    return found


def _uses(user: type[Record], attribute: Attribute, ids: Sequence[int]) -> sa.Select:
    table = user.__table__
    if attribute.sort == "many":
        link = attribute.secondary
        target = link.c.target_id
        statement = sa.select(target, sa.func.count()).join(table, table.c.id == link.c.owner_id)
    else:
        target = attribute.column
        statement = sa.select(target, sa.func.count())
    return statement.where(target.in_(ids), table.c.deleted_at.is_(None)).group_by(target)
