"""Killed at any moment, an import is there completely or not at all; two starts are one import."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.importing import runs, staging
from app.importing.actors import actor_for
from app.jobs import runner, upkeep
from app.models.base import Record
from app.models.changes import ChangeSet
from app.models.imports import ImportRun
from app.models.jobs import Job, JobState
from app.models.lookups import TaskName
from app.models.systems import Memo, System
from app.models.tasks import Task
from app.security.access import person_named
from app.services import changes, jobs
from tests.importing.files import sample
from tests.killing import ROOT, dying, environment
from tests.records import system


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(model.id)))


@dataclass(frozen=True)
class Sheet:
    """A file, what its rows are, how many of them there are, what else they bring."""

    kind: str
    model: type[Record]
    content: bytes
    rows: int
    brings: type[Record]

    def __str__(self) -> str:
        return self.kind


TASKS = "Task,System,Status,Assigned,Tags,Due\n" + "".join(
    f"Look at {n},SRV{n % 3},{('done', 'working', 'parked')[n % 3]},mallory,night; shift {n % 4},2026-11-2{n}\n"
    for n in range(9)
)
SHEETS = [
    Sheet("systems", System, sample("spreadsheet-of-doom.csv"), 26, Memo),
    Sheet("tasks", Task, TASKS.encode(), 9, TaskName),
]


@pytest.fixture(params=SHEETS, ids=str)
def sheet(request, app) -> Sheet:
    """A file that brings lookups, people and tags besides its rows."""
    if request.param.model is Task:
        for n in range(3):
            system(f"SRV{n}")
    return request.param


@pytest.fixture
def started(app, people, settings, sheet) -> int:
    """The job of a previewed import that was started."""
    directory = staging.directory_in(settings.data_dir)
    actor = actor_for(person_named("bob"), kind=sheet.kind)
    run = runs.stage(sheet.content, "sheet.csv", actor.id, directory, sheet.kind)
    db.session.commit()
    digest = runs.preview_run(run, actor, directory)["digest"]
    changes.begin_write()
    job_id = runs.start(run, digest, actor.id).job_id
    db.session.commit()
    return job_id


@pytest.fixture
def die(started, settings) -> Iterator[Callable[[int], int]]:
    """Run the job and kill it before a statement of it."""
    with dying(settings, started) as die_at:
        yield die_at


def test_killed_at_any_moment_it_is_there_completely_or_not_at_all(started, die, sheet):
    before, brought, at = count(ChangeSet), count(sheet.brings), 1
    while code := die(at):
        assert code == -9
        assert count(sheet.model) in (0, sheet.rows)
        if count(sheet.model):
            assert count(ChangeSet) == before + 1
        else:
            assert (count(ChangeSet), count(sheet.brings)) == (before, brought)
        upkeep.sweep()
        if db.session.get_one(Job, started).state is JobState.FAILED:  # given up at every third death
            jobs.retry(started)
            db.session.commit()
        at = at + 8 if at < 24 else int(at * 1.4)
    assert count(sheet.model) == sheet.rows
    assert count(sheet.brings) > brought
    assert count(ChangeSet) == before + 1
    assert at > 30
    runner.run(started)
    assert count(ChangeSet) == before + 1
    run = db.session.scalars(sa.select(ImportRun)).one()
    assert (run.result["new"], run.change_set_id) == (sheet.rows, changes.newest())
    assert changes.first_broken_link() is None


def test_two_commands_at_the_same_time_are_one_import(app, settings, tmp_path):
    db.session.rollback()
    file = tmp_path / "sheet.csv"
    file.write_bytes(sample("spreadsheet-of-doom.csv"))
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "import", str(file), "--as", "bob", "--json"]
    both = [
        subprocess.Popen(command, cwd=ROOT, env=environment(settings), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [json.loads(one.communicate(timeout=60)[0].splitlines()[-1]) for one in both]
    assert sorted((one["new"], one["same"]) for one in told) in ([(0, 26), (26, 0)],)
    assert sorted(one["change_set"] is None for one in told) == [False, True]
    assert count(System) == 26
