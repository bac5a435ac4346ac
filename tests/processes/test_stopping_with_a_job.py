"""A stop while a job is in hand: it is finished if it ends in time, else it starts again later."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from tests.running import PATIENCE, ROOT, Spoor

AT_MOST = 30
"""Seconds for a stop with a job in hand."""
ENQUEUE = """
import sys
from app import create_app
from app.extensions import db
from app.services import jobs

with create_app().app_context():
    arguments = {"seconds": float(sys.argv[1]), "directory": sys.argv[2]}
    jobs.enqueue("test", "tests.jobs.work.take_long", arguments, title="Take long", actor_id=1)
    db.session.commit()
"""


def in_hand(spoor: Spoor, seconds: float, marks: Path) -> None:
    """Give it a job and wait until the worker has begun it."""
    marks.mkdir()
    command = [sys.executable, "-c", ENQUEUE, str(seconds), str(marks)]
    environment = spoor.environment | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=PATIENCE)
    wait_for(lambda: any(marks.glob("begun-*")))


def wait_for(condition) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def state(data: Path) -> tuple[str, int]:
    """State and attempts of the only job."""
    with sqlite3.connect(data / "spoor.db") as connection:
        return connection.execute("SELECT lower(state), attempts FROM jobs").fetchone()


def test_a_job_that_ends_in_time_is_finished(start, tmp_path):
    spoor = start()
    in_hand(spoor, 3, tmp_path / "marks")
    code, took = spoor.stop()
    assert (code, took < AT_MOST) == (0, True)
    assert state(tmp_path / "data") == ("done", 1)
    assert len(list((tmp_path / "marks").glob("ended-*"))) == 1


def test_a_job_that_takes_too_long_starts_again_with_the_next_start(start, tmp_path):
    spoor = start()
    in_hand(spoor, 60, tmp_path / "marks")
    began = time.monotonic()
    spoor.process.send_signal(signal.SIGINT)
    spoor.until("stopping worker")
    used = spoor.processor_seconds
    time.sleep(2)
    assert spoor.processor_seconds - used < 0.5  # it waits and leaves the processor to the job
    assert (spoor.end(), time.monotonic() - began < AT_MOST) == (0, True)
    assert not any((tmp_path / "marks").glob("ended-*"))
    (tmp_path / "marks" / "hurry").touch()
    start()
    wait_for(lambda: state(tmp_path / "data") == ("done", 2))
    assert len(os.listdir(tmp_path / "marks")) == 4
