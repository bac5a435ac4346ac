"""The sections of a record's page in a browser: edited and added to in place, live, opened on demand, no barrier."""

import pytest
from playwright.sync_api import expect

from app.models.artifacts import Artifact
from app.models.base import now
from app.models.lookups import ArtifactType, Headline, TaskName
from app.models.notes import ReportItem
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from tests.browser.test_pages import barriers
from tests.records import change, make, system

pytestmark = pytest.mark.browser


@pytest.fixture
def srv(server) -> int:
    srv, triage = system("SRV-1"), make(ArtifactType, name="Some triage")
    make(Artifact, name="a name without end " * 8, system=srv, type=triage)
    make(Artifact, name="done", system=srv, type=triage, status="Analysis finished")
    make(Task, name=make(TaskName, name="Call the customer"), system=srv, due_at=now())
    make(TimelineEntry, system=srv, time=now(), content="a.exe created")
    make(ReportItem, system=srv, headline=make(Headline, name="Access"), content="**found**")
    return srv


def test_a_cell_of_a_section_is_edited_and_keeps_the_focus(opened, srv):
    page = opened("bob", f"/systems/{srv}")
    cell = page.locator("[data-section=tasks-system] td[data-field=status]")
    cell.click()
    expect(page.locator("form.editor .seen")).to_be_focused()
    page.keyboard.type("Working")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Working")
    expect(cell).to_have_text("Working")
    expect(cell).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-section=tasks-system] td.lead")).to_be_focused()
    page.keyboard.press("g")
    expect(page.locator("[data-section=tasks-system] td[data-field=assigned_to]")).to_have_text("bob")


def test_enter_adds_a_row_and_is_ready_for_the_next_while_others_change_the_page(opened, srv):
    page = opened("bob", f"/systems/{srv}")
    name = page.locator("[data-section=tasks-system] .add-line [name=name]")
    for number in (1, 2):
        name.fill(f"Step {number}")
        name.press("Enter")
        expect(page.locator("[data-section=tasks-system] tbody")).to_contain_text(f"Step {number}")
        expect(name).to_have_value("")
        expect(name).to_be_focused()
    page.keyboard.type("Step 3")
    make(Task, name=make(TaskName, name="From alice"), system=srv)
    expect(page.locator("[data-section=tasks-system] tbody")).to_contain_text("From alice")
    expect(name).to_have_value("Step 3")
    expect(page.locator("[data-section=tasks-system] > summary")).to_contain_text("4 open of 4")


def test_what_is_refused_opens_the_whole_form_with_what_was_typed(opened, srv):
    page = opened("bob", f"/systems/{srv}")
    line = page.get_by_role("form", name="Add to Artifacts")
    line.locator("[name=name]").fill("memory")
    line.locator("[name=type]").fill("no such type")
    line.get_by_role("button", name="Add", exact=True).click()
    dialog = page.locator("#modal dialog")
    expect(dialog.locator(".error")).to_contain_text("no artifact type")
    expect(dialog.locator("#name")).to_have_value("memory")


def test_closed_rows_and_folded_sections_come_when_they_are_opened_and_stay_open(opened, srv):
    page = opened("bob", f"/systems/{srv}")
    closed = page.locator("[data-section=artifacts-system-closed]")
    timeline = page.locator("[data-section=timeline-system]")
    closed.locator("summary").click()
    expect(closed.locator("tbody tr")).to_have_count(1)
    timeline.locator("summary").click()
    expect(timeline.locator("tbody")).to_contain_text("a.exe created")
    page.reload()
    expect(timeline.locator("tbody tr")).to_be_visible()
    artifact = int(closed.locator("tbody tr").get_attribute("data-id"))
    change(Artifact, artifact, status="Requested")
    expect(page.locator("#rows-artifacts-system tbody tr")).to_have_count(2)
    expect(closed).to_have_count(0)


def test_each_grid_of_a_page_is_reached_by_tab(opened, srv):
    page = opened("bob", f"/systems/{srv}")
    page.locator("[data-section=artifacts-system] > summary").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#rows-artifacts-system td.lead")).to_be_focused()
    page.locator("[data-section=tasks-system] > summary").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#rows-tasks-system td.lead")).to_be_focused()


@pytest.mark.parametrize("width", [1440, 1024])
def test_the_sections_have_no_barrier_and_cut_no_page(opened, srv, width):
    page = opened("bob", f"/systems/{srv}", viewport={"width": width, "height": 2400}, bypass_csp=True)
    for key in ("timeline-system", "report-items-system", "artifacts-system-closed"):
        page.locator(f"[data-section={key}] > summary").click()
    page.locator("details.text > summary").click(position={"x": 300, "y": 8})
    expect(page.locator("details.text strong")).to_be_visible()
    expect(page.locator("[data-section=timeline-system] tbody tr")).to_be_visible()
    expect(page.locator("#rows-artifacts-system-closed")).to_be_visible()
    assert "\n".join(barriers(page)) == ""
    assert page.evaluate(
        "document.querySelector('.page').scrollWidth <= document.querySelector('.page').clientWidth"
    )


def test_a_step_is_taken_in_a_section_beside_the_button_that_grabs(opened, srv):
    page = opened("bob", f"/systems/{srv}")
    row = page.locator("[data-section=tasks-system] tbody tr").first
    row.hover()
    start, grab = (row.get_by_role("button", name=name) for name in ("Start", "Grab"))
    expect(row.locator(".steps > span")).to_have_css("opacity", "1")
    left, right = (one.bounding_box() for one in (row.get_by_role("button", name="Finish"), grab))
    assert left["x"] + left["width"] <= right["x"]
    start.click()
    expect(row.locator("[data-field=status]")).to_contain_text("Working")
    expect(row.get_by_role("button", name="Renew")).to_have_count(1)
