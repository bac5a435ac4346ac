"""Reading the history: change sets with what they changed, newest first; who changed a field last."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.changes import Change, ChangeSet
from app.models.users import User

MOST = 100
"""So many changes of a change set are shown with it."""


@dataclass
class Wanted:
    """Which change sets: newer than `since`, by whom, touching what; `hidden` entities never show."""

    since: int = 0
    actor_id: int | None = None
    source: str = ""
    entity: str = ""
    record_id: int | None = None
    hidden: Sequence[str] = field(default_factory=tuple)

    def changes(self) -> list[Any]:
        """The conditions on a change."""
        conditions: list[Any] = []
        if self.entity:
            conditions.append(Change.entity == self.entity)
        if self.record_id is not None:
            conditions.append(Change.record_id == self.record_id)
        if self.hidden:
            conditions.append(Change.entity.not_in(self.hidden))
        return conditions

    def change_sets(self) -> list[Any]:
        """The conditions on a change set."""
        conditions: list[Any] = [ChangeSet.id > self.since]
        if self.actor_id is not None:
            conditions.append(ChangeSet.actor_id == self.actor_id)
        if self.source:
            conditions.append(ChangeSet.source == self.source)
        if touching := self.changes():
            touched = sa.select(Change.change_set_id).where(*touching)
            conditions.append(ChangeSet.id.in_(touched))
        return conditions


def count(wanted: Wanted) -> int:
    """How many change sets there are."""
    statement = sa.select(sa.func.count()).select_from(ChangeSet).where(*wanted.change_sets())
    return db.session.scalar(statement) or 0


def change_sets(wanted: Wanted, limit: int, offset: int = 0) -> list[sa.Row[Any]]:
    """The change sets with `actor` (a username) and `undone_by`, newest first."""
    statement = _heads().where(*wanted.change_sets()).order_by(ChangeSet.id.desc())
    return list(db.session.execute(statement.limit(limit).offset(offset)))


def change_set(number: int, wanted: Wanted) -> sa.Row[Any] | None:
    """One change set, if there is one that may be seen."""
    statement = _heads().where(ChangeSet.id == number, *wanted.change_sets())
    return db.session.execute(statement).one_or_none()


def _heads() -> sa.Select[Any]:
    later = sa.orm.aliased(ChangeSet)
    undone_by = sa.select(sa.func.max(later.id)).where(later.undo_of_id == ChangeSet.id).scalar_subquery()
    columns = sa.select(*ChangeSet.__table__.c, User.username.label("actor"), undone_by.label("undone_by"))
    return columns.select_from(ChangeSet).outerjoin(User, User.id == ChangeSet.actor_id)


def first_changes(numbers: Sequence[int], wanted: Wanted) -> dict[int, list[sa.Row[Any]]]:
    """What these change sets did, in order: the first of them, or all that one record has.

    The changes of one change set have ids that follow each other.
    """
    conditions = [Change.change_set_id.in_(numbers), *wanted.changes()]
    statement = sa.select(Change.__table__).where(*conditions).order_by(Change.id)
    if wanted.record_id is None:
        first = sa.select(Change.change_set_id, sa.func.min(Change.id).label("first")).where(*conditions)
        start = first.group_by(Change.change_set_id).subquery()
        near = sa.and_(start.c.change_set_id == Change.change_set_id, Change.id < start.c.first + MOST)
        statement = statement.join(start, near)
    found: dict[int, list[sa.Row[Any]]] = {number: [] for number in numbers}
    for change in db.session.execute(statement):
        found[change.change_set_id].append(change)
    return found


def changes_of(number: int, wanted: Wanted, limit: int, offset: int) -> tuple[list[sa.Row[Any]], int]:
    """A page of what one change set did, and how much there is."""
    conditions = [Change.change_set_id == number, *wanted.changes()]
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Change).where(*conditions)) or 0
    statement = sa.select(Change.__table__).where(*conditions).order_by(Change.id)
    return list(db.session.execute(statement.limit(limit).offset(offset))), total


def last_changes(
    entity: str, record_id: int, names: Iterable[str]
) -> dict[str, tuple[str | None, dt.datetime]]:
    """Who changed each of these fields of a record last (None: the installation), and when."""
    missing, found = set(names), {}
    statement = (
        sa.select(Change.diff, User.username, ChangeSet.at)
        .join(ChangeSet, ChangeSet.id == Change.change_set_id)
        .outerjoin(User, User.id == ChangeSet.actor_id)
        .where(Change.entity == entity, Change.record_id == record_id)
        .order_by(Change.id.desc())
    )
    for diff, who, at in db.session.execute(statement.execution_options(yield_per=50)):
        for name in missing & set(diff):
            found[name] = (who, at)
        missing -= set(diff)
        if not missing:
            break
    return found
