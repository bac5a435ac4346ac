"""What the records of an own export were when it was made, worked out from the history, and who changed them since."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.entities.entity import Entity
from app.extensions import db
from app.importing.origin import Origin
from app.importing.profile import Column
from app.importing.table import Table
from app.models.base import Record, entity_of
from app.models.changes import Change, ChangeSet
from app.models.users import User
from app.services.history import stored
from app.services.reading import Row, chunks, plain
from app.services.shape import shape_of

MINE = "edited-mine"
EDITED = ("edited", MINE)
"""Rules that take what was edited in the sheet: later changes of others stay, or give way."""


class Past:
    """Some records at the revision of a file."""

    def __init__(self, model: type[Record], origin: Origin, ids: Sequence[int]) -> None:
        self.is_coarse = origin.times == "minutes"
        self.was: dict[tuple[int, str], Any] = {}
        self.by: dict[tuple[int, str], tuple[str, dt.datetime]] = {}
        for part in chunks(ids):
            self._learn(model, origin.revision, part)

    def _learn(self, model: type[Record], revision: int, ids: Sequence[int]) -> None:
        """The oldest change since then tells the value, the newest one who changed it last."""
        shape = shape_of(model)
        statement = (
            sa.select(Change.record_id, Change.diff, User.username, ChangeSet.at)
            .join(ChangeSet, ChangeSet.id == Change.change_set_id)
            .outerjoin(User, User.id == ChangeSet.actor_id)
            .where(Change.entity == entity_of(model), Change.record_id.in_(ids), Change.action == "update")
            .where(Change.change_set_id > revision)
            .order_by(Change.id)
        )
        for record_id, diff, by, at in db.session.execute(statement):
            for name in diff.keys() & shape.keys():
                self.was.setdefault((record_id, name), stored(shape[name], diff[name][0]))
                self.by[record_id, name] = (by or "Spoor", at)

    def value(self, row: Row, name: str) -> Any:
        """The plain value that was exported."""
        return self.was.get((row.id, name), plain(row[name]))

    def is_same(self, one: Any, other: Any) -> bool:
        """True if two single values are the same, as precisely as the file has them."""
        if self.is_coarse and isinstance(one, dt.datetime) and isinstance(other, dt.datetime):
            return _minute(one) == _minute(other)
        return (one or None) == (other or None) if isinstance(one or other, str) else one == other

    def who(self, row: Row, name: str) -> str:
        """Who changed the field last since the export, and when."""
        by, at = self.by[row.id, name]
        return f"{by}, {at:%Y-%m-%d %H:%M} UTC"


def called_then(entity: Entity, origin: Origin | None, ids: Sequence[int]) -> dict[int, str]:
    """What those of the records were called that somebody has renamed since the export."""
    if not origin or not origin.revision:
        return {}
    title = entity.title_field.name
    was = Past(entity.model, origin, ids).was
    return {number: old for (number, name), old in was.items() if name == title and isinstance(old, str)}


def winning(column: Column, table: Table, of: Entity, *, is_mine: bool) -> str:
    """The rule by which the file wins in a column: only where it was edited, if that is known."""
    if column.rule in EDITED and table.origin and table.origin.revision:
        return MINE if is_mine else EDITED[0]
    return "replace" if of.field(column.field).kind.is_many else "overwrite"


def _minute(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)
