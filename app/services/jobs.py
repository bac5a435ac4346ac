"""Jobs: enqueue, claim, finish, cancel, retry, and the sweep that brings lost ones back.

The row is the truth. The queue only carries its number to a worker; whether the job runs is
decided by the row, so it does no harm if a number arrives twice or is sent again.
"""

import datetime as dt
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from redis import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job as Message
from rq.serializers import JSONSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session, joinedload

from app.extensions import db, redis_connection
from app.models.base import now
from app.models.jobs import Job, JobLog, JobState
from app.services import changes, notices, running
from app.services.running import Run

log = logging.getLogger(__name__)

QUEUES = ("default", "imports", "exports", "maintenance")
RUNNER = "app.jobs.runner.run"
OPEN = (JobState.QUEUED, JobState.RUNNING)
MOST_DEATHS = 3
"""A job whose worker dies is run again; at every third attempt that dies, it is given up."""
_TO_SEND = "jobs to send"


class TakenOver(Exception):
    """The attempt was given up for dead meanwhile; nothing that it did may be committed."""


class NotPossible(ValueError):
    """The job is not in a state for that; the text says why."""


def enqueue(
    kind: str,
    function: str,
    arguments: dict[str, Any],
    *,
    title: str,
    actor_id: int | None,
    queue: str = "default",
) -> Job:
    """Add a job to the open write (else begin one); the caller commits, then a worker gets it.

    `function` is a dotted name; it is called with the `Run` and the arguments, flushes and returns
    its result. It does not commit: what it wrote is committed together with the end of the job.
    The same job of the same person that is still open is given back instead of a second one.
    """
    if not changes.is_writing():
        changes.begin_write()
    alike = sa.select(Job).where(Job.kind == kind, Job.actor_id == actor_id, Job.state.in_(OPEN))
    for job in db.session.scalars(alike):
        if (job.function, job.arguments) == (function, arguments):
            return job
    job = Job(kind=kind, function=function, arguments=arguments, title=title, actor_id=actor_id, queue=queue)
    db.session.add(job)
    db.session.flush()
    _send_after_commit(job)
    return job


def _send_after_commit(job: Job) -> None:
    db.session.info.setdefault(_TO_SEND, []).append((job.id, job.queue))


@event.listens_for(Session, "after_commit")
def _send_all(session: Session) -> None:
    for job_id, queue in session.info.pop(_TO_SEND, ()):
        try:
            send(job_id, queue)
        except RedisError as error:
            log.warning("job %d waits, the queue is unreachable: %s", job_id, type(error).__name__)


@event.listens_for(Session, "after_rollback")
def _forget_all(session: Session) -> None:
    session.info.pop(_TO_SEND, None)


def send(job_id: int, queue_name: str) -> bool:
    """Put the number into the queue, unless it stands there; True if it was put."""
    queue = Queue(queue_name, connection=redis_connection(), serializer=JSONSerializer)
    name = f"job-{job_id}"
    if queue.get_job_position(name) is not None:
        return False
    with suppress(NoSuchJobError):
        Message.fetch(name, connection=queue.connection, serializer=JSONSerializer).delete()
    options = {"job_timeout": -1, "result_ttl": 0, "failure_ttl": 60}
    try:
        queue.enqueue(RUNNER, job_id, job_id=name, unique=True, **options)
    except DuplicateJobError:
        return False
    return True


def claim(job_id: int) -> Job | None:
    """Take a waiting job (the caller commits); None if it does not wait any more."""
    changes.begin_write()
    job = db.session.get(Job, job_id)
    if job is None or job.state is not JobState.QUEUED:
        return None
    job.state, job.started_at = JobState.RUNNING, now()
    job.attempts += 1
    return job


def finish(run: Run, state: JobState, message: str, result: dict[str, Any] | None = None) -> None:
    """End an attempt, in the write that the job left open if there is one; the caller commits.

    So what a job wrote and the word that it is done arrive together or not at all.
    """
    if not changes.is_writing():
        changes.begin_write()
    table = Job.__table__
    values: dict[str, Any] = {"state": state, "finished_at": now(), "message": message}
    values |= {"done": run.done, "total": run.total}
    if state is JobState.DONE:
        values |= {"result": result or {}, "result_file": run.stored_file, "result_name": run.file_name}
    mine = (table.c.id == run.job_id, table.c.state == JobState.RUNNING, table.c.attempts == run.attempt)
    if db.session.execute(sa.update(table).where(*mine).values(values)).rowcount != 1:  # type: ignore[attr-defined]
        raise TakenOver
    notices.tell_of_job(run.job_id)
    if run.lines:
        lines = [{"job_id": run.job_id, "at": at, "text": text} for at, text in run.lines]
        db.session.execute(sa.insert(JobLog.__table__), lines)


def cancel(job_id: int) -> JobState:
    """Stop a job: at once if it waits, at its next step if it runs. The caller commits."""
    changes.begin_write()
    job = db.session.get_one(Job, job_id)
    if job.state is JobState.QUEUED:
        job.state, job.finished_at, job.message = JobState.CANCELLED, now(), "Cancelled before it began"
    elif job.state is JobState.RUNNING:
        try:
            running.ask_to_stop(redis_connection(), job_id)
        except RedisError:
            raise NotPossible("The queue is unreachable; try again in a moment") from None
    else:
        raise NotPossible("It has already ended")
    return job.state


def retry(job_id: int) -> None:
    """Let a failed or cancelled job run again from the start. The caller commits."""
    changes.begin_write()
    job = db.session.get_one(Job, job_id)
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        raise NotPossible("Only a failed or cancelled job can run again")
    wait_again(job, "Started again")


def wait_again(job: Job, why: str) -> None:
    """Put a job back to the start of its life, with the reason in its log. The caller commits."""
    job.state, job.finished_at, job.message = JobState.QUEUED, None, ""
    job.done = job.total = 0
    db.session.add(JobLog(job_id=job.id, text=why))
    _send_after_commit(job)


def is_queue_there() -> bool:
    """True if the queue answers."""
    return _or(lambda: bool(redis_connection().ping()), False)


def heard(job: Job) -> dict[str, Any]:
    """How far a job is: from its row, or while it runs from what it says."""
    stored = {"done": job.done, "total": job.total, "message": job.message, "lines": []}
    if job.state is not JobState.RUNNING:
        return stored
    return _or(lambda: running.heard(redis_connection(), job.id), stored)


def _or(ask: Callable[[], Any], otherwise: Any) -> Any:
    try:
        return ask()
    except RedisError:
        return otherwise


def lines_of(job_id: int) -> list[tuple[dt.datetime, str]]:
    """The log of a job, as far as it is stored."""
    statement = sa.select(JobLog.at, JobLog.text).where(JobLog.job_id == job_id).order_by(JobLog.id)
    return list(db.session.execute(statement).all())


def open_count() -> int:
    """How many jobs wait or run."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.state.in_(OPEN))) or 0


def kinds() -> list[str]:
    """The kinds of the jobs that there are."""
    return list(db.session.scalars(sa.select(Job.kind).distinct().order_by(Job.kind)))


def latest(
    kind: str = "", state: JobState | None = None, before: int | None = None, limit: int = 50
) -> list[Job]:
    """The newest jobs, each with the person who started it."""
    statement = sa.select(Job).options(joinedload(Job.actor))
    if kind:
        statement = statement.where(Job.kind == kind)
    if state is not None:
        statement = statement.where(Job.state == state)
    if before is not None:
        statement = statement.where(Job.id < before)
    return list(db.session.scalars(statement.order_by(Job.id.desc()).limit(limit)))
