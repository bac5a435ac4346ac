"""Signs of life: of the scheduler, and of the workers that RQ knows."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from redis import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from app.extensions import db, redis_connection
from app.models.base import now
from app.models.schedules import Schedule
from app.services.jobs import QUEUES

LEADER = "spoor:scheduler"
_BEAT = "spoor:scheduler:beat"
LATE = dt.timedelta(seconds=60)
"""Without a sign of life for so long, something does not run any more."""


def beat() -> None:
    """The scheduler has just looked at what is due."""
    redis_connection().set(_BEAT, now().isoformat())


def stop() -> None:
    """The scheduler ends as it was told to."""
    redis_connection().delete(_BEAT)


def scheduler_at() -> dt.datetime | None:
    """When the scheduler last looked at what is due; None if it never did, or was stopped."""
    found: bytes | None = redis_connection().get(_BEAT)  # type: ignore[assignment]
    return dt.datetime.fromisoformat(found.decode()) if found else None


def scheduler_lag() -> float | None:
    """Seconds since then."""
    at = scheduler_at()
    return None if at is None else max((now() - at).total_seconds(), 0.0)


def scheduler_state() -> str:
    """`ok`, or what is wrong; that it was never started is, once something is scheduled."""
    lag = scheduler_lag()
    if lag is None:
        return "none is running" if _scheduled() else "ok"
    return "ok" if lag <= LATE.total_seconds() else "gave no sign of life lately"


def _scheduled() -> bool:
    live = (Schedule.deleted_at.is_(None), Schedule.is_paused.is_(False))
    return db.session.scalar(sa.select(Schedule.id).where(*live).limit(1)) is not None


@dataclass(frozen=True)
class WorkerBeat:
    """A worker: since when it runs, its last sign of life, the job that it works at."""

    name: str
    state: str
    job_id: int | None
    since: dt.datetime | None
    at: dt.datetime | None

    @property
    def is_late(self) -> bool:
        """True if it gave no sign of life lately."""
        return self.at is None or now() - self.at > LATE


def workers() -> list[WorkerBeat]:
    """The workers that the queue knows."""
    return [
        WorkerBeat(
            name=f"{worker.hostname or '?'}, process {worker.pid or '?'}",
            state=str(worker.get_state() or "?"),
            job_id=_number(worker.get_current_job_id()),
            since=_aware(worker.birth_date),
            at=_aware(worker.last_heartbeat),
        )
        for worker in Worker.all(connection=redis_connection(), serializer=JSONSerializer)
    ]


def _number(name: str | None) -> int | None:
    return int(name.removeprefix("job-")) if name and name.startswith("job-") else None


def _aware(at: dt.datetime | None) -> dt.datetime | None:
    return at.replace(tzinfo=dt.UTC) if at is not None and at.tzinfo is None else at


def queues() -> dict[str, int]:
    """How many jobs wait in each queue."""
    return {name: Queue(name, connection=redis_connection()).count for name in QUEUES}


def told() -> dict:
    """All of it, for a page; `reached` is False while the queue is away."""
    try:
        return {"reached": True, "workers": workers(), "queues": queues(), "scheduler_at": scheduler_at()} | {
            "scheduler": scheduler_state()
        }
    except RedisError:
        return {"reached": False, "workers": [], "queues": {}, "scheduler_at": None, "scheduler": ""}
