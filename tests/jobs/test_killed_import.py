"""Killed at random moments, a large import is there completely or not at all, once, and goes on after a restart."""

import random
import time

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.importing import runs, staging
from app.importing.plan import Actor
from app.jobs import upkeep
from app.models.imports import ImportRun, ImportState
from app.models.jobs import Job, JobState
from app.models.systems import System
from app.services import changes, jobs
from tests.invariants import assert_history_replays
from tests.killing import dying

ROWS, KILLS = 20_000, 20


def asked_for(prefix: str, actor_id: int, settings) -> tuple[int, int]:
    """The numbers of an import that somebody has applied, and of the job that is to do it."""
    text = "System,Status\n" + "".join(f"{prefix}-{n:05},clean\n" for n in range(ROWS))
    directory = staging.directory_in(settings.data_dir)
    run = runs.stage(text.encode(), f"{prefix}.csv", actor_id, directory)
    db.session.commit()
    digest = runs.preview_run(run, Actor(actor_id), directory)["digest"]
    changes.begin_write()
    job_id = runs.start(run, digest, actor_id).job.id
    db.session.commit()
    return run.id, job_id


def stored() -> tuple[int, int]:
    """How many systems there are, and change sets."""
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(System.id))), changes.newest()


def state_of(job_id: int) -> JobState:
    """Where a job stands."""
    db.session.rollback()
    return db.session.get_one(Job, job_id).state


def let_it_run_again(job_id: int) -> None:
    """What happens after a restart; a job that was given up at its third death is asked for again."""
    upkeep.sweep()
    if state_of(job_id) is JobState.FAILED:
        jobs.retry(job_id)
        db.session.commit()


@pytest.mark.timeout(400)
def test_killed_twenty_times_a_large_import_is_complete_or_absent(people, settings):
    _, first = asked_for("first", people.bob, settings)
    with dying(settings, first) as die:
        die("0.001s")  # from now on the application is loaded
        let_it_run_again(first)
        began = time.monotonic()
        assert die(0) == 0
        lasts = time.monotonic() - began
    chance, killed = random.Random(ROWS), 0
    while killed < KILLS:
        before = stored()
        number, job_id = asked_for(f"after {killed}", people.bob, settings)
        with dying(settings, job_id) as die:
            while state_of(job_id) is not JobState.DONE:
                began = time.monotonic()
                code = die(f"{chance.uniform(0.01, lasts)}s" if killed < KILLS else 0)
                killed += code == -9
                if code == 0:  # it was quicker than the one that was measured
                    lasts = min(lasts, time.monotonic() - began)
                assert stored() in (before, (before[0] + ROWS, before[1] + 1))
                let_it_run_again(job_id)
        assert stored() == (before[0] + ROWS, before[1] + 1)
        assert db.session.get_one(ImportRun, number).state is ImportState.DONE
        assert db.session.get_one(ImportRun, number).change_set_id == before[1] + 1
    assert_history_replays()
