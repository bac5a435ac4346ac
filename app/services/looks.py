"""When somebody last looked at what happened: a mark in Valkey, not in the database nor the history.

A visit begins with the first look after a pause. What happened since the visit before ended is news for
the whole visit: reloading the page does not make it old.
"""

import datetime as dt
import json
import time

import sqlalchemy as sa
from redis import RedisError

from app.extensions import db, redis_connection
from app.models.base import now
from app.models.changes import ChangeSet

KEY = "spoor:looked"
PAUSE = 900.0
"""Seconds without a look after which the next one begins a new visit."""
WITHOUT_MARK = dt.timedelta(days=1)
"""What is news for somebody of whom nothing is known, or while Valkey is away."""


def look(user_id: int, revision: int) -> int:
    """Note a look at everything up to this revision; gives the revision after which things are news."""
    try:
        known = _known(user_id)
        if known is None:
            known = {"since": _a_day_ago(), "seen": revision, "at": 0.0}
        elif time.time() - known["at"] > PAUSE:
            known["since"] = known["seen"]
        _keep(user_id, known["since"], revision)
    except RedisError:
        return _a_day_ago()
    return int(known["since"])


def since(user_id: int) -> int:
    """The revision after which things are news, without looking."""
    try:
        known = _known(user_id)
    except RedisError:
        known = None
    return _a_day_ago() if known is None else int(known["since"])


def all_seen(user_id: int, revision: int) -> None:
    """Nothing up to this revision is news any more."""
    try:
        _keep(user_id, revision, revision)
    except RedisError:
        return


def _known(user_id: int) -> dict[str, float] | None:
    kept = redis_connection().hget(KEY, str(user_id))
    return json.loads(kept) if kept else None


def _keep(user_id: int, start: float, revision: int) -> None:
    mark = {"since": start, "seen": revision, "at": time.time()}
    redis_connection().hset(KEY, str(user_id), json.dumps(mark))


def _a_day_ago() -> int:
    older = sa.select(sa.func.coalesce(sa.func.max(ChangeSet.id), 0)).where(
        ChangeSet.at < now() - WITHOUT_MARK
    )
    return db.session.scalar(older) or 0
