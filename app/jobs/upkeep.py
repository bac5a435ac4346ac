"""The upkeep of jobs: bring back what got lost, remove what is old. Each step commits for itself."""

import datetime as dt
from pathlib import Path

import sqlalchemy as sa

from app.extensions import db, redis_connection
from app.models.base import now
from app.models.changes import ChangeSet
from app.models.imports import ImportRun
from app.models.jobs import Job, JobLog, JobState
from app.models.schedules import ScheduleSlot
from app.services import changes, jobs, notices, running
from app.services.jobs import MOST_DEATHS, OPEN

RESULTS_KEPT = dt.timedelta(days=7)
PORTION = 500
"""So many jobs, and as many times of schedules, are removed in one transaction."""


def sweep() -> int:
    """Bring back what got lost, the queue's content or a worker; how many. Commits for itself.

    A waiting job whose number is in no queue is sent again, a running one without a living
    process waits again from the start. `RedisError` if the queue is unreachable.
    """
    brought = 0
    for job_id, queue, state in _open_jobs():
        if state is JobState.QUEUED:
            brought += jobs.send(job_id, queue)
        elif not running.lives(redis_connection(), job_id):
            brought += _bury(job_id)
    return brought


def _open_jobs() -> list[tuple[int, str, JobState]]:
    rows = db.session.execute(sa.select(Job.id, Job.queue, Job.state).where(Job.state.in_(OPEN))).all()
    db.session.rollback()
    return list(rows)


def _bury(job_id: int) -> bool:
    changes.begin_write()
    job = db.session.get_one(Job, job_id)
    if job.state is not JobState.RUNNING or running.lives(redis_connection(), job_id):
        db.session.rollback()
        return False
    if running.is_asked_to_stop(redis_connection(), job_id):
        job.state, job.finished_at, job.message = JobState.CANCELLED, now(), "Cancelled"
    elif job.attempts % MOST_DEATHS == 0:
        job.state, job.finished_at = JobState.FAILED, now()
        job.message = f"The worker died {MOST_DEATHS} times while it ran this job"
        db.session.flush()
        notices.tell_of_job(job_id)
    else:
        jobs.wait_again(job, "The worker died; the job starts again from the beginning")
    db.session.commit()
    return True


def expire_results(directory: Path) -> int:
    """Remove result files of jobs that ended a week ago, and files that no job knows; how many."""
    ended = Job.finished_at < now() - RESULTS_KEPT
    old = set(db.session.scalars(sa.select(Job.id).where(Job.result_file != "", ended)))
    if old:
        changes.begin_write()
        db.session.execute(sa.update(Job.__table__).where(Job.id.in_(old)).values(result_file=""))
        db.session.commit()
    if not directory.is_dir():
        return 0
    kept = set(db.session.scalars(sa.select(Job.result_file).where(Job.result_file != "")))
    db.session.rollback()
    yesterday = (now() - dt.timedelta(days=1)).timestamp()
    gone = [
        path for path in directory.iterdir() if path.name not in kept and path.stat().st_mtime < yesterday
    ]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def thin_out(kept: dt.timedelta) -> bool:
    """Remove a portion of the times of schedules and of the jobs that ended longer ago; True if there may be more."""
    before = now() - kept
    changes.begin_write()
    slots = list(db.session.scalars(_old_slots(before).limit(PORTION)))
    db.session.execute(sa.delete(ScheduleSlot.__table__).where(ScheduleSlot.id.in_(slots)))
    old = list(db.session.scalars(_old_jobs(before).limit(PORTION)))
    db.session.execute(sa.delete(JobLog.__table__).where(JobLog.job_id.in_(old)))
    db.session.execute(sa.delete(Job.__table__).where(Job.id.in_(old)))
    db.session.commit()
    return PORTION in (len(slots), len(old))


def _old_slots(before: dt.datetime) -> sa.Select[tuple[int]]:
    """The times that passed before, but not the latest ones of a schedule, from which it goes on counting."""
    slot, later = ScheduleSlot.__table__, ScheduleSlot.__table__.alias()
    is_followed = sa.exists().where(
        later.c.schedule_id == slot.c.schedule_id,
        later.c.by_hand == slot.c.by_hand,
        later.c.slot > slot.c.slot,
        later.c.slot < before,  # not one of a clock that was ahead
    )
    is_open = sa.exists().where(Job.id == slot.c.job_id, Job.state.in_(OPEN))
    return sa.select(slot.c.id).where(slot.c.slot < before, slot.c.at < before, is_followed, sa.not_(is_open))


def _old_jobs(before: dt.datetime) -> sa.Select[tuple[int]]:
    """The jobs that ended before and that nothing leads to; the newest stays, so that no number comes twice."""
    needed = [sa.exists().where(other.job_id == Job.id) for other in (ChangeSet, ImportRun, ScheduleSlot)]
    ended = (Job.state.not_in(OPEN), Job.finished_at < before)
    return sa.select(Job.id).where(
        *ended, Job.id < sa.select(sa.func.max(Job.id)).scalar_subquery(), ~sa.or_(*needed)
    )
