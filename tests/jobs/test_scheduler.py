"""The scheduler as a process: one leads, another takes over; a queue that is away is waited for."""

import datetime as dt
import subprocess
import time
from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.jobs.scheduler import LEASE, Scheduler
from app.models.base import now
from app.models.schedules import Schedule, ScheduleSlot, SlotState
from app.services import beats, changes, records


@pytest.fixture
def minutely(app, people) -> int:
    """A schedule that was due some seconds ago, for the first time."""
    values = {"name": "Numbers", "kind": "snapshot", "when": "every minute", "run_as": people.bob}
    with changes.recording(None, "ui", at=now() - dt.timedelta(seconds=65)) as change_set:
        draft = records.create(change_set, Schedule, values)
    db.session.commit()
    return draft.record_id


def slots() -> list[str]:
    found = [str(state) for state in db.session.scalars(sa.select(ScheduleSlot.state))]
    db.session.rollback()
    return found


@pytest.fixture
def start_scheduler(start_part) -> Callable[[], subprocess.Popen]:
    """Start one more scheduler."""
    return partial(start_part, "scheduler.py")


def test_one_of_two_leads_and_the_other_takes_over(app, valkey, minutely, start_scheduler, eventually):
    first = start_scheduler()
    eventually(lambda: slots() == ["fired"], "the first time")
    second = start_scheduler()
    first.kill()
    first.wait()
    valkey.delete("spoor:scheduler:beat")
    assert 0 < valkey.pttl(beats.LEADER) <= LEASE * 1000
    valkey.pexpire(beats.LEADER, 100)  # nobody has to wait for all of it
    began = time.monotonic()
    eventually(beats.scheduler_at, "the second one")
    assert time.monotonic() - began < 10
    second.terminate()
    assert second.wait(10) == 0
    assert beats.scheduler_at() is None
    assert slots().count("fired") == len(slots())


def test_a_second_one_waits_and_leads_at_once_when_the_first_steps_down(app, valkey, minutely):
    one, other = Scheduler(app), Scheduler(app)
    assert (one.turn(), other.turn(), one.turn()) == (True, False, True)
    assert slots() == ["fired"]
    one._step_down()
    assert (other.turn(), one.turn()) == (True, False)
    assert slots() == ["fired"]


def test_without_the_queue_times_wait_and_are_dealt_with_afterwards(other_app, people, minutely, valkey_url):
    with other_app(redis_url="redis://127.0.0.1:1/0") as app:
        alone = Scheduler(app)
        alone._safely(alone.turn)
        assert slots() == []
        assert alone.was_away
    with other_app(redis_url=valkey_url) as app:
        assert Scheduler(app).turn()
        assert slots() == [SlotState.FIRED]


def test_readyz_tells_of_the_scheduler(app, client, valkey, people):
    assert client.get("/readyz").json["scheduler"] == "ok"  # nothing is scheduled
    with changes.recording(None, "ui") as change_set:
        values = {"name": "Numbers", "kind": "snapshot", "when": "every hour", "run_as": people.bob}
        records.create(change_set, Schedule, values)
    db.session.commit()
    assert client.get("/readyz").json["scheduler"] == "none is running"
    beats.beat()
    told = client.get("/readyz").json
    assert (told["scheduler"], told["scheduler_seconds"] < 5) == ("ok", True)
    valkey.set("spoor:scheduler:beat", (now() - dt.timedelta(minutes=2)).isoformat())
    assert client.get("/readyz").json["scheduler"] == "gave no sign of life lately"
