"""Snapshots of the status page: kept, found, put into the bin and back."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.snapshots import Snapshot
from app.models.users import User
from app.services import records, restoring
from app.services.changes import Recording
from app.services.drafts import Draft, Missing, Refused
from app.services.reading import Named, names_of

_LIVE = Snapshot.deleted_at.is_(None)


def keep(change_set: Recording, numbers: Mapping[str, Any], label: str) -> Snapshot:
    """Keep numbers. `Refused` if the label is too long."""
    (draft,) = records.write(
        change_set, Snapshot, [Draft(values={"label": label}, derived={"numbers": dict(numbers)})]
    )
    if draft.errors:
        raise Refused(draft.errors)
    change_set.summary = f"{_called(draft.new['label'])} kept"
    return one(draft.record_id)


def _called(label: str) -> str:
    return f"Snapshot “{label[:80]}”" if label else "Snapshot of the status page"


def remove(change_set: Recording, snapshot_id: int) -> None:
    """Put one into the bin; `Missing` if it is not there."""
    gone = one(snapshot_id)
    records.delete(change_set, Snapshot, [gone.id])
    change_set.summary = f"{_called(gone.label)} deleted"


def bring_back(change_set: Recording, snapshot_id: int) -> None:
    """Take one out of the bin, if it is there; `Missing` if there never was one."""
    found = db.session.get(Snapshot, snapshot_id)
    if found is None:
        raise Missing(f"snapshots {snapshot_id}")
    restoring.restore(change_set, Snapshot, [snapshot_id])
    db.session.expire(found)
    change_set.summary = f"{_called(found.label)} back from the bin"


def one(snapshot_id: int) -> Snapshot:
    """A live one; `Missing` if it is not there."""
    found = db.session.scalar(sa.select(Snapshot).where(Snapshot.id == snapshot_id, _LIVE))
    if found is None:
        raise Missing(f"snapshots {snapshot_id}")
    return found


def newest(before: int | None = None, limit: int | None = None, offset: int = 0) -> list[Snapshot]:
    """The live ones, the newest first."""
    statement = sa.select(Snapshot).where(_LIVE)
    if before is not None:
        statement = statement.where(Snapshot.id < before)
    return list(db.session.scalars(statement.order_by(Snapshot.id.desc()).limit(limit).offset(offset)))


def count() -> int:
    """How many are live."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Snapshot).where(_LIVE)) or 0


def authors(found: Iterable[Snapshot]) -> dict[int, Named]:
    """Who took them, by the id of the person."""
    return names_of(User, {one.created_by_id for one in found if one.created_by_id})
