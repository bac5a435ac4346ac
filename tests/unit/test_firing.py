"""Schedules fire each of their times once: late, twice started, with clocks that jump, as somebody."""

import datetime as dt
import random

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.jobs import Job, JobState
from app.models.notices import Notice
from app.models.schedules import Missed, Schedule, ScheduleSlot, SlotState
from app.models.users import User
from app.scheduling import firing
from app.services import changes, jobs, records
from app.services.rhythm import understand
from app.services.running import Run
from tests.records import change, remove, undo_last

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def schedule(people):
    """Make a schedule that begins at noon: `schedule(when=…)`; a snapshot every ten minutes, as bob."""

    def begin(at: dt.datetime = NOON, **values) -> int:
        usual = {"name": "Numbers", "kind": "snapshot", "when": "*/10 * * * *", "run_as": people.bob}
        with changes.recording(people.alice, "ui", at=at) as change_set:
            draft = records.create(change_set, Schedule, usual | values)
        db.session.commit()
        return draft.record_id

    return begin


def slots(schedule_id: int) -> list[tuple[str, str]]:
    mine = sa.select(ScheduleSlot.slot, ScheduleSlot.state).where(ScheduleSlot.schedule_id == schedule_id)
    found = db.session.execute(mine.order_by(ScheduleSlot.slot)).all()
    db.session.rollback()
    return [(f"{slot:%H:%M}", str(state)) for slot, state in found]


def notices_of(user_id: int) -> list[str]:
    return list(db.session.scalars(sa.select(Notice.text).where(Notice.user_id == user_id)))


def test_a_time_fires_once_as_a_job_of_whom_it_runs_as(schedule, people):
    number = schedule()
    for _ in range(3):
        firing.fire_due(NOON + 10 * MINUTE + dt.timedelta(seconds=3))
    (job,) = db.session.scalars(sa.select(Job))
    assert (job.function, job.actor_id) == ("app.jobs.snapshots.scheduled", people.bob)
    assert job.arguments == {"schedule_id": number, "slot": "2026-11-20T12:10:00+00:00"}
    assert slots(number) == [("12:10", "fired")]


def test_nothing_is_due_before_it_was_made(schedule):
    number = schedule()
    firing.fire_due(NOON)
    assert slots(number) == []


@pytest.mark.parametrize(
    ("policy", "last"), [(Missed.ONCE, ("12:30", "fired")), (Missed.SKIP, ("12:30", "missed"))]
)
def test_times_that_were_missed_are_recorded_and_leads_are_told(schedule, people, policy, last):
    number = schedule(missed=policy)
    firing.fire_due(NOON + 35 * MINUTE)
    assert slots(number) == [("12:10", "missed"), ("12:20", "missed"), last]
    for person in (people.alice, people.ada, people.bob):
        (text,) = notices_of(person)
        assert text.startswith("Schedule Numbers: ")
        assert "missed" in text
    assert notices_of(people.rita) == []


def test_a_rhythm_that_nobody_can_read_any_more_stops_no_other(schedule):
    broken, number = schedule(name="Broken"), schedule()
    db.session.execute(sa.update(Schedule).where(Schedule.id == broken).values(zone="Gone/Away"))
    db.session.commit()
    firing.fire_due(NOON + 10 * MINUTE)
    assert (slots(broken), slots(number)) == ([], [("12:10", "fired")])


def test_a_clock_that_steps_back_brings_no_time_again(schedule):
    number = schedule()
    for minutes in (10, 20, 5, 10, 20, 30):
        firing.fire_due(NOON + minutes * MINUTE)
    assert slots(number) == [("12:10", "fired"), ("12:20", "fired"), ("12:30", "fired")]


def test_a_clock_that_was_far_ahead_does_not_silence_a_schedule(schedule):
    number = schedule(missed=Missed.SKIP)
    firing.fire_due(NOON + 60 * MINUTE)
    for minutes in (10, 20, 60, 70):
        firing.fire_due(NOON + minutes * MINUTE)
    assert [state for _, state in slots(number)] == ["missed"] * 5 + ["fired"] * 2


@pytest.mark.parametrize("policy", list(Missed))
def test_a_paused_schedule_begins_anew_when_it_is_resumed(schedule, policy):
    number = schedule(missed=policy)
    change(Schedule, number, is_paused=True)
    firing.fire_due(NOON + 30 * MINUTE)
    assert slots(number) == []
    with changes.recording(None, "ui", at=NOON + 35 * MINUTE) as change_set:
        records.update(change_set, Schedule, number, {"is_paused": False})
    db.session.commit()
    firing.fire_due(NOON + 40 * MINUTE)
    assert slots(number) == [("12:40", "fired")]


def test_other_times_begin_with_the_change(schedule):
    number = schedule()
    with changes.recording(None, "ui", at=NOON + 33 * MINUTE) as change_set:
        records.update(change_set, Schedule, number, {"when": "*/5 * * * *"})
    db.session.commit()
    firing.fire_due(NOON + 35 * MINUTE)
    assert slots(number) == [("12:35", "fired")]


def test_a_schedule_in_the_bin_is_silent_and_begins_anew_when_it_comes_back(schedule):
    number = schedule()
    remove(Schedule, number)
    firing.fire_due(NOON + 10 * MINUTE)
    assert slots(number) == []
    undo_last()
    firing.fire_due(NOON + 20 * MINUTE)
    assert slots(number) == []  # it came back just now, which is later


def test_whom_it_runs_as_must_be_there_and_allowed(schedule, people):
    backup = schedule(name="Everything", kind="backup")
    number = schedule()
    change(User, people.bob, is_enabled=False)
    firing.fire_due(NOON + 10 * MINUTE)
    assert slots(number) == slots(backup) == [("12:10", "failed")]
    told = " ".join(notices_of(people.alice))
    assert "Schedule Numbers failed: bob, as whom it runs, is disabled" in told
    change(User, people.bob, is_enabled=True)
    firing.fire_due(NOON + 20 * MINUTE)
    assert "may not do that: the role analyst is not enough" in " ".join(notices_of(people.alice))
    assert slots(number)[-1] == ("12:20", "fired")


def test_a_run_by_hand_is_a_time_of_its_own(schedule):
    number = schedule()
    firing.run_now(number, NOON + 15 * MINUTE)
    db.session.commit()
    firing.fire_due(NOON + 10 * MINUTE)
    firing.fire_due(NOON + 20 * MINUTE)
    assert slots(number) == [("12:10", "fired"), ("12:15", "fired"), ("12:20", "fired")]


def test_a_job_of_a_schedule_that_fails_tells_leads_and_one_that_is_done_nobody(
    schedule, people, valkey, tmp_path
):
    number = schedule()
    for minutes, state in ((10, JobState.DONE), (20, JobState.FAILED)):
        firing.fire_due(NOON + minutes * MINUTE)
        job_id = db.session.scalar(sa.select(Job.id).where(Job.state == JobState.QUEUED))
        jobs.claim(job_id)
        db.session.commit()
        run = Run(job_id, 1, people.bob, tmp_path, valkey)
        jobs.finish(run, state, "the directory is full" if state is JobState.FAILED else "")
        db.session.commit()
    assert len(slots(number)) == 2
    for person in (people.alice, people.bob):
        assert notices_of(person) == ["Status snapshot: Numbers failed: the directory is full"]


@pytest.mark.parametrize("month", [3, 10], ids=["to summer time", "from summer time"])
def test_ten_days_with_two_schedulers_restarts_clock_steps_and_a_change_of_clocks(schedule, people, month):
    """Each time of three schedules is fired or recorded as missed, none twice: rows of a real database."""
    start, days = dt.datetime(2026, month, 22, tzinfo=dt.UTC), dt.timedelta(days=10)
    rhythms = ("* * * * *", "30 2 * * *", "every 7 minutes")
    ids = [
        schedule(start, name=text, when=text, zone="Europe/Berlin", missed=policy)
        for text, policy in zip(rhythms, (Missed.SKIP, Missed.ONCE, Missed.SKIP), strict=True)
    ]
    dice = random.Random(20261020)  # noqa: S311 (the same every time)
    clock = start
    while clock < start + days:
        for _ in range(dice.randint(2, 25)):  # both run: the second looks at the same moment, or a bit later
            clock += dt.timedelta(seconds=dice.choice((20, 55, 61, 75, 240)))
            firing.fire_due(clock)
            firing.fire_due(clock + dt.timedelta(seconds=dice.choice((0, 0, 1, -90))))
        db.session.execute(sa.update(Job).values(state=JobState.DONE))
        db.session.commit()
        clock += dt.timedelta(minutes=dice.choice((-45, 0, 30, 200, 700)))  # restarts; the clock is set
    end = db.session.scalar(sa.select(sa.func.max(ScheduleSlot.slot)))
    firing.fire_due(end)
    for number, text in zip(ids, rhythms, strict=True):
        mine = sa.select(ScheduleSlot.slot, ScheduleSlot.state).where(ScheduleSlot.schedule_id == number)
        found = db.session.execute(mine.order_by(ScheduleSlot.slot)).all()
        wanted = understand(text, "Europe/Berlin").between(start, end, start, 20_000)
        assert [slot for slot, _ in found] == wanted, text
        assert SlotState.FIRED in {state for _, state in found}
    fired = db.session.scalar(sa.select(sa.func.count()).where(ScheduleSlot.state == SlotState.FIRED))
    missed = db.session.scalar(sa.select(sa.func.count()).where(ScheduleSlot.state == SlotState.MISSED))
    assert fired > 500
    assert missed > 500
    assert fired == db.session.scalar(sa.select(sa.func.count()).select_from(Job))
    assert fired == db.session.scalar(sa.select(sa.func.count(ScheduleSlot.job_id.distinct())))
