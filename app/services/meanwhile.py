"""What was changed of records since somebody looked: so that nobody overwrites what they have not seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record, entity_of
from app.models.changes import Change, ChangeSet
from app.models.users import User
from app.services.drafts import Delta
from app.services.history import stored
from app.services.reading import among
from app.services.shape import shape_of

ROBOT = "Spoor"
"""Who changed what nobody changed in person."""


@dataclass
class Moved:
    """A field that was changed: from what it was then to what it is now, by whom and where last."""

    old: Any
    new: Any
    by: str
    change_set: int


def moved(
    model: type[Record], ids: Sequence[int], names: Iterable[str], since: int
) -> dict[int, dict[str, Moved]]:
    """The fields of records that differ from what they were after a change set, in the form of diffs."""
    wanted = set(names)
    statement = (
        sa.select(Change.record_id, Change.diff, ChangeSet.id, User.username)
        .join(ChangeSet, ChangeSet.id == Change.change_set_id)
        .outerjoin(User, User.id == ChangeSet.actor_id)
        .where(Change.entity == entity_of(model), Change.action == "update", ChangeSet.id > since)
        .where(among(Change.record_id, ids))
        .order_by(Change.id)
    )
    found: dict[int, dict[str, Moved]] = {}
    for record_id, diff, change_set, by in db.session.execute(statement) if wanted else ():
        fields = found.setdefault(record_id, {})
        for name in wanted & diff.keys():
            old, new = diff[name]
            first = fields[name].old if name in fields else old
            fields[name] = Moved(first, new, by or ROBOT, change_set)
    return found


def overwritten(model: type[Record], name: str, seen: Moved, value: Any) -> bool:
    """True if the value would take back what was changed: of several values only those that it is about count."""
    attribute = shape_of(model)[name]
    was, now = stored(attribute, seen.old), stored(attribute, seen.new)
    if isinstance(value, Delta):
        about = value.add | value.remove
        return value.applied_to(now) != now and bool(about & (set(was) ^ set(now)))
    return was != now and (sorted(set(value)) if attribute.is_many else value) != now
