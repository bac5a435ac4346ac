"""Snapshots of the status page: kept, found, removed. The caller commits."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.snapshots import Snapshot
from app.services import changes


def keep(numbers: Mapping[str, Any], label: str, by_id: int | None) -> Snapshot:
    """Keep numbers, in the open write or a new one."""
    if not changes.is_writing():
        changes.begin_write()
    made = Snapshot(numbers=dict(numbers), label=" ".join(label.split())[:255], by_id=by_id)
    db.session.add(made)
    db.session.flush()
    return made


def remove(snapshot_id: int) -> bool:
    """Remove one for good; False if it is not there."""
    changes.begin_write()
    gone: Any = db.session.execute(sa.delete(Snapshot.__table__).where(Snapshot.id == snapshot_id))
    return gone.rowcount == 1


def newest(before: int | None = None, limit: int | None = None) -> list[Snapshot]:
    """The snapshots, the newest first, each with who took it."""
    statement = sa.select(Snapshot).options(joinedload(Snapshot.by))
    if before is not None:
        statement = statement.where(Snapshot.id < before)
    return list(db.session.scalars(statement.order_by(Snapshot.id.desc()).limit(limit)))
