"""Artifacts and tasks for many systems in a browser: few actions, no page load, by keyboard, on a small screen."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from app.extensions import db
from app.models.artifacts import Artifact
from app.models.lookups import Location, TaskName
from app.models.tasks import Task
from app.services.reading import read
from tests.browser.hands import Hands
from tests.records import make, system


def had(model, *names: str) -> list[tuple]:
    """What there is, field by field."""
    db.session.rollback()
    live = sa.select(model.id).where(model.deleted_at.is_(None)).order_by(model.id)
    rows = read(model, list(db.session.scalars(live)), names)
    return [tuple(getattr(row[name], "name", row[name]) for name in names) for row in rows]


@pytest.fixture
def site(server) -> list[int]:
    """Compromised systems of a site, more than a page holds, one of which has its triage; and others."""
    make(Location, name="Oslo"), make(Location, name="Rome")
    there = [system(f"OSL-{n:03}", location="Oslo", status="Compromised") for n in range(120)]
    system("OSL-CLEAN", location="Oslo", status="Clean")
    system("ROM-1", location="Rome", status="Compromised")
    make(Artifact, name="Triage", type="Triage", system=there[0], status="Requested")
    return there


def test_triage_for_every_compromised_system_of_a_site_that_has_none_yet(opened, site, record_property):
    page = opened("bob", "/systems")
    hands = Hands(page)
    hands.press("/")
    hands.type("oslo")
    expect(page.locator("#total")).to_have_text("121")
    hands.click(page.locator("#counts").get_by_role("link", name="Compromised"))
    expect(page.locator("#total")).to_have_text("120")
    hands.click(page.locator("#tick-all"))
    hands.click(page.locator("#all-match"))
    hands.click(page.get_by_role("button", name="+ Artifacts"))
    hands.click(page.get_by_role("checkbox", name="Triage"))
    expect(page.locator("#preview")).to_contain_text("119 artifacts for 119 of 120 systems; 1 there already")
    hands.click(page.get_by_role("button", name="Add 119 artifacts"))
    expect(page.locator(".toast")).to_contain_text("Triage for 119 systems: 119 artifacts")
    made = had(Artifact, "system", "type")
    assert len(made) == len(set(made)) == 120
    assert {where[:4] for where, _ in made} == {"OSL-"}
    record_property("figure", f"triage for a site: {hands.actions} actions, {hands.loads} page loads")
    assert hands.actions <= 8
    assert hands.loads == 0


def test_the_result_leads_to_what_was_made_and_takes_it_back(opened, site):
    page = opened("bob", "/systems?q=OSL-00")
    page.click("#tick-all")
    page.get_by_role("button", name="+ Artifacts").click()
    page.get_by_role("checkbox", name="Triage").click()
    page.get_by_role("button", name="Add 9 artifacts").click()
    result = page.locator("dialog[open]")
    expect(result).to_contain_text("9 artifacts for 9 of 10 systems; 1 there already")
    expect(page.locator("#bulk")).to_be_hidden()
    result.get_by_role("button", name="Close").last.click()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    if page.locator("#ask").is_visible():
        page.locator("#ask .primary").click()
    expect(page.locator(".toast").last).to_contain_text("Undo")
    page.wait_for_timeout(500)
    assert len(had(Artifact, "name")) == 1


def test_tasks_for_picked_and_pasted_systems_by_keyboard(opened, site):
    make(TaskName, name="Isolate")
    page = opened("bob", "/tasks")
    page.get_by_role("link", name="New tasks for many systems").press("Enter")
    expect(page.get_by_role("checkbox", name="Isolate")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Call the owner")
    expect(page.locator("#others-list")).to_contain_text("Create “Call the owner”")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("OSL-CL")
    expect(page.locator("#systems-list")).to_contain_text("OSL-CLEAN")
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("2 tasks for 1 of 1 system")
    page.keyboard.press("Tab")
    page.keyboard.type("rom-1\nnobody-1")
    expect(page.locator("#preview")).to_contain_text("4 tasks for 2 of 2 systems")
    expect(page.locator("#preview")).to_contain_text("No system is called that")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("for 2 systems: 4 tasks")
    assert sorted(had(Task, "name", "system")) == [
        ("Call the owner", "OSL-CLEAN"),
        ("Call the owner", "ROM-1"),
        ("Isolate", "OSL-CLEAN"),
        ("Isolate", "ROM-1"),
    ]


def test_pasted_names_are_given_artifacts_where_they_were_pasted(opened, site):
    page = opened("bob", "/systems/pasted")
    page.keyboard.type("osl-001\nosl-002")
    expect(page.locator("#answer")).to_contain_text("Show 2 systems")
    page.get_by_role("button", name="Add artifacts").click()
    page.get_by_role("checkbox", name="Memory image").click()
    page.get_by_role("button", name="Add 2 artifacts").click()
    expect(page.locator(".toast")).to_contain_text("Memory image for 2 systems: 2 artifacts")
    assert [where for where, kind in had(Artifact, "system", "type") if kind == "Memory image"] == [
        "OSL-001",
        "OSL-002",
    ]


def test_on_a_small_screen_the_bar_and_the_heads_stay_one_line(opened, site):
    page = opened("bob", "/systems", viewport={"width": 1024, "height": 700})
    page.click("#tick-all")
    expect(page.locator("#all-match")).to_be_visible()
    assert page.locator("#bulk").bounding_box()["height"] < 60
    page.get_by_role("button", name="More").click()
    page.locator("#bulk-menu").get_by_role("button", name="Add tasks").click()
    expect(page.locator("dialog[open]")).to_contain_text("Add tasks to systems")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More").click()
    page.locator("#bulk-menu").get_by_role("button", name="Add to a case").click()
    expect(page.locator("dialog[open]")).to_contain_text("Add Cases")
    for plural in ("artifacts", "tasks"):
        page.goto(f"/{plural}")
        assert page.locator("#list > .head").bounding_box()["height"] < 60
