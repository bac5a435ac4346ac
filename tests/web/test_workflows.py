"""Workflows in the browser and over REST: previewed, applied, undone; large ones as a job."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.fixtures.dump import dump
from app.fixtures.load import SHIPPED, load, read
from app.jobs import runner
from app.models.artifacts import Artifact
from app.models.changes import ChangeSet
from app.models.jobs import Job
from app.models.lookups import TaskName
from app.models.systems import System
from app.models.tasks import Task
from app.models.workflows import Workflow, WorkflowArtifact, WorkflowTask
from app.services import changes, giving, workflows
from app.services.reading import read as records_of
from tests.invariants import assert_history_replays
from tests.records import make, remove, system, undo_last
from tests.rest import Rest
from tests.web.grid import Grid


@pytest.fixture
def flow(app) -> int:
    made = make(Workflow, name="Compromised server", note="for each of them")
    make(WorkflowArtifact, workflow=made, type="Triage")
    make(WorkflowTask, workflow=made, name=make(TaskName, name="Isolate"))
    return made


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(model.id)).where(model.deleted_at.is_(None)))


@pytest.fixture
def grid(alice) -> Grid:
    anywhere = Grid(alice)
    anywhere.address = ""
    return anywhere


def test_the_dialog_offers_what_there_is(grid, flow):
    text = grid.get("/workflows/apply?ids=1").text
    assert "Compromised server" in text
    assert "1 artifact, 1 task: for each of them" in text


def test_a_preview_tells_and_makes_nothing(grid, flow):
    one, two = system("SRV01"), system("SRV02")
    told = grid.post("/workflows/apply", workflow=flow, ids=f"{one},{two}")
    assert "for 2 of 2 systems" in told.text
    assert (count(Artifact), count(Task)) == (0, 0)


def test_applied_to_ticked_systems_it_is_one_change_set(grid, flow):
    one, two = system("SRV01"), system("SRV02")
    before = changes.newest()
    done = grid.post("/workflows/apply", workflow=flow, ids=f"{one},{two}", apply="1")
    assert done.status_code == 200
    assert (count(Artifact), count(Task), changes.newest()) == (2, 2, before + 1)
    again = grid.post("/workflows/apply", workflow=flow, ids=f"{one},{two}")
    assert "4 there already" in again.text
    assert "disabled" in again.text


def test_applied_to_all_that_match(grid, flow):
    system("SRV01", status="Compromised")
    system("SRV02", status="Clean")
    grid.post("/workflows/apply", workflow=flow, query="status=Compromised", apply="1")
    assert count(Artifact) == 1


def test_nothing_chosen_is_said(grid, flow):
    answer = grid.post("/workflows/apply", ids="1")
    assert answer.status_code == 422
    assert "no such workflow" in answer.text


def test_many_become_a_job_that_does_the_same(grid, flow, monkeypatch):
    monkeypatch.setattr(giving, "AT_ONCE", 3)
    ids = ",".join(str(system(f"SRV{n}")) for n in range(3))
    answer = grid.post("/workflows/apply", workflow=flow, ids=ids, apply="1")
    job_id = db.session.scalar(sa.select(sa.func.max(Job.id)))
    assert answer.headers["HX-Redirect"] == f"/jobs/{job_id}"
    assert count(Artifact) == 0
    runner.run(job_id)
    assert (count(Artifact), count(Task)) == (3, 3)
    assert f'href="/change-sets/{changes.newest()}"' in grid.get(f"/jobs/{job_id}").text


def test_the_form_of_a_line_says_the_name_of_its_workflow(grid, flow):
    assert 'value="Compromised server"' in grid.get(f"/workflow-artifacts/new?workflow=id:{flow}").text
    refused = grid.post("/workflow-artifacts/new", workflow=f"id:{flow}", type="Nonsense")
    assert refused.status_code == 422
    assert 'value="Compromised server"' in refused.text


def test_lines_are_moved_and_removed(grid, flow):
    make(WorkflowArtifact, workflow=flow, type="File", name="second")
    first, second = workflows.line_ids(WorkflowArtifact, [flow])
    assert grid.post(f"/workflows/lines/workflow-artifacts/{second}/move", way="up").status_code == 204
    assert workflows.line_ids(WorkflowArtifact, [flow]) == [second, first]
    assert grid.post(f"/workflows/lines/workflow-artifacts/{second}/remove").status_code < 400
    assert workflows.line_ids(WorkflowArtifact, [flow]) == [first]
    assert grid.post(f"/workflows/lines/systems/{second}/remove").status_code == 404


def test_a_copy_has_the_same_lines(grid, flow):
    answer = grid.post(f"/workflows/{flow}/copy")
    copy = int(answer.headers["HX-Redirect"].rpartition("/")[2])
    page = grid.get(f"/workflows/{copy}").text
    assert "Copy of Compromised server" in page
    assert "Isolate" in page


def test_the_page_of_a_system_leads_there(grid, flow):
    srv = system("SRV01")
    assert f"/workflows/apply?ids={srv}" in grid.get(f"/systems/{srv}").text


def test_a_reader_applies_nothing(app, people, flow):
    srv = system("SRV01")
    answer = Rest(app, "rita").ask("POST", f"workflows/{flow}/apply", {"ids": [srv]})
    assert answer.status_code == 403
    assert count(Artifact) == 0


def test_over_rest_with_names_a_dry_run_and_what_each_system_got(app, people, flow):
    rest = Rest(app, "bob")
    srv = system("SRV01")
    dry = rest.post(f"workflows/{flow}/apply", {"systems": ["srv01"], "dry_run": True})
    assert (dry["artifacts"], dry["tasks"], dry["change_set"]) == (1, 1, None)
    done = rest.post(f"workflows/{flow}/apply", {"ids": [srv]})
    (told,) = done["systems"]
    assert [one["entity"] for one in told["made"]] == ["artifacts", "tasks"]
    assert all(one["id"] for one in told["made"])
    again = rest.post(f"workflows/{flow}/apply", {"ids": [srv]})
    assert (again["there"], again["change_set"]) == (2, None)
    refused = rest.post(f"workflows/{flow}/apply", {"systems": ["nobody"]}, 422)
    assert "nobody" in str(refused)


def test_over_rest_a_workflow_is_written_with_its_lines(app, people):
    rest = Rest(app, "alice")
    lines = [{"type": "Triage"}, {"type": "File", "name": "x.bin", "priority": "High"}]
    made = rest.post("workflows", {"name": "New", "artifacts": lines}, 201)
    assert [line["name"] for line in made["artifacts"]] == ["Triage", "x.bin"]
    less = rest.patch(f"workflows/{made['id']}", {"artifacts": lines[:1]})
    assert len(less["artifacts"]) == 1
    wrong = rest.post("workflows", {"name": "Other", "artifacts": [{"name": "x"}]}, 422)
    assert "line 1" in str(wrong)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_template_brings_workflows_that_can_be_applied(app, path):
    with changes.recording(None, "cli", "Template") as change_set:
        load(change_set, read(path.read_text()))
    db.session.commit()
    found = list(db.session.scalars(sa.select(Workflow.id)))
    assert found
    assert workflows.plan(found, [system("SRV01")]).tasks > 0
    with changes.recording(None, "cli", "Template") as change_set:
        assert load(change_set, read(dump("Ours", ""))).is_empty


def what_there_is(model) -> list[tuple]:
    return sorted(
        (row["system"].name, row["label"] if model is Task else row["name"])
        for row in records_of(
            model, list(db.session.scalars(sa.select(model.id))), ["system", "name", "label"]
        )
    )


def test_a_new_system_gets_what_ticked_workflows_say_in_the_same_change(grid, flow):
    form = grid.get("/systems/new").text
    assert f'name="workflow" value="{flow}"' in form
    grid.post("/systems/new", name="SRV01", workflow=str(flow))
    assert what_there_is(Artifact) == [("SRV01", "Triage")]
    assert what_there_is(Task) == [("SRV01", "Isolate")]
    undo_last()
    assert db.session.scalars(sa.select(System.id).where(System.deleted_at.is_(None))).all() == []
    assert_history_replays()


def test_a_workflow_that_is_gone_meanwhile_stops_the_new_system(grid, flow):
    remove(Workflow, flow)
    answer = grid.post("/systems/new", name="SRV01", workflow=str(flow))
    assert answer.status_code == 422
    assert "there is no such workflow" in answer.text
    assert what_there_is(Artifact) == []


def test_created_systems_get_what_ticked_workflows_say(grid, flow):
    form = {"names": "SRV01\nSRV02\n", "workflow": str(flow)}
    grid.post("/systems/create", **form)
    assert what_there_is(Artifact) == [("SRV01", "Triage"), ("SRV02", "Triage")]
    summary = db.session.scalar(sa.select(ChangeSet.summary).order_by(ChangeSet.id.desc()).limit(1))
    assert summary == (
        "2 systems created from pasted names; Compromised server for 2 systems: 2 artifacts, 2 tasks"
    )
    undo_last()
    assert db.session.scalars(sa.select(System.id).where(System.deleted_at.is_(None))).all() == []
    assert_history_replays()
