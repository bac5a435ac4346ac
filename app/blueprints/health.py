"""Whether Spoor lives (`/healthz`) and whether it can work (`/readyz`), for machines; public."""

import datetime as dt
import shutil

import redis
import sqlalchemy as sa
from flask import Blueprint, current_app
from rq import Worker
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db, redis_connection

bp = Blueprint("health", __name__)

HEARTBEAT_LATE = dt.timedelta(seconds=60)
LITTLE_DISK = 200 * 2**20


@bp.get("/healthz")
def healthz():
    """The process lives."""
    return {"status": "ok"}


@bp.get("/readyz")
def readyz():
    """Every part that the work needs; 503 and which part when one is not there."""
    parts = {"database": _database(), "queue": _queue(), "worker": _worker(), "disk": _disk()}
    ready = all(state == "ok" for state in parts.values())
    return {"status": "ok" if ready else "not ready"} | parts, 200 if ready else 503


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


def _worker() -> str:
    try:
        beats = [worker.last_heartbeat for worker in Worker.all(connection=redis_connection())]
    except redis.RedisError:
        return "unknown, the queue is unreachable"
    latest = max((beat for beat in beats if beat), default=None)
    if latest is None:
        return "none is running"
    late = dt.datetime.now(dt.UTC) - latest > HEARTBEAT_LATE
    return "gave no sign of life lately" if late else "ok"


def _disk() -> str:
    free = shutil.disk_usage(current_app.config["SETTINGS"].data_dir).free
    return "ok" if free >= LITTLE_DISK else "nearly full"
