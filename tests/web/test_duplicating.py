"""Duplicating a record: in one click, or as a filled form where it can't be there twice."""

from app.models.artifacts import Artifact
from app.models.lookups import ArtifactType, TaskName
from app.models.systems import System
from app.models.tags import Tag
from app.models.tasks import Task
from tests.conftest import csrf_token
from tests.records import make, state, system
from tests.web.grid import Grid


def test_an_artifact_is_duplicated_at_once_without_its_state_paths_and_hashes(bob):
    fields = {"system": system("SRV-1"), "type": make(ArtifactType, name="Some triage")}
    tag = make(Tag, name="beacon")
    first = make(Artifact, name="memory", status="Analysis finished", md5="0" * 32, tags=[tag], **fields)
    answer = Grid(bob, "/artifacts").post(f"/{first}/duplicate")
    second = int(answer.headers["HX-Redirect"].rpartition("/")[2])
    old, new = state(Artifact, first), state(Artifact, second)
    assert {name for name in old if old[name] != new[name]} == {
        "status", "uuid", "md5", "storage_path", "requested_at", "acquired_at",
    }  # fmt: skip
    assert new["md5"] == ""
    assert "memory duplicated" in bob.get(f"/artifacts/{second}").text


def test_without_javascript_one_lands_on_the_copy(bob):
    task = make(Task, name=make(TaskName, name="Call"), status="Done")
    token = csrf_token(bob.get(f"/tasks/{task}").text)
    answer = bob.post(f"/tasks/{task}/duplicate", data={"csrf_token": token})
    assert answer.status_code == 303
    assert "Pending" in bob.get(answer.location).text


def test_what_can_not_be_there_twice_opens_as_a_filled_form(bob):
    srv = system("SRV-1", tags=[make(Tag, name="beacon")], aliases=["old-name"])
    answer = Grid(bob).post(f"/{srv}/duplicate")
    assert answer.headers["HX-Redirect"] == f"/systems/new?like={srv}"
    form = bob.get(f"/systems/new?like={srv}").text
    assert 'value="SRV-1"' in form
    assert 'value="beacon"' in form
    assert "old-name" not in form


def test_readers_duplicate_nothing(rita):
    srv = system("SRV-1")
    assert Grid(rita).post(f"/{srv}/duplicate").status_code == 403
    assert state(System, srv)["name"] == "SRV-1"


def test_paths_and_hashes_can_be_copied_where_there_are_any(bob):
    fields = {"system": system("SRV-1"), "type": make(ArtifactType, name="Some triage")}
    artifact = make(Artifact, name="memory", md5="a" * 32, **fields)
    page = bob.get(f"/artifacts/{artifact}").text
    assert f'data-copy="{"a" * 32}" aria-label="Copy MD5">' in page
    assert 'data-copy="" aria-label="Copy SHA1" disabled>' in page
