"""Artifacts and tasks for many systems: named in five ways, previewed, made once, undone; over REST too."""

import re

import pytest
import sqlalchemy as sa

from app.entities import registry
from app.extensions import db
from app.importing import creators
from app.jobs import runner
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.jobs import Job
from app.models.lookups import Location, TaskName
from app.models.systems import System
from app.models.tags import Tag
from app.models.tasks import Task
from app.services import changes, giving
from app.services.reading import read
from tests.conftest import csrf_token
from tests.invariants import assert_history_replays
from tests.pages import problems
from tests.records import change, make, remove, state, system, undo_last
from tests.rest import Rest
from tests.web.grid import Grid


@pytest.fixture
def bar(bob) -> Grid:
    """Bob's open list, from which the dialogs are opened."""
    anywhere = Grid(bob)
    anywhere.address = ""
    return anywhere


@pytest.fixture
def pair(app) -> list[int]:
    return [system("SRV01"), system("SRV02")]


def live(model, *names: str) -> list[tuple]:
    db.session.rollback()
    ids = list(db.session.scalars(sa.select(model.id).where(model.deleted_at.is_(None)).order_by(model.id)))
    return [tuple(getattr(row[n], "name", row[n]) for n in names) for row in read(model, ids, names)]


def ids(*records: int) -> str:
    return ",".join(map(str, records))


# what is made


def test_every_system_gets_an_artifact_of_each_type_called_like_it(bar, pair):
    before = changes.newest()
    form = {"ids": ids(*pair), "type": ["Triage", "Memory image"], "apply": "1"}
    assert bar.post("/artifacts/create", **form).status_code == 200
    assert sorted(live(Artifact, "system", "type", "name")) == [
        ("SRV01", "Memory image", "Memory image"),
        ("SRV01", "Triage", "Triage"),
        ("SRV02", "Memory image", "Memory image"),
        ("SRV02", "Triage", "Triage"),
    ]
    assert changes.newest() == before + 1
    assert_history_replays()


def test_all_of_them_share_the_attributes_that_were_told(bar, pair, people):
    make(Case, name="North"), make(Tag, name="urgent")
    form = {
        "ids": ids(*pair), "type": "File", "name": "ntds.dit", "status": "Requested", "priority": "High",
        "tags": "urgent; fresh", "assigned_to": "alice", "case": "North", "source_path": r"C:\ntds.dit",
        "result": "none", "note_external": "for them", "note_internal": "for us", "apply": "1",
    }  # fmt: skip
    assert bar.post("/artifacts/create", **form).status_code == 200
    names = ("name", "status", "priority", "assigned_to", "case", "source_path", "result", "note_external", "note_internal")  # fmt: skip
    (one, other) = live(Artifact, *names)
    assert one == other
    assert one == (
        "ntds.dit", "Requested", "High", "alice", "North", r"C:\ntds.dit", "none", "for them", "for us",
    )  # fmt: skip
    ((tags, requested), _) = live(Artifact, "tags", "requested_at")
    assert [tag.name for tag in tags] == ["fresh", "urgent"]
    assert requested is not None
    assert len(state(System, pair[0])["cases"]) == 1


def test_the_form_offers_what_many_artifacts_may_share(bob):
    page = bob.get("/artifacts/create").text
    assert problems(page) == []
    names = ("name", "status", "priority", "assigned_to", "tags", "case", "source_path", "note_external", "note_internal", "result")  # fmt: skip
    assert [name for name in names if f'name="{name}"' not in page] == []
    assert [name for name in ("system", "md5", "sha256", "uuid") if f'name="{name}"' in page] == []
    assert 'id="name" name="name" required' not in page


def test_a_reader_makes_nothing(rita, app, people):
    assert rita.get("/artifacts/create").status_code == 403
    asked = {"ids": [system("SRV01")], "set": {"type": ["Triage"]}}
    assert Rest(app, "rita").ask("POST", "artifacts/create-many", asked).status_code == 403


def test_every_system_gets_a_task_of_each_name_also_of_a_new_one(bar, pair):
    known = make(TaskName, name="Isolate")
    form = {
        "ids": ids(*pair), "name": [f"id:{known}", "Image the disk; Talk to the owner"], "status": "Working",
        "priority": "Critical", "tags": "wave", "assigned_to": "bob", "note": "before Monday", "apply": "1",
    }  # fmt: skip
    assert bar.post("/tasks/create", **form).status_code == 200
    made = live(Task, "name", "status", "priority", "assigned_to", "note")
    assert len(made) == 6
    assert {name for name, *_ in made} == {"Isolate", "Image the disk", "Talk to the owner"}
    assert {rest for _, *rest in map(tuple, made) for rest in [tuple(rest)]} == {
        ("Working", "Critical", "bob", "before Monday")
    }
    assert all(started for (started,) in live(Task, "started_at"))


# what is there already


def test_done_twice_it_makes_nothing_twice_and_says_what_is_there(bar, pair):
    form = {"ids": ids(pair[0]), "type": "Triage", "apply": "1"}
    bar.post("/artifacts/create", **form)
    before = changes.newest()
    again = bar.post("/artifacts/create", **form | {"ids": ids(*pair)})
    assert "1 artifact</b> for 1 of 2 systems; 1 there already" in again.text
    assert [name for (name,) in live(Artifact, "system")] == ["SRV01", "SRV02"]
    assert changes.newest() == before + 1


@pytest.mark.parametrize(("status", "made"), [("Requested", 0), ("Analysis finished", 1)])
def test_only_an_open_one_of_the_type_counts_whatever_its_name(bar, status, made):
    srv = system("SRV01")
    make(Artifact, name="collected by hand", type="Triage", system=srv, status=status)
    bar.post("/artifacts/create", ids=srv, type="Triage", name="round 2", apply="1")
    assert len(live(Artifact, "name")) == 1 + made


def test_it_is_made_all_the_same_if_one_says_so(bar):
    srv = system("SRV01")
    for _ in range(2):
        bar.post("/artifacts/create", ids=srv, type="Triage", again="1", apply="1")
    assert len(live(Artifact, "name")) == 2


def test_an_open_task_of_the_name_is_not_made_again(bar, pair):
    name = make(TaskName, name="Isolate")
    make(Task, name=name, system=pair[0])
    done = make(Task, name=name, system=pair[1])
    change(Task, done, status="Done")
    bar.post("/tasks/create", ids=ids(*pair), name=f"id:{name}", apply="1")
    assert [where for where, status in live(Task, "system", "status")] == ["SRV01", "SRV02", "SRV02"]


# which systems


def test_those_of_a_list_of_a_set_and_of_an_address(bar, bob, pair):
    make(Location, name="Oslo")
    change(System, pair[0], location="Oslo")
    told = bar.post("/artifacts/create", query="location=Oslo", type="Triage")
    assert "for 1 of 1 system" in told.text
    token = csrf_token(bob.get("/systems/pasted").text)
    listed = bob.post("/systems/pasted", data={"csrf_token": token, "names": "srv01\nSRV02"}).location
    query = listed.partition("?")[2]
    assert "for 2 of 2 systems" in bar.post("/artifacts/create", query=query, type="Triage").text
    assert "srv01\nSRV02</textarea>" in bob.get(f"/artifacts/create?{query}").text
    page = bob.get(f"/artifacts/create?ids={pair[0]}").text
    assert f'<input type="hidden" name="ids" value="{pair[0]}">' in page
    assert 'name="query"' not in page
    assert live(Artifact, "name") == []


def test_those_that_are_picked_and_pasted_unclear_ones_are_told_by_line(bar, pair):
    system("app.a.example.com"), system("app.b.example.com"), system("PICKED")
    form = {"type": "Triage", "systems": "picked; ", "names": "srv01.corp.example.com\n\nnobody-1\napp\nSRV01\n10.0.0.1"}  # fmt: skip
    told = bar.post("/artifacts/create", **form).text
    assert problems(told, fragment=True) == []
    assert "2 artifacts</b> for 2 of 2 systems" in told
    lines = dict(re.findall(r'<td class="num">(\d+)</td><td class="any">([^<]+)</td>', told))
    assert lines == {"3": "nobody-1", "4": "app", "6": "10.0.0.1"}
    done = bar.post("/artifacts/create", **form, apply="1").text
    assert "nobody-1" in done
    assert sorted(live(Artifact, "system")) == [("PICKED",), ("SRV01",)]


def test_a_picked_name_that_nothing_is_called_is_said(bar):
    answer = bar.post("/artifacts/create", type="Triage", systems="nobody")
    assert answer.status_code == 422
    assert "Systems: there is no system “nobody”" in answer.text


def test_the_names_that_were_pasted_elsewhere_come_along(bar, pair):
    dialog = bar.post("/tasks/create", begin="1", names="SRV01\nSRV02").text
    assert "SRV01\nSRV02</textarea>" in dialog
    assert "Add tasks to systems" in dialog


def test_systems_that_are_gone_are_left_out_by_name(bar, pair):
    remove(System, pair[1])
    done = bar.post("/artifacts/create", ids=ids(*pair), type="Triage", apply="1").text
    assert re.search(r"<td>SRV02</td><td[^>]*>is not there any more", done)
    assert live(Artifact, "system") == [("SRV01",)]


# before and after


def test_a_preview_makes_nothing_not_even_a_name(bar, pair):
    before = changes.newest()
    told = bar.post("/tasks/create", ids=ids(*pair), name="Talk to the owner", tags="fresh").text
    assert "2 tasks</b> for 2 of 2 systems" in told
    assert changes.newest() == before
    assert live(Task, "name") == []


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({"status": "no such status"}, "Status: there is no artifact status"),
        ({"type": "no such type"}, "Type: there is no artifact type"),
        ({"type": ""}, "Type: choose at least one"),
        ({"ids": "", "names": "nobody"}, "Systems: name at least one"),
        ({"name": "x" * 5000}, "Name: is longer than 4096"),
        ({"requested_at": "soon"}, "Requested at: “soon” is not a time"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_made(bar, form, reason):
    srv = system("SRV01")
    answer = bar.post("/artifacts/create", **{"ids": srv, "type": "Triage", "apply": "1"} | form)
    assert answer.status_code == 422
    assert reason in answer.text
    assert live(Artifact, "name") == []


def test_one_undo_takes_all_of_it_back_and_the_result_leads_to_what_was_made(bar, bob, pair):
    make(Artifact, name="UNTOUCHED", type="File", system=pair[0])
    done = bar.post("/artifacts/create", ids=ids(*pair), type="Triage", apply="1").text
    assert f'action="/change-sets/{changes.newest()}/undo"' in done
    listed = bob.get(re.search(r'href="(/artifacts\?created_at=[^"]+)"', done)[1]).text
    assert len(re.findall(r'<tr id="artifact-', listed)) == 2
    assert "UNTOUCHED" not in listed
    undo_last()
    assert live(Artifact, "name") == [("UNTOUCHED",)]


def test_without_scripts_a_page_tells_and_then_makes(bob, pair):
    page = bob.get(f"/artifacts/create?ids={ids(*pair)}").text
    form = {"csrf_token": csrf_token(page), "ids": ids(*pair), "type": "Triage"}
    told = bob.post("/artifacts/create", data=form).text
    assert problems(told) == []
    assert "2 artifacts</b> for 2 of 2 systems" in told
    assert re.search(r'value="id:\d+" checked[^>]*> Triage|checked> Triage', told)
    refused = bob.post("/artifacts/create", data=form | {"status": "nonsense"})
    assert refused.status_code == 422
    assert problems(refused.text) == []
    assert 'value="nonsense"' in refused.text
    made = bob.post("/artifacts/create", data=form | {"apply": "1"})
    assert made.status_code == 303
    assert "2 artifacts" in bob.get(made.location).text


def test_many_become_a_job_that_does_the_same(bar, monkeypatch):
    monkeypatch.setattr(giving, "AT_ONCE", 3)
    many = ids(*(system(f"SRV{n}") for n in range(4)))
    form = {"ids": many, "name": "Isolate; Image", "due_at": "2026-11-25 08:00", "note": "x"}
    answer = bar.post("/tasks/create", **form, apply="1")
    job_id = db.session.scalar(sa.select(sa.func.max(Job.id)))
    assert answer.headers["HX-Redirect"] == f"/jobs/{job_id}"
    assert live(Task, "name") == []
    runner.run(job_id)
    assert len(live(Task, "name")) == 8
    assert {due.isoformat() for (due,) in live(Task, "due_at")} == {"2026-11-25T08:00:00+00:00"}
    assert f'href="/change-sets/{changes.newest()}"' in bar.get(f"/jobs/{job_id}").text
    assert_history_replays()


# cases and tags of many systems: the bulk edit


def test_cases_and_tags_for_many_systems_are_one_step_from_the_same_bar(bar, pair):
    page = bar.get("/systems").text
    for field in ("cases", "tags"):
        assert (
            f'data-bulk="how=add&amp;field={field}"' in page or f'data-bulk="how=add&field={field}"' in page
        )
        assert "dialog" in bar.get(f"/systems/bulk?how=add&field={field}&query=").text
    make(Case, name="North"), make(Case, name="South")
    change(System, pair[0], cases=["North"])
    form = {"how": "add", "field": "cases", "value": "North; South", "ids": ids(*pair)}
    assert "<b>2</b> of 2 change" in bar.post("/systems/bulk", **form).text
    bar.post("/systems/bulk", **form, apply="1")
    assert [[case.name for case in cases] for (cases,) in live(System, "cases")] == [["North", "South"]] * 2
    assert {name for (name,) in live(System, "updated_by")} == {"bob"}
    again = bar.post("/systems/bulk", **form).text
    assert "<b>0</b> of 2 change, 2 are like that already" in again


# large ones


def test_it_is_worked_out_ahead_of_the_lock_also_with_new_tags_and_names(app, people, pair):
    raw, calls = {"name": ["Isolate", "Image"], "tags": "a; b; c"}, 0
    wanted = creators.parse(registry.entity("tasks"), raw, again=False, zone=None, see_internal=True)

    def work(change_set):
        nonlocal calls
        calls += 1
        giving.carry_out(change_set, wanted.plan(change_set, pair))

    change_set = changes.record(work, people.bob, "creator", "", job_id=None)
    db.session.commit()
    assert calls == 1
    assert change_set.summary == "Isolate, Image for 2 systems: 4 tasks"
    assert [[tag.name for tag in tags] for (tags,) in live(Task, "tags")] == [["a", "b", "c"]] * 4
    assert_history_replays()


# over REST


def test_over_rest_with_a_dry_run_and_what_each_system_got(app, people, pair):
    rest = Rest(app, "bob")
    asked = {"systems": ["srv01", "SRV02"], "set": {"type": ["Triage", "File"], "status": "Requested"}}
    dry = rest.post("artifacts/create-many", asked | {"dry_run": True})
    assert (dry["artifacts"], dry["rows"], dry["change_set"]) == (4, 2, None)
    done = rest.post("artifacts/create-many", asked)
    assert [one["name"] for one in done["systems"][0]["made"]] == ["Triage", "File"]
    assert done | {"systems": 0, "dry_run": 0, "change_set": 0} == dry | {"systems": 0, "dry_run": 0, "change_set": 0}  # fmt: skip
    again = rest.post("artifacts/create-many", {"query": "name=SRV01", "set": {"type": ["Triage"]}})
    assert (again["there"], again["artifacts"], again["change_set"]) == (1, 0, None)
    more = rest.post("artifacts/create-many", {"ids": pair, "set": {"type": ["Triage"]}, "again": True})
    assert more["artifacts"] == 2


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"set": {"type": ["Triage"]}}, "systems"),
        ({"ids": [], "set": {}}, "type"),
        ({"ids": [], "set": {"type": "Triage"}}, "type"),
        ({"ids": [], "set": {"type": ["Triage"], "system": 1}}, "system"),
        ({"ids": [], "set": {"type": ["Triage"], "status": 1.5}}, "status"),
        ({"ids": []}, "set"),
        ({"ids": [], "set": {"type": ["Triage"]}, "often": True}, "often"),
        ({"systems": ["nobody"], "set": {"type": ["Triage"]}}, "systems"),
    ],
)
def test_over_rest_each_mistake_is_named(app, people, asked, field):
    refused = Rest(app, "bob").post("artifacts/create-many", asked, 422)
    assert field in [error["field"] for error in refused["errors"]]


def test_over_rest_only_what_systems_have_can_be_given(app, people):
    Rest(app, "bob").post("locations/create-many", {"ids": [], "set": {}}, 404)


def test_over_rest_many_become_a_job(app, people, pair, monkeypatch):
    monkeypatch.setattr(giving, "AT_ONCE", 1)
    rest = Rest(app, "bob")
    asked = {"ids": pair, "set": {"name": ["Isolate"], "due_at": "2026-11-25T08:00:00+01:00"}}
    job_id = rest.post("tasks/create-many", asked, 202)["job"]
    runner.run(job_id)
    result = rest.get(f"jobs/{job_id}")["result"]
    assert (result["tasks"], result["change_set"]) == (2, changes.newest())
