"""Workflows: a system gets what it lacks, once; what is there already is told, not made again."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.artifacts import Artifact
from app.models.lookups import ArtifactType, TaskName
from app.models.systems import System
from app.models.tasks import Task
from app.models.workflows import Workflow, WorkflowArtifact, WorkflowTask
from app.services import changes, giving, workflows
from app.services.drafts import Refused
from app.services.lookups import find
from app.services.reading import read
from tests.invariants import assert_history_replays
from tests.records import change, make, remove, system, undo_last

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def flow() -> int:
    """Two artifacts, of which one has a name of its own, and a task."""
    made = make(Workflow, name="Triage")
    make(WorkflowArtifact, workflow=made, type="Triage", status="Requested", priority="High")
    make(WorkflowArtifact, workflow=made, type="File", name="ntuser.dat")
    make(WorkflowTask, workflow=made, name=make(TaskName, name="Analyse"), note="all of it")
    return made


def applied(flow: int, *systems: int) -> giving.Plan:
    with changes.recording(None, "workflow") as change_set:
        wanted = workflows.plan([flow], systems)
        giving.carry_out(change_set, wanted)
    db.session.commit()
    return wanted


def artifacts(system_id: int) -> list[tuple[str, str, str]]:
    live = sa.select(Artifact.id).where(Artifact.system_id == system_id, Artifact.deleted_at.is_(None))
    rows = read(Artifact, list(db.session.scalars(live.order_by(Artifact.id))))
    return [(row["name"], row["type"].name, row["status"].name) for row in rows]


def test_a_system_gets_every_line_with_its_status_and_priority(flow):
    srv = system("SRV01")
    done = applied(flow, srv)
    assert (done.artifacts, done.tasks, done.there) == (2, 1, 0)
    assert artifacts(srv)[0] == ("Triage", "Triage", "Requested")
    assert {name for name, _, _ in artifacts(srv)} == {"Triage", "ntuser.dat"}
    (task,) = read(Task, list(db.session.scalars(sa.select(Task.id))))
    assert (task["name"].name, task["system"].name, task["note"]) == ("Analyse", "SRV01", "all of it")
    assert_history_replays()


def test_applied_again_it_makes_nothing_and_says_what_is_there(flow):
    srv, other = system("SRV01"), system("SRV02")
    applied(flow, srv)
    before = changes.newest()
    again = applied(flow, srv)
    assert (again.artifacts, again.tasks, again.there, again.same) == (0, 0, 3, 1)
    assert changes.newest() == before
    both = applied(flow, srv, other)
    assert [share.name for share in both.changing] == ["SRV02"]


def test_what_is_closed_is_made_again_unless_the_line_would_have_it_closed(flow):
    srv = system("SRV01")
    applied(flow, srv)
    (task,) = db.session.scalars(sa.select(Task.id))
    change(Task, task, status="Done")
    assert workflows.plan([flow], [srv]).tasks == 1
    (line,) = db.session.scalars(sa.select(WorkflowTask.id))
    change(WorkflowTask, line, status="Done")
    assert workflows.plan([flow], [srv]).tasks == 0


def test_an_undo_takes_back_all_that_it_made(flow):
    srv = system("SRV01")
    applied(flow, srv)
    undo_last()
    assert artifacts(srv) == []
    assert workflows.plan([flow], [srv]).artifacts == 2


def test_systems_that_are_gone_are_left_out_by_name(flow):
    srv, gone = system("SRV01"), system("GONE")
    remove(System, gone)
    done = applied(flow, srv, gone, 99_999)
    assert [one["name"] for one in done.skipped] == ["GONE", ""]
    assert done.artifacts == 2


def test_a_workflow_without_lines_or_in_the_bin_is_refused(flow):
    empty = make(Workflow, name="Empty")
    with pytest.raises(Refused, match="has no lines"):
        workflows.plan([empty], [])
    remove(Workflow, flow)
    with pytest.raises(Refused, match="no such workflow"):
        workflows.plan([flow], [])


def test_two_workflows_that_say_the_same_do_it_once(flow):
    with changes.recording(None, "ui") as change_set:
        twin = workflows.duplicate(change_set, flow).record_id
    db.session.commit()
    assert read(Workflow, [twin])[0]["name"] == "Copy of Triage"
    assert [len(workflows.line_ids(model, [twin])) for model in workflows.LINES] == [2, 1]
    assert workflows.plan([flow, twin], [system("SRV01")]).artifacts == 2


def test_a_line_is_there_once(flow):
    kind = find(ArtifactType, ["Triage"])["Triage"]
    with pytest.raises(Refused, match="has such a line already"):
        make(WorkflowArtifact, workflow=flow, type=kind)


def test_lines_that_are_put_take_the_place_of_the_others(flow):
    kind = find(ArtifactType, ["File"])["File"]
    lines = [{"type": kind, "name": "new.bin"}, {"type": kind, "name": "ntuser.dat"}]
    with changes.recording(None, "ui") as change_set:
        assert workflows.put_lines(change_set, WorkflowArtifact, flow, lines)
    db.session.commit()
    names = [row["name"] for row in read(WorkflowArtifact, workflows.line_ids(WorkflowArtifact, [flow]))]
    assert names == ["new.bin", "ntuser.dat"]
    with changes.recording(None, "ui") as change_set:
        assert not workflows.put_lines(change_set, WorkflowArtifact, flow, lines)
