"""What points at a record, on its page: counted, in small live grids, on demand, added to in place."""

import html

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.base import now
from app.models.cases import Case
from app.models.lookups import ArtifactType, DnsName, Domain, Headline, TaskName
from app.models.notes import Note, ReportItem
from app.models.systems import System
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.services import changes, records
from app.services.drafts import Draft
from tests.pages import problems
from tests.records import change, ids_of, make, system
from tests.web.grid import Grid


@pytest.fixture
def srv(app) -> int:
    return system("SRV-1")


@pytest.fixture
def triage(app) -> int:
    return make(ArtifactType, name="Some triage")


def make_many(model, rows: list[dict]) -> list[int]:
    with changes.recording(None, "ui") as change_set:
        drafts = records.write(change_set, model, [Draft(values=ids_of(model, row)) for row in rows])
    db.session.commit()
    return [draft.id for draft in drafts]


def fill(srv: int, triage: int, times: int) -> None:
    """Much of everything on a system: 40 artifacts, 25 tasks, 300 entries with 100 times."""
    name, headline = make(TaskName, name=f"Call {times}"), make(Headline, name=f"Access {times}")
    states = ["Requested", "Analysis finished", "Not available", "Needs analysis"]
    artifacts = [
        {"name": f"a{times}-{n}", "type": triage, "status": states[n % 4]} for n in range(times * 40 // 100)
    ]
    make_many(Artifact, [{"system": srv} | one for one in artifacts])
    make_many(Task, [{"system": srv, "name": name} for _ in range(times * 25 // 100)])
    entries = [{"time": now(), "content": f"event {times} {n}"} for n in range(times * 3)]
    make_many(TimelineEntry, [{"system": srv} | one for one in entries])
    make(ReportItem, system=srv, headline=headline, content="**found**")


@pytest.fixture
def statements(app):
    """Count the statements that a call sends."""

    def count(call) -> int:
        seen = []
        listen = (db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        sa.event.listen(*listen)
        call()
        sa.event.remove(*listen)
        return len(seen)

    return count


def section(page: str, key: str) -> str:
    """A section of a page, up to the next one beside it."""
    return page.partition(f'<details class="card section" data-section="{key}"')[2].partition(
        '<details class="card'
    )[0]


def test_the_page_of_a_system_costs_the_same_statements_however_much_is_on_it(alice, srv, triage, statements):
    fill(srv, triage, 8)
    alice.get(f"/systems/{srv}")
    few = statements(lambda: alice.get(f"/systems/{srv}"))
    fill(srv, triage, 100)
    assert statements(lambda: alice.get(f"/systems/{srv}")) == few
    assert few <= 24
    page = alice.get(f"/systems/{srv}").text
    assert problems(page) == []
    assert "event 100 7" not in page


def test_open_rows_come_first_and_closed_ones_on_demand(bob, srv, triage):
    make(Artifact, name="wanted", system=srv, type=triage)
    make(Artifact, name="done", system=srv, type=triage, status="Analysis finished")
    page = section(bob.get(f"/systems/{srv}").text, "artifacts-system")
    assert "1 open of 2" in page
    assert ">wanted<" in page
    assert ">done<" not in page
    assert f'hx-get="/systems/{srv}/related/artifacts-system-closed"' in page
    grid = Grid(bob, f"/systems/{srv}")
    assert ">done<" in grid.get("/related/artifacts-system-closed").text
    plain = bob.get(f"/systems/{srv}/related/artifacts-system-closed")
    assert html.unescape(plain.location) == f"/artifacts?system=id:{srv}&open=0"
    assert grid.get("/related/nothing").status_code == 404
    Grid(bob).post("/sections", section="artifacts-system-closed", open="1")
    assert ">done<" in section(bob.get(f"/systems/{srv}").text, "artifacts-system")


def test_artifacts_and_tasks_begin_open_the_rest_folded_until_the_person_opens_it(bob, alice, srv, triage):
    fill(srv, triage, 8)
    page = bob.get(f"/systems/{srv}").text
    for key in ("artifacts-system", "tasks-system"):
        assert f'data-section="{key}" open>' in page
    for key in ("timeline-system", "report-items-system", "virtualization", "record"):
        assert f'data-section="{key}">' in page
    Grid(bob).post("/sections", section="timeline-system", open="1")
    opened = section(bob.get(f"/systems/{srv}").text, "timeline-system")
    assert opened.count("<tr id=") == 20
    assert "4 more in the list" in opened
    assert "<tr id=" not in section(alice.get(f"/systems/{srv}").text, "timeline-system")


def test_cells_are_edited_in_place_and_keep_their_section(bob, srv, triage):
    artifact = make(Artifact, name="wanted", system=srv, type=triage)
    cell = f'id="c{artifact}-status-artifacts-system" data-field="status"'
    assert cell in bob.get(f"/systems/{srv}").text
    grid = Grid(bob, "/artifacts")
    editor = grid.get(f"/{artifact}/cell/status?place=artifacts-system").text
    assert 'name="place" value="artifacts-system"' in editor
    form = {"value": "Requested", "place": "artifacts-system"}
    saved = grid.browser.patch(f"/artifacts/{artifact}/cell/status", headers=grid.headers, data=form).text
    assert cell in saved
    assert "Requested" in saved
    assert "<tr" not in saved


def test_a_line_adds_the_next_and_what_is_refused_opens_the_whole_form(bob, srv, triage):
    page = section(bob.get(f"/systems/{srv}").text, "artifacts-system")
    assert f'<input type="hidden" name="system" value="id:{srv}">' in page
    grid = Grid(bob, "/artifacts")
    assert grid.post("/new", system=f"id:{srv}", name="memory", type="Some triage").status_code == 200
    refused = grid.post("/new", system=f"id:{srv}", name="disk", type="nonsense")
    assert refused.status_code == 422
    assert 'value="disk"' in refused.text
    assert "there is no artifact type" in refused.text.lower()
    assert ">memory<" in bob.get(f"/systems/{srv}").text


def test_an_open_page_follows_what_points_at_it_and_nothing_else(alice, srv, triage):
    grid, other = Grid(alice, f"/systems/{srv}"), system("SRV-2")
    artifact = make(Artifact, name="wanted", system=srv, type=triage)
    seen = changes.newest()
    make(Artifact, name="elsewhere", system=other, type=triage)
    assert 'id="record"' not in grid.get(f"?since={seen}").text
    seen = changes.newest()
    change(Artifact, artifact, name="renamed")
    assert ">renamed<" in grid.get(f"?since={seen}").text
    seen = changes.newest()
    change(Artifact, artifact, system=other)
    assert 'id="record"' in grid.get(f"?since={seen}").text


def test_readers_see_the_rows_and_no_way_to_change_or_add(rita, srv, triage):
    make(Artifact, name="wanted", system=srv, type=triage)
    page = rita.get(f"/systems/{srv}").text
    assert ">wanted<" in page
    for mark in ("data-editable", "add-line", "/grab", "/duplicate", "Accounts seen on it"):
        assert mark not in page, mark


def test_the_same_account_may_be_in_two_sections(bob, srv):
    make(Account, name="local", system=srv, seen_on=[srv])
    for key in ("accounts-system", "accounts-seen-on"):
        Grid(bob).post("/sections", section=key, open="1")
    page = bob.get(f"/systems/{srv}").text
    assert problems(page) == []
    assert "Local accounts" in page


def test_a_case_shows_what_belongs_to_it(bob, triage):
    case = make(Case, name="Nordwind")
    srv = system("SRV-1", cases=[case])
    make(Artifact, name="of-the-case", system=srv, type=triage, case=case)
    make(Note, title="Call", content="**agreed**", case=case)
    Grid(bob, "/cases").post("/sections", section="notes-case", open="1")
    page = bob.get(f"/cases/{case}").text
    assert problems(page) == []
    assert f'href="/systems/{srv}"' in section(page, "systems-cases")
    assert ">of-the-case<" in section(page, "artifacts-case")
    assert "<strong>agreed</strong>" in section(page, "notes-case")


def test_sub_tasks_are_a_tree(bob):
    names = [make(TaskName, name=f"Step {n}") for n in range(4)]
    top = make(Task, name=names[0])
    first, second = make(Task, name=names[1], parent=top), make(Task, name=names[2], parent=top)
    below = make(Task, name=names[3], parent=first, status="Done")
    page = section(bob.get(f"/tasks/{top}").text, "tasks-parent")
    assert "2 open of 3" in page
    places = [page.index(f'id="tasks-parent-{one}"') for one in (first, below, second)]
    assert places == sorted(places)
    assert f'id="tasks-parent-{below}" data-id="{below}" class="depth-1"' in page
    assert f'href="/tasks/{top}"' in bob.get(f"/tasks/{first}").text


def test_a_tag_and_a_lookup_show_everything_that_uses_them(bob, triage):
    tag, domain = make(Tag, name="beacon"), make(Domain, name="corp.example.com")
    srv = system("SRV-1", tags=[tag], domain=domain)
    make(Artifact, name="tagged", system=srv, type=triage, tags=[tag])
    make(DnsName, name="a.corp.example.com", domain=domain)
    page = bob.get(f"/tags/{tag}").text
    assert f'href="/systems/{srv}"' in section(page, "systems-tags")
    assert ">tagged<" in section(page, "artifacts-tags")
    page = bob.get(f"/domains/{domain}").text
    assert f'href="/systems/{srv}"' in section(page, "systems-domain")
    assert "a.corp.example.com" in section(page, "dns-names-domain")
    assert 'action="/systems/names"' in page


def test_more_rows_than_a_page_shows_are_in_the_list(bob):
    domain = make(Domain, name="corp.example.com")
    make_many(System, [{"name": f"SRV-{n}", "domain": domain} for n in range(60)])
    page = section(bob.get(f"/domains/{domain}").text, "systems-domain")
    assert page.count("<tr id=") == 20
    assert "40 more in the list" in page
    assert f'href="/systems?domain=id:{domain}&amp;deprecated_at.empty=any">All 60 in the list' in page
