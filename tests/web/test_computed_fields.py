"""Fields that no row stores: what is counted, what is open, waiting or overdue; on every surface."""

import datetime as dt
import html

import pytest

from app.models.artifacts import Artifact
from app.models.base import now
from app.models.cases import Case
from app.models.lookups import ArtifactStatus, ArtifactType, TaskName
from app.models.systems import System
from app.models.tags import Tag
from app.models.tasks import Task
from app.services import changes
from tests.records import change, make, remove, system
from tests.rest import Rest
from tests.web.grid import Grid


@pytest.fixture
def triage(app) -> int:
    return make(ArtifactType, name="Some triage")


@pytest.fixture
def srv(triage) -> int:
    srv = system("SRV-1")
    for status in ("Requested", "Analysis finished", "Not available"):
        make(Artifact, name=status, system=srv, type=triage, status=status)
    return srv


def names(rest: Rest, plural: str, query: str) -> list[str]:
    return [item["name"] for item in rest.get(f"{plural}?{query}")["items"]]


def cell(page: str, record: int, field: str) -> str:
    return page.partition(f'id="c{record}-{field}"')[2].partition("</td>")[0]


def test_a_row_says_how_many_are_open_of_how_many_and_leads_there(alice, srv):
    page = alice.get("/systems").text
    assert f'href="/artifacts?system=id:{srv}"' in cell(page, srv, "artifacts")
    assert "1 / 3" in cell(page, srv, "artifacts")
    assert "0 / 0" in cell(page, srv, "tasks")
    listed = alice.get(f"/artifacts?system=id:{srv}").text
    assert "Not available" in listed


def test_what_is_in_the_bin_or_deprecated_is_not_counted(alice, srv):
    case = make(Case, name="Nordwind")
    change(System, srv, cases=[case])
    system("OLD", cases=[case], deprecated_at=now())
    binned = system("GONE", cases=[case])
    remove(System, binned)
    assert "1 / 1" in cell(alice.get("/cases").text, case, "systems")


def test_counts_are_filtered_and_sorted(app, srv, triage):
    rest = Rest(app, "ada")
    other = system("SRV-2")
    system("SRV-3")
    for number in range(2):
        make(Artifact, name=f"m{number}", system=other, type=triage, status="Requested")
    assert names(rest, "systems", "artifacts.empty=1") == ["SRV-3"]
    assert names(rest, "systems", "artifacts.min=3") == ["SRV-1"]
    assert names(rest, "systems", "artifacts=2") == ["SRV-2"]
    assert names(rest, "systems", "artifacts.not=2") == ["SRV-1", "SRV-3"]
    assert names(rest, "systems", "sort=-artifacts") == ["SRV-2", "SRV-1", "SRV-3"]
    assert rest.ask("GET", "systems?artifacts.min=many").status_code == 400
    assert rest.get(f"systems/{srv}")["artifacts"] == {"open": 1, "all": 3}
    assert rest.patch(f"systems/{srv}", {"artifacts": 1}, 422)


def test_open_is_what_the_status_means_not_what_it_is_called(app, srv):
    rest = Rest(app, "ada")
    assert names(rest, "artifacts", "open=1") == ["Requested"]
    assert names(rest, "artifacts", "open=0&sort=name") == ["Analysis finished", "Not available"]
    status = rest.get("artifact-statuses?name=Not available")["items"][0]["id"]
    change(ArtifactStatus, status, name="Wanted again", is_open=True)
    assert names(rest, "artifacts", "open=1&sort=name") == ["Not available", "Requested"]


def test_systems_are_open_or_waiting_by_their_analysis(app):
    rest = Rest(app, "ada")
    for status in ("Waiting for customer", "Ongoing analysis", "Nothing to do", None):
        system(f"SRV {status}", analysis_status=status)
    assert names(rest, "systems", "open=1") == [
        "SRV None",
        "SRV Ongoing analysis",
        "SRV Waiting for customer",
    ]
    assert names(rest, "systems", "waiting=1") == ["SRV Waiting for customer"]
    assert names(rest, "systems", "open=0") == ["SRV Nothing to do"]


def test_overdue_is_what_is_open_and_past_its_time(app, alice):
    rest, name = Rest(app, "ada"), make(TaskName, name="Call")
    past = now() - dt.timedelta(hours=1)
    late = make(Task, name=name, due_at=past)
    make(Task, name=name, due_at=past, status="Done")
    make(Task, name=name, due_at=now() + dt.timedelta(hours=1))
    make(Task, name=name)
    assert [item["id"] for item in rest.get("tasks?overdue=1")["items"]] == [late]
    assert rest.get("tasks?overdue=0")["total"] == 3
    assert alice.get("/tasks").text.count("data-overdue") == 1


def test_a_child_marks_its_parents_row_as_changed_and_the_one_that_it_left(alice, srv, triage, people):
    grid, seen = Grid(alice), changes.newest()
    artifact = make(Artifact, name="new", system=srv, type=triage)
    answer = grid.get(f"?since={seen}").text
    assert "2 / 4" in cell(answer, srv, "artifacts")
    other, seen = system("SRV-2"), changes.newest()
    change(Artifact, artifact, by=people.bob, system=other)
    answer = grid.get(f"?since={seen}").text
    assert "1 / 3" in cell(answer, srv, "artifacts")
    assert "1 / 1" in cell(answer, other, "artifacts")
    assert 'data-by="bob"' in answer
    seen = changes.newest()
    remove(Artifact, artifact)
    assert "0 / 0" in cell(grid.get(f"?since={seen}").text, other, "artifacts")


def test_a_tag_counts_what_carries_it(alice, srv):
    tag = make(Tag, name="beacon")
    change(System, srv, tags=[tag])
    assert "1 / 1" in cell(alice.get("/tags").text, tag, "tagged_systems")


def test_exports_have_the_counts_in_words_that_are_no_date(alice, srv):
    text = alice.get("/systems/export?format=csv").text
    assert "1 of 3" in text


def test_tabs_are_addresses_of_what_the_statuses_mean(alice, srv, people):
    page = html.unescape(alice.get("/artifacts?open=1").text)
    assert '<a href="/artifacts?open=1"' in page
    assert '<a href="/artifacts?open=0"' in page
    assert f'<a href="/artifacts?open=1&assigned_to=id:{people.alice}"' in page
    assert page.count('aria-current="page">Open</a>') == 1
    assert "waiting=1" in alice.get("/systems").text
    assert "overdue=1" in alice.get("/tasks").text
    assert "overdue=1" not in page


def test_the_case_filter_holds_in_every_list_however_the_case_is_written(alice, srv, triage):
    case = make(Case, name="Nordwind")
    make(Artifact, name="of-the-case", system=srv, type=triage, case=case)
    for query in (f"cases=id:{case}", "case=Nordwind", "cases=Nordwind"):
        page = html.unescape(alice.get(f"/artifacts?{query}").text)
        assert "of-the-case" in page
        assert "Not available" not in page.partition('id="rows"')[2]
        assert f'href="/artifacts?open=1&case={query.partition("=")[2]}"' in page
        assert "SRV-1" in alice.get(f"/systems?{query}").text
    assert alice.get("/timeline?cases.empty=1").status_code == 200
