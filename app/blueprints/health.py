"""Whether Spoor lives (`/healthz`) and whether it can work (`/readyz`), for machines; public."""

import datetime as dt
import shutil

import redis
import sqlalchemy as sa
from flask import Blueprint, current_app
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db, redis_connection
from app.models.base import now
from app.services import beats

bp = Blueprint("health", __name__)

SECONDS = ("worker_seconds", "scheduler_seconds")
LITTLE_DISK = 200 * 2**20


@bp.get("/healthz")
def healthz():
    """The process lives."""
    return {"status": "ok"}


@bp.get("/readyz")
def readyz():
    """Every part that the work needs; 503 and which part when one is not there."""
    parts = {"database": _database(), "queue": _queue(), "disk": _disk()}
    parts, seconds = _alive(parts)
    ready = all(state == "ok" for state in parts.values())
    return {"status": "ok" if ready else "not ready"} | parts | seconds, 200 if ready else 503


def _alive(parts: dict[str, str]) -> tuple[dict[str, str], dict[str, float | None]]:
    """What gives signs of life, and how many seconds ago; unknown while they can't be asked for."""
    unknown = "unknown, the queue or the database is unreachable"
    silent = parts | {"worker": unknown, "scheduler": unknown}, dict.fromkeys(SECONDS)
    if parts["database"] != "ok":
        return silent
    try:
        latest = max((one.at for one in beats.workers() if one.at), default=None)
        known = parts | {"worker": _worker(latest), "scheduler": beats.scheduler_state()}
        return known, dict(zip(SECONDS, (_ago(latest), beats.scheduler_lag()), strict=True))
    except redis.RedisError:
        return silent
    finally:
        db.session.rollback()


def _database() -> str:
    try:
        db.session.execute(sa.text("SELECT 1 FROM users LIMIT 1"))
    except SQLAlchemyError:
        return "unreachable"
    finally:
        db.session.rollback()
    return "ok"


def _queue() -> str:
    try:
        redis_connection().ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"


def _worker(latest: dt.datetime | None) -> str:
    if latest is None:
        return "none is running"
    return "gave no sign of life lately" if now() - latest > beats.LATE else "ok"


def _ago(at: dt.datetime | None) -> float | None:
    return None if at is None else max((now() - at).total_seconds(), 0.0)


def _disk() -> str:
    free = shutil.disk_usage(current_app.config["SETTINGS"].data_dir).free
    return "ok" if free >= LITTLE_DISK else "nearly full"
