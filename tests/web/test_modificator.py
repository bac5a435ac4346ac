"""Several fields of many rows in one go: every line of what the reference's modificator does, without its defects."""

import re

import pytest
import sqlalchemy as sa

from app.entities.registry import entity
from app.extensions import db
from app.jobs import runner
from app.models.artifacts import Artifact
from app.models.changes import ChangeSet
from app.models.jobs import Job
from app.models.lookups import Company, Location, TaskName
from app.models.systems import System
from app.models.tags import Tag
from app.models.workflows import Workflow, WorkflowArtifact, WorkflowTask
from app.services import bulk, changes, running
from app.services.reading import read, read_one
from tests.conftest import csrf_token
from tests.invariants import assert_history_replays
from tests.pages import problems
from tests.records import change, make, remove, state, system
from tests.rest import Rest
from tests.web.grid import Grid
from tests.web.test_pasted_names import Page


@pytest.fixture
def trio(app) -> list[int]:
    return [system(name) for name in ("SRV01", "SRV02", "SRV03")]


@pytest.fixture
def grid(bob, trio) -> Grid:
    return Grid(bob)


def post(grid: Grid, ids: list[int], **form):
    """Send the dialog: `status="set Clean"`, `location="empty"`, `tags="add a; b"`."""
    sent = {}
    for name in [name for name in form if entity("systems").has(name)]:
        how, _, text = form.pop(name).partition(" ")
        sent |= {f"how.{name}": how, f"to.{name}": text}
    return grid.post("/bulk", **{"ids": ",".join(map(str, ids))} | sent | form)


def carried(html: str) -> dict[str, str]:
    """What a preview sends along when it is applied."""
    return dict(re.findall(r'name="(since|wanted|seen)" value="([^"]*)"', html))


def values(ids: list[int], name: str) -> list:
    db.session.rollback()
    return [row[name] for row in read(System, ids, [name])]


def names(ids: list[int], name: str) -> list:
    found = values(ids, name)
    return [[one.name for one in it] if isinstance(it, list) else it and it.name for it in found]


# what is chosen


def test_every_field_begins_with_keep(grid):
    html = grid.get("/bulk").text
    assert problems(html, fragment=True) == []
    hows = re.findall(r'<select[^>]*name="how\.(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL)
    assert {"status", "analysis_status", "tags", "companies", "assigned_to", "contact", "location"} <= set(
        dict(hows)
    )
    for _, options in hows:
        assert re.search(r'<option value=""[^>]*>keep</option>', options)
        assert "selected" not in options.replace('value="" selected', "")


def test_several_fields_change_in_one_change_set_and_the_others_stay(grid, trio):
    change(System, trio[0], reason=None, on_spreadsheet=False)
    before, kept = changes.newest(), state(System, trio[0])
    wishes = {"status": "set Clean", "priority": "set High", "tags": "add seen; wave-2"}
    assert post(grid, trio[:2], **wishes, apply="1").status_code == 200
    assert changes.newest() == before + 1
    assert names(trio, "status") == ["Clean", "Clean", "Unknown"]
    assert names(trio, "tags") == [["seen", "wave-2"], ["seen", "wave-2"], []]
    now = state(System, trio[0])
    assert {name for name in kept if kept[name] != now[name]} == {"status", "priority", "tags"}
    assert_history_replays()


def test_the_analysis_status_is_set_and_emptied_but_the_status_never_is(grid, trio):
    post(grid, trio, analysis_status="set Needs analysis", apply="1")
    assert names(trio, "analysis_status") == ["Needs analysis"] * 3
    post(grid, trio, analysis_status="empty", apply="1")
    assert names(trio, "analysis_status") == [None] * 3
    refused = post(grid, trio, status="empty", apply="1")
    assert (refused.status_code, "Status can&#39;t be empty" in refused.text) == (422, True)
    assert names(trio, "status") == ["Unknown"] * 3


@pytest.mark.parametrize(
    ("how", "after"),
    [("add b", ["a", "b"]), ("remove a", []), ("replace b", ["b"]), ("replace", []), ("remove c; a", [])],
)
@pytest.mark.parametrize(("field", "model"), [("tags", Tag), ("companies", Company)])
def test_several_values_are_added_removed_or_replaced(grid, trio, field, model, how, after):
    held = {name: make(model, name=name) for name in ("a", "b", "c")}
    change(System, trio[0], **{field: [held["a"]]})
    assert post(grid, trio[:1], **{field: how}, apply="1").status_code == 200
    assert names(trio[:1], field) == [after]


@pytest.mark.parametrize("field", ["assigned_to", "contact", "location", "service_provider"])
def test_what_is_assigned_can_be_emptied(grid, trio, people, field):
    held = {"assigned_to": people.alice, "location": make(Location, name="Oslo")}
    if field in held:
        change(System, trio[0], **{field: held[field]})
    assert post(grid, trio[:1], **{field: "empty"}, apply="1").status_code == 200
    assert values(trio[:1], field) == [None]


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({}, "Everything is kept as it is"),
        ({"status": "set"}, "Status can&#39;t be set without a value"),
        ({"location": "set"}, "choose “empty” for that"),
        ({"status": " Clean"}, "Status is told to stay as it is, and has a value"),
        ({"location": "empty Oslo"}, "Location is told to empty, and has a value"),
        ({"tags": "add"}, "Tags what to add is missing"),
        ({"status": "add Clean"}, "Status can&#39;t be changed like that: set"),
        ({"tags": "turn x"}, "Tags can&#39;t be changed like that"),
        ({"status": "set Nonsense", "is_vm": "set maybe"}, "Virtual"),
        ({"tags": "remove never heard of"}, "Tags"),
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(grid, trio, wishes, says):
    before = changes.newest()
    for form in ({}, {"apply": "1"}):
        answer = post(grid, trio, **wishes, **form)
        assert (answer.status_code, says.replace("set, empty", "set") in answer.text) == (422, True), (
            answer.text
        )
    assert changes.newest() == before


def test_no_rows_are_no_success(grid, trio):
    for form in ({}, {"apply": "1"}):
        answer = grid.post("/bulk", **{"how.status": "set", "to.status": "Clean"} | form)
        assert (answer.status_code, "No rows are named" in answer.text) == (422, True)
    assert names(trio, "status") == ["Unknown"] * 3


# the preview


def test_a_preview_counts_each_field_and_shows_before_and_after(grid, trio):
    change(System, trio[0], status="Clean")
    before = changes.newest()
    text = post(grid, trio, status="set Clean", tags="add fresh").text
    assert "<b>3</b> of 3 change" in text
    assert "Status of 2" in text
    assert "Tags of 3" in text
    assert "New: tag “fresh”" in text
    assert 'SRV02: Status <span class="was">Unknown</span> → Clean' in text
    assert changes.newest() == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Tag).where(Tag.name == "fresh")) == 0


def test_a_preview_names_what_a_rule_forbids(grid, trio):
    text = post(grid, trio, host_system="set SRV01").text
    assert "<b>2</b> of 3 change" in text
    assert "SRV01: Host system a system can&#39;t be its own host" in text


def test_more_than_a_request_can_do_is_counted_and_becomes_a_job_with_the_same_numbers(
    grid, trio, monkeypatch, bob
):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    change(System, trio[0], status="Clean")
    wishes = {"status": "set Clean", "tags": "add fresh", "installed_at": "set 2026-11-20 22:14"}
    text = post(grid, trio, **wishes).text
    assert "<b>3</b> of 3 change" in text
    assert "Status of 2" in text
    assert "New: tag “fresh”" in text
    assert '<span class="was">empty</span> → fresh' in text
    answer = post(grid, trio, **wishes, **carried(text), apply="1")
    job_id = db.session.scalar(sa.select(sa.func.max(Job.id)))
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/jobs/{job_id}")
    assert names(trio, "status") == ["Clean", "Unknown", "Unknown"]
    db.session.rollback()
    runner.run(job_id)
    assert names(trio, "status") == ["Clean"] * 3
    assert [row["installed_at"].hour for row in read(System, trio, ["installed_at"])] == [22] * 3
    job = db.session.get_one(Job, job_id)
    assert (job.message, job.done, job.total) == ("3 changed, 0 as they were, 0 left out", 3, 6)
    assert job.result["by_field"] == {"status": 2, "tags": 3, "installed_at": 3}
    assert_history_replays()


def test_a_job_that_is_stopped_has_changed_nothing(grid, trio, monkeypatch, valkey):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    post(grid, trio, status="set Clean", apply="1")
    job_id = db.session.scalar(sa.select(sa.func.max(Job.id)))
    apply = bulk.apply

    def stopped(*args, **more):
        running.ask_to_stop(valkey, job_id)
        return apply(*args, **more)

    monkeypatch.setattr(bulk, "apply", stopped)
    db.session.rollback()
    before = changes.newest()
    runner.run(job_id)
    assert db.session.get_one(Job, job_id).state == "cancelled"
    assert (changes.newest(), names(trio, "status")) == (before, ["Unknown"] * 3)


# what others did meanwhile


def test_what_somebody_changed_since_the_preview_is_named_and_stays(grid, trio, people):
    text = post(grid, trio, status="set Clean", tags="add seen").text
    change(System, trio[1], by=people.alice, status="Compromised")
    moved = changes.newest()
    done = post(grid, trio, status="set Clean", tags="add seen", **carried(text), apply="1")
    assert names(trio, "status") == ["Clean", "Compromised", "Clean"]
    assert names(trio, "tags") == [["seen"], [], ["seen"]]
    assert "SRV02" in done.text
    assert "Status was changed by alice meanwhile: Unknown → Compromised" in done.text
    assert f'href="/change-sets/{moved}"' in done.text
    # "apply to these too"
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', done.text))
    assert again["ids"] == str(trio[1])
    assert grid.post("/bulk", **again, apply="1").status_code == 200
    assert (names(trio, "status"), names(trio, "tags")) == (["Clean"] * 3, [["seen"]] * 3)
    assert_history_replays()


def test_what_somebody_changed_of_other_fields_or_to_the_same_is_no_obstacle(grid, trio, people):
    text = post(grid, trio, status="set Clean", tags="add seen").text
    change(System, trio[0], by=people.alice, priority="High", status="Clean")
    change(System, trio[1], by=people.alice, tags=[make(Tag, name="other")])
    change(System, trio[2], by=people.alice, status="Compromised")
    change(System, trio[2], by=people.alice, status="Unknown")
    done = post(grid, trio, status="set Clean", tags="add seen", **carried(text), apply="1")
    assert "left as they are" not in done.text
    assert names(trio, "status") == ["Clean"] * 3
    assert names(trio, "tags") == [["seen"], ["other", "seen"], ["seen"]]


def test_replaced_values_that_somebody_added_to_are_left(grid, trio, people):
    text = post(grid, trio, tags="replace only").text
    change(System, trio[0], by=people.alice, tags=[make(Tag, name="theirs")])
    post(grid, trio, tags="replace only", **carried(text), apply="1")
    assert names(trio, "tags") == [["theirs"], ["only"], ["only"]]


def test_a_tag_that_somebody_took_away_meanwhile_is_not_put_back_unasked(grid, trio, people):
    tag = make(Tag, name="seen")
    change(System, trio[0], tags=[tag])
    text = post(grid, trio, tags="add seen").text
    assert "<b>2</b> of 3 change" in text
    change(System, trio[0], by=people.alice, tags=[])
    post(grid, trio, tags="add seen", **carried(text), apply="1")
    assert names(trio, "tags") == [[], ["seen"], ["seen"]]


def test_what_is_applied_is_what_was_previewed(grid, trio):
    wishes = {"query": "q=srv", "how.status": "set", "to.status": "Clean"}
    text = grid.post("/bulk", **wishes).text
    late = system("SRV-LATE")
    change(System, trio[0], deprecated_at=changes.now())
    grid.post("/bulk", **wishes, **carried(text), apply="1")
    assert names([*trio, late], "status") == ["Clean", "Clean", "Clean", "Unknown"]
    # other wishes than those of the preview are previewed first
    before = changes.newest()
    other = grid.post("/bulk", **wishes | {"to.status": "Compromised"}, **carried(text), apply="1")
    assert "data-preview" in other.text
    assert changes.newest() == before


def test_what_is_gone_is_named(grid, trio):
    text = post(grid, trio, status="set Clean").text
    remove(System, trio[0])
    done = post(grid, trio, status="set Clean", **carried(text), apply="1")
    assert "is not there any more" in done.text
    assert names(trio[1:], "status") == ["Clean"] * 2


# workflows


@pytest.fixture
def flow(app) -> int:
    made = make(Workflow, name="Triage")
    make(WorkflowArtifact, workflow=made, type="Triage")
    make(WorkflowTask, workflow=made, name=make(TaskName, name="Isolate"))
    return made


def live_artifacts() -> list[int]:
    db.session.rollback()
    live = sa.select(Artifact.system_id).where(Artifact.deleted_at.is_(None))
    return sorted(db.session.scalars(live))


def test_workflows_go_into_the_same_change_set(grid, trio, flow, bob):
    assert "Triage" in grid.get("/bulk").text
    before = changes.newest()
    text = post(grid, trio[:2], status="set Compromised", workflow=flow).text
    assert "make 2 artifacts and 2 tasks for 2 of them" in text
    assert changes.newest() == before
    post(grid, trio[:2], status="set Compromised", workflow=flow, **carried(text), apply="1")
    assert (changes.newest(), live_artifacts()) == (before + 1, trio[:2])
    summary = db.session.get_one(ChangeSet, before + 1).summary
    assert summary == "Set Status of 2 systems; Triage for 2 systems: 2 artifacts, 2 tasks"
    again = post(grid, trio, workflow=flow)
    assert "make 1 artifacts and 1 tasks for 1 of them; 4 there already" in again.text
    bob.post(f"/change-sets/{before + 1}/undo", headers=grid.headers)
    assert (live_artifacts(), names(trio, "status")) == ([], ["Unknown"] * 3)
    assert_history_replays()


def test_a_job_applies_workflows_too(grid, trio, flow, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    assert "make 3 artifacts and 3 tasks for 3 of them" in post(grid, trio, workflow=flow).text
    post(grid, trio, status="set Clean", workflow=flow, apply="1")
    job_id = db.session.scalar(sa.select(sa.func.max(Job.id)))
    db.session.rollback()
    runner.run(job_id)
    assert (live_artifacts(), names(trio, "status")) == (trio, ["Clean"] * 3)
    assert db.session.get_one(Job, job_id).result["workflows"]["artifacts"] == 3


def test_only_systems_are_offered_workflows(alice, flow):
    assert "Apply workflows" not in Grid(alice, "/artifacts").get("/bulk").text


# pasted names, and pages without scripts


def test_pasted_names_are_changed_at_once(grid, trio):
    sent = {"names": "srv01\nsrv03.corp.example.com\nnobody\n007", "change": "1"}
    html = grid.browser.post("/systems/pasted", headers=grid.headers, data=sent).text
    assert "Change 2 systems" in html
    query = re.search(r'name="query" value="(set=\d+)"', html)[1]
    grid.post("/bulk", **{"query": query, "how.status": "set", "to.status": "Clean", "apply": "1"})
    assert names(trio, "status") == ["Clean", "Unknown", "Clean"]


def test_a_system_whose_name_is_a_number_is_found_by_it(grid):
    number = system("4711")
    sent = {"names": "4711", "change": "1"}
    html = grid.browser.post("/systems/pasted", headers=grid.headers, data=sent).text
    query = re.search(r'name="query" value="(set=\d+)"', html)[1]
    grid.post("/bulk", **{"query": query, "how.status": "set", "to.status": "Clean", "apply": "1"})
    assert names([number], "status") == ["Clean"]


def test_readers_find_but_do_not_change(rita, trio):
    page = Page(rita)
    assert "Change these" not in page.check("srv01")
    assert page.send("srv01", change="1").status_code == 403


def test_without_scripts_it_is_a_page_a_preview_and_a_flash(bob, trio, people):
    page = Page(bob)
    address = page.send("srv01\nsrv02", change="1").headers["Location"]
    assert address.startswith("/systems/bulk?query=set%3D")
    html = bob.get(address).text
    assert problems(html) == []
    assert "Change 2 systems" in html
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))
    form = hidden | {"how.status": "set", "to.status": "Clean", "csrf_token": page.token}
    seen = bob.post("/systems/bulk", data=form).text
    assert problems(seen) == []
    assert "<b>2</b> of 2 change" in seen
    assert re.search(r'name="to\.status" value="Clean"', seen)
    change(System, trio[1], by=people.alice, status="Compromised")
    left = bob.post("/systems/bulk", data=form | carried(seen) | {"apply": "1"})
    assert problems(left.text) == []
    assert "was changed by alice meanwhile" in left.text
    form = {"ids": trio[2], "how.status": "set", "to.status": "Clean", "csrf_token": page.token, "apply": "1"}
    done = bob.post("/systems/bulk", data=form)
    assert (done.status_code, done.headers["Location"]) == (303, "/systems")
    assert "Set Status of 1 systems" in bob.get("/systems").text
    assert names(trio, "status") == ["Clean", "Compromised", "Clean"]


@pytest.mark.parametrize(
    "address", ["how=add&field=tags&query=", "how=set&field=status&ids=1", "how=delete&ids=1", ""]
)
def test_every_address_of_the_dialog_is_a_page(bob, trio, address):
    html = bob.get(f"/systems/bulk?{address}").text
    assert problems(html) == []
    form = {"csrf_token": csrf_token(html), "apply": "1"}
    assert problems(bob.post("/systems/bulk", data=form).text) == []
    assert names(trio, "status") == ["Unknown"] * 3


# REST


def test_rest_leaves_what_was_changed_since_the_revision_that_was_seen(app, trio, people):
    rest = Rest(app, "bob")
    seen = rest.get("systems")["revision"]
    change(System, trio[0], by=people.alice, status="Compromised")
    body = {"ids": trio, "set": {"status": "Clean"}, "since": seen}
    problem = rest.post("systems/bulk", body, 422)
    (error,) = problem["errors"]
    assert (error["row"], error["field"]) == (trio[0], "status")
    assert error["message"] == "was changed by alice meanwhile: Unknown → Compromised"
    done = rest.post("systems/bulk", body | {"skip_refused": True})
    assert (done["changed"], done["skipped"][0]["change_set"]) == (2, seen + 1)
    assert rest.post("systems/bulk", body | {"since": changes.newest()})["changed"] == 1
    for wrong in (-1, "1", True, 2**40):
        assert rest.post("systems/bulk", body | {"since": wrong}, 422)["errors"][0]["field"] == "since"


def test_rest_replaces_by_setting_a_list(app, trio):
    change(System, trio[0], tags=[make(Tag, name="old")])
    rest = Rest(app, "bob")
    rest.post("systems/bulk", {"ids": trio[:1], "set": {"tags": ["new"]}})
    assert names(trio[:1], "tags") == [["new"]]
    assert read_one(System, trio[0], ["tags"])["tags"][0].name == "new"
