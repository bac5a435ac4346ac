"""A real worker in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from app.extensions import db
from app.models.jobs import Job
from app.services import jobs

ROOT = Path(__file__).parents[2]
PATIENCE = 40


@pytest.fixture
def eventually() -> Callable:
    """Wait until something is so; the database is read anew each time."""

    def wait(condition: Callable[[], object], what: str = "it") -> object:
        deadline = time.monotonic() + PATIENCE
        while not (found := condition()):
            db.session.rollback()
            assert time.monotonic() < deadline, f"waited too long for {what}"
            time.sleep(0.02)
        return found

    return wait


@pytest.fixture
def start_part(settings, tmp_path):
    """Start `worker.py` or `scheduler.py` as the supervisor does; every one is killed at the end."""
    started = []
    environment = {
        "SPOOR_DATA_DIR": str(settings.data_dir),
        "SPOOR_DATABASE_URL": settings.database_url,
        "SPOOR_REDIS_URL": settings.redis_url,
    }

    def start(program: str) -> subprocess.Popen:
        with (tmp_path / f"{program}.log").open("ab") as log:
            part = subprocess.Popen(
                [sys.executable, program],
                cwd=ROOT,
                env=os.environ | environment,
                stderr=log,
                stdout=log,
                start_new_session=True,
            )
        started.append(part)
        return part

    yield start
    for part in started:
        part.kill()
        part.wait()


@pytest.fixture
def start_worker(start_part) -> Callable[[], subprocess.Popen]:
    """Start one more worker."""
    return partial(start_part, "worker.py")


@pytest.fixture
def enqueue(app, people) -> Callable:
    """Enqueue a function of `work` on behalf of bob; gives the job's id."""

    def add(function: str, **arguments) -> int:
        name = f"tests.jobs.work.{function}"
        job = jobs.enqueue("test", name, arguments, title=function, actor_id=people.bob)
        db.session.commit()
        return job.id

    return add


@pytest.fixture
def job(app) -> Callable[[int], Job]:
    """The row of a job as it is now."""

    def read(job_id: int) -> Job:
        db.session.rollback()
        return db.session.get_one(Job, job_id, populate_existing=True)

    return read
