"""The stream of change sets: found by person, entity, source, time or record, as somebody may see it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.base import Record, entity_of
from app.models.changes import Change, ChangeSet
from app.models.users import User
from app.services import deletion

SHORT = 4
"""A change set with at most so many changes is told in full in the stream."""


@dataclass(frozen=True)
class Wanted:
    """Which change sets: after a revision, of or but of somebody; `hidden` entities must not be seen."""

    actor_id: int | None = None
    but_actor_id: int | None = None
    after: int = 0
    entity: str = ""
    source: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    hidden: frozenset[str] = frozenset()

    @property
    def where(self) -> list:
        """The conditions; a change set of which nothing may be seen does not exist."""
        conditions = [
            column == value
            for column, value in ((ChangeSet.actor_id, self.actor_id), (ChangeSet.source, self.source))
            if value
        ]
        if self.but_actor_id:
            conditions.append(ChangeSet.actor_id.is_distinct_from(self.but_actor_id))
        if self.after:
            conditions.append(ChangeSet.id > self.after)
        if self.since:
            conditions.append(ChangeSet.at >= self.since)
        if self.until:
            conditions.append(ChangeSet.at <= self.until)
        touching = [Change.entity == self.entity] if self.entity else []
        if self.hidden:
            touching.append(Change.entity.not_in(self.hidden))
        if touching:
            conditions.append(sa.exists().where(Change.change_set_id == ChangeSet.id, *touching))
        return conditions


@dataclass
class Told:
    """A change set as a person may see it: how many changes, the few of a short one, what undid it."""

    head: ChangeSet
    count: int
    changes: list[Change] = field(default_factory=list)
    undone_by: int | None = None


def newest(wanted: Wanted, before: int | None = None, limit: int = 50) -> tuple[list[Told], int | None]:
    """The newest change sets, and the id before which there are more."""
    statement = sa.select(ChangeSet).options(joinedload(ChangeSet.actor)).where(*wanted.where)
    if before:
        statement = statement.where(ChangeSet.id < before)
    heads = list(db.session.scalars(statement.order_by(ChangeSet.id.desc()).limit(limit + 1)))
    more = heads[limit - 1].id if len(heads) > limit else None
    return _told(heads[:limit], wanted.hidden), more


def by_actor(wanted: Wanted) -> list[tuple[int | None, str, int]]:
    """How many change sets there are of each person: id, name, number; the busiest first."""
    number = sa.func.count()
    statement = sa.select(ChangeSet.actor_id, sa.func.coalesce(User.username, "Spoor"), number)
    statement = statement.outerjoin(User, User.id == ChangeSet.actor_id).where(*wanted.where)
    grouped = statement.group_by(ChangeSet.actor_id, User.username).order_by(number.desc())
    return [(actor_id, name, total) for actor_id, name, total in db.session.execute(grouped)]


def one(change_set_id: int, hidden: frozenset[str]) -> Told | None:
    """One change set, or None if there is none of which something may be seen."""
    statement = sa.select(ChangeSet).options(joinedload(ChangeSet.actor))
    head = db.session.scalar(statement.where(ChangeSet.id == change_set_id, *Wanted(hidden=hidden).where))
    return _told([head], hidden)[0] if head else None


def _told(heads: Sequence[ChangeSet], hidden: frozenset[str]) -> list[Told]:
    ids = [head.id for head in heads]
    counts = _visible_counts(ids, hidden) if hidden else {head.id: head.change_count for head in heads}
    told = {head.id: Told(head, counts.get(head.id, 0)) for head in heads}
    short = [key for key, item in told.items() if item.count <= SHORT]
    for change in db.session.scalars(_changes(sa.and_(Change.change_set_id.in_(short)), hidden)):
        told[change.change_set_id].changes.append(change)
    undoing = sa.select(ChangeSet.undo_of_id, ChangeSet.id).where(ChangeSet.undo_of_id.in_(ids))
    undone: Any
    for undone, undo in db.session.execute(undoing.order_by(ChangeSet.id)):
        told[undone].undone_by = undo
    return list(told.values())


def _visible_counts(ids: Sequence[int], hidden: frozenset[str]) -> dict[int, int]:
    statement = (
        sa.select(Change.change_set_id, sa.func.count())
        .where(Change.change_set_id.in_(ids), Change.entity.not_in(hidden))
        .group_by(Change.change_set_id)
    )
    return dict(db.session.execute(statement).all())


def _changes(condition: sa.ColumnElement[bool], hidden: frozenset[str]) -> sa.Select:
    visible = [Change.entity.not_in(hidden)] if hidden else []
    return sa.select(Change).where(condition, *visible).order_by(Change.id)


def changes_of(
    change_set_id: int, hidden: frozenset[str], after: int = 0, limit: int = 100
) -> tuple[list[Change], int | None]:
    """The changes of a change set in their order, and the id after which there are more."""
    condition = sa.and_(Change.change_set_id == change_set_id, Change.id > after)
    found = list(db.session.scalars(_changes(condition, hidden).limit(limit + 1)))
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def of_record(
    model: type[Record], record_id: int, hidden: frozenset[str], before: int | None = None, limit: int = 50
) -> tuple[list[Change], int | None]:
    """What happened to a record and to what belongs to it, newest first; before which id there is more."""
    mine = [sa.and_(Change.entity == entity_of(model), Change.record_id == record_id)]
    for owned, attribute in deletion.owned_by(model):
        if entity_of(owned) not in hidden:
            parts = sa.select(owned.__table__.c.id).where(attribute.column == record_id)
            mine.append(sa.and_(Change.entity == entity_of(owned), Change.record_id.in_(parts)))
    statement = (
        sa.select(Change)
        .options(joinedload(Change.change_set).joinedload(ChangeSet.actor))
        .where(sa.or_(*mine))
        .order_by(Change.id.desc())
        .limit(limit + 1)
    )
    if before:
        statement = statement.where(Change.id < before)
    found = list(db.session.scalars(statement))
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def sources() -> list[str]:
    """The operations that there were so far."""
    return sorted(db.session.scalars(sa.select(ChangeSet.source).distinct()))
