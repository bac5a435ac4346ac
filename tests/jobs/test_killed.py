"""Killed at any moment, what a job does to many records is there completely or not at all."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.jobs import upkeep
from app.models.artifacts import Artifact
from app.models.changes import ChangeSet
from app.models.jobs import Job, JobState
from app.models.lookups import TaskName
from app.models.systems import System
from app.models.tasks import Task
from app.models.workflows import Workflow, WorkflowArtifact, WorkflowTask
from app.services import changes, jobs
from app.services.reading import read
from tests.invariants import assert_history_replays
from tests.killing import dying
from tests.records import make, system


def bulk(ids: list[int]) -> tuple[str, str, dict]:
    """Several fields and a new tag."""
    asked = {"ids": ids, "set": {"status": "Clean"}, "add": {"tags": ["night shift"]}, "skip_refused": True}
    return "bulk", "app.jobs.bulk.change_many", {"plural": "systems", "asked": asked | {"workflows": []}}


def workflow(ids: list[int]) -> tuple[str, str, dict]:
    """An artifact and a task for each."""
    flow = make(Workflow, name="Triage of a client")
    make(WorkflowArtifact, workflow=flow, type="Triage")
    make(WorkflowTask, workflow=flow, name=make(TaskName, name="Isolate"))
    return "workflow", "app.jobs.giving.apply_workflows", {"workflow_ids": [flow], "system_ids": ids}


def creator(ids: list[int]) -> tuple[str, str, dict]:
    """An artifact with a new tag for each."""
    asked = {"values": {"type": "Triage", "tags": "night shift"}, "again": False, "zone": "UTC"}
    arguments = {"plural": "artifacts", "asked": asked, "system_ids": ids}
    return "creator", "app.jobs.giving.create", arguments


def there(ids: list[int]) -> tuple:
    """What the jobs do, as far as it is done."""
    db.session.rollback()
    rows = read(System, ids, ["status", "tags"])
    made = [db.session.scalar(sa.select(sa.func.count(model.id))) for model in (Artifact, Task)]
    return ({row["status"].name for row in rows}, {len(row["tags"]) for row in rows}, *made)


@pytest.mark.parametrize("what", [bulk, workflow, creator])
def test_killed_at_any_moment_it_is_done_completely_or_not_at_all(app, people, settings, what):
    ids = [system(f"SRV{n}") for n in range(6)]
    kind, function, arguments = what(ids)
    before, sets = there(ids), changes.newest()
    job_id = jobs.enqueue(kind, function, arguments, title="Many", actor_id=people.bob).id
    db.session.commit()
    seen, at = {repr(before)}, 1
    with dying(settings, job_id) as die:
        while code := die(at):
            assert code == -9
            seen.add(repr(there(ids)))
            assert changes.newest() in (sets, sets + 1)
            upkeep.sweep()
            if db.session.get_one(Job, job_id).state is JobState.FAILED:  # given up at every third death
                jobs.retry(job_id)
                db.session.commit()
            at += 3 if at < 24 else 7
    after = there(ids)
    assert after != before
    assert seen <= {repr(before), repr(after)}
    assert db.session.scalar(sa.select(sa.func.max(ChangeSet.id))) == sets + 1
    assert at > 12
    assert_history_replays()
