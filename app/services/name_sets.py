"""Sets of systems that were named together, kept so that a list can be filtered by them (`set=17`).

Not in the history, as saved views are not: a set is what somebody looks at, not what is known about
an incident. Whoever calls what writes here has begun the write and commits.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.name_sets import NameSet, name_sets_systems
from app.services.drafts import Missing

MOST = 200
"""So many sets of one person are kept; the oldest goes first."""


def keep(
    owner_id: int,
    what: str,
    text: str,
    ids: Sequence[int],
    *,
    told: dict[str, Any] | None = None,
    change_set_id: int | None = None,
) -> NameSet:
    """Keep systems as a set that goes by their number and what they are: "213 pasted names"."""
    words = f"{len(ids):,} {what}{'' if len(ids) == 1 else 's'}"
    kept = NameSet(
        owner_id=owner_id,
        words=words,
        text=text.replace("\0", ""),
        told=told or {},
        change_set_id=change_set_id,
    )
    db.session.add(kept)
    db.session.flush()
    rows = [{"set_id": kept.id, "system_id": one} for one in ids]
    if rows:
        db.session.execute(sa.insert(name_sets_systems), rows)
    _forget_oldest(owner_id)
    return kept


def _forget_oldest(owner_id: int) -> None:
    mine = sa.select(NameSet.id).where(NameSet.owner_id == owner_id).order_by(NameSet.id.desc())
    if old := db.session.scalars(mine.offset(MOST)).all():
        db.session.execute(sa.delete(NameSet).where(NameSet.id.in_(old)))


def find(set_id: int) -> NameSet:
    """A set by its id; `Missing` if there is none, or not any more."""
    kept = db.session.get(NameSet, set_id)
    if kept is None:
        raise Missing(f"set {set_id}")
    return kept
