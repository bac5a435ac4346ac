"""What is old is thinned out: jobs with their logs, times of schedules; what is needed stays."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.jobs import upkeep
from app.jobs.scheduler import Scheduler
from app.models.base import now
from app.models.imports import ImportRun
from app.models.jobs import Job, JobLog, JobState
from app.models.schedules import Schedule, ScheduleSlot, SlotState
from app.models.tags import Tag
from app.scheduling import firing
from app.services import changes, records

KEPT = dt.timedelta(days=30)
DAY = dt.timedelta(days=1)


@pytest.fixture
def ended(app, people):
    """Add a job that ended so many days ago, with a line in its log; gives its id."""

    def add(days: float, state: JobState = JobState.DONE) -> int:
        changes.begin_write()
        at = now() - days * DAY
        finished = None if state in (JobState.QUEUED, JobState.RUNNING) else at
        job = Job(kind="test", function="-", state=state, created_at=at, finished_at=finished)
        db.session.add(job)
        db.session.flush()
        db.session.add(JobLog(job_id=job.id, at=at, text="A line"))
        db.session.commit()
        return job.id

    return add


@pytest.fixture
def schedule(app, people) -> int:
    """A schedule per day."""
    values = {"name": "Numbers", "kind": "snapshot", "when": "every day", "run_as": people.bob}
    with changes.recording(None, "ui", at=now() - 100 * DAY) as change_set:
        made = records.create(change_set, Schedule, values)
    db.session.commit()
    return made.record_id


@pytest.fixture
def due(schedule):
    """Add a time at which the schedule was due, so many days ago; gives its id."""

    def add(days: float, job_id: int | None = None, **more) -> int:
        changes.begin_write()
        at = now() - days * DAY
        values = {"state": SlotState.FIRED, "slot": at, "at": min(at, now()), "job_id": job_id} | more
        slot = ScheduleSlot(schedule_id=schedule, **values)
        db.session.add(slot)
        db.session.commit()
        return slot.id

    return add


def left(model) -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(model.id)))


def test_jobs_that_ended_long_ago_go_with_their_logs(ended):
    for state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED):
        ended(31, state)
    young, newest = ended(29), ended(31)
    assert upkeep.thin_out(KEPT) is False
    assert left(Job) == {young, newest}
    assert set(db.session.scalars(sa.select(JobLog.job_id))) == {young, newest}


def test_what_waits_or_runs_stays_however_old(ended):
    open_ones = {ended(400, JobState.QUEUED), ended(400, JobState.RUNNING)}
    newest = ended(0)
    upkeep.thin_out(KEPT)
    assert left(Job) == open_ones | {newest}


def test_no_number_comes_twice(ended):
    last = ended(400)
    upkeep.thin_out(KEPT)
    assert ended(0) == last + 1


def test_the_jobs_of_imports_and_of_the_history_stay(ended, people):
    imported, written, neither, _newest = (ended(400) for _ in range(4))
    with changes.recording(people.bob, "import", job_id=written) as change_set:
        records.create(change_set, Tag, {"name": "imported"})
    values = {"file_name": "a.csv", "stored_name": "", "sha256": "", "actor_id": people.bob}
    db.session.add(ImportRun(job_id=imported, **values))
    db.session.commit()
    upkeep.thin_out(KEPT)
    assert {imported, written} <= left(Job)
    assert neither not in left(Job)
    assert left(ImportRun) == {1}
    assert changes.first_broken_link() is None


def test_old_times_go_with_their_jobs_but_the_latest_ones_stay(ended, due):
    due(50, ended(50)), due(45, state=SlotState.MISSED), due(44, by_hand=True)
    kept_job = ended(40)
    kept = {due(40, kept_job), due(41, by_hand=True), due(10, ended(10)), due(1)}
    upkeep.thin_out(KEPT)
    assert left(ScheduleSlot) == kept
    assert kept_job in left(Job)
    assert len(left(Job)) == 2


def test_a_time_whose_job_still_runs_stays(ended, due):
    waits = due(50, ended(50, JobState.RUNNING))
    due(49, ended(49))
    latest = due(48)
    upkeep.thin_out(KEPT)
    assert left(ScheduleSlot) == {waits, latest}


def test_a_clock_that_was_ahead_takes_no_time_away_from_which_others_count(due):
    latest = due(60)
    ahead = due(-200)
    upkeep.thin_out(KEPT)
    assert left(ScheduleSlot) == {latest, ahead}


def test_nothing_runs_again_because_its_time_was_removed(app, schedule):
    long_ago = now() - 99 * DAY
    for day in range(100):
        firing.fire_due(long_ago + day * DAY)
    changes.begin_write()
    db.session.execute(sa.update(ScheduleSlot.__table__).values(at=ScheduleSlot.slot, job_id=None))
    db.session.commit()
    before = left(ScheduleSlot)
    upkeep.thin_out(KEPT)
    assert 29 <= len(left(ScheduleSlot)) <= 32 < len(before)
    assert firing.fire_due(now()) == 0
    assert firing.fire_due(now() - 20 * DAY) == 0  # a clock that is set back


def test_the_scheduler_removes_portion_after_portion(other_app, ended, monkeypatch):
    monkeypatch.setattr(upkeep, "PORTION", 2)
    for _ in range(5):
        ended(40)
    newest = ended(0)
    with other_app(jobs_kept_days=30) as app:
        scheduler = Scheduler(app)
        remaining = []
        for _ in range(4):
            scheduler.next_upkeep -= 1
            scheduler.turn()
            remaining.append(len(left(Job)))
    assert remaining == [4, 2, 1, 1]
    assert left(Job) == {newest}


def test_the_page_of_a_removed_job_says_why_it_is_gone(bob):
    assert "Jobs are kept for 90 days" in bob.get("/jobs/4711").text
