"""Overview pages in a browser: they are edited in place and follow what others do, without a page load."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.extensions import db
from app.models.artifacts import Artifact
from app.models.systems import System
from app.models.users import User
from tests.records import change, make, state, system

pytestmark = pytest.mark.browser


@pytest.fixture
def bob(server) -> int:
    found = db.session.scalar(sa.select(User.id).where(User.username == "bob"))
    db.session.rollback()
    return found


def stays(page: Page) -> None:
    """Mark the page: a mark that is still there says that it was not loaded again."""
    page.evaluate("document.body.dataset.uiMark = 'x'")


def is_loaded_once(page: Page) -> bool:
    return page.evaluate("document.body.dataset.uiMark") == "x"


def owner(system_id: int) -> int | None:
    """Who has a system now."""
    db.session.rollback()
    return state(System, system_id)["assigned_to"]


def row(page: Page, name: str):
    return page.get_by_role("row").filter(has_text=name)


def test_status_is_set_and_a_row_grabbed_on_the_page_of_assignments(opened, bob):
    srv = system("SV-1", priority="High")
    page = opened("bob", "/assignments")
    stays(page)
    row(page, "SV-1").locator("[data-field=status]").click()
    expect(page.locator("form.editor .seen")).to_be_focused()
    page.keyboard.type("clea")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("SV-1: Status Unknown → Clean")
    expect(row(page, "SV-1").locator("[data-field=status]")).to_contain_text("Clean")
    row(page, "SV-1").get_by_role("button", name="Grab").click()
    expect(row(page, "SV-1")).to_have_count(0)
    assert owner(srv) == bob
    assert is_loaded_once(page)
    page.get_by_role("link", name="Mine").click()
    row(page, "SV-1").get_by_role("button", name="Free").click()
    expect(row(page, "SV-1")).to_have_count(0)
    assert owner(srv) is None


def test_the_pages_follow_what_others_do_and_spare_an_open_editor(opened, bob):
    srv = system("SV-1")
    other = system("SV-2")
    page = opened("bob", "/assignments")
    stays(page)
    row(page, "SV-1").locator("[data-field=tags]").click()
    page.keyboard.type("half typ")
    change(System, other, status="Compromised")
    expect(row(page, "SV-2")).to_contain_text("Compromised")
    expect(page.locator("form.editor .seen")).to_have_value("half typ")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.goto("/status")
    stays(page)
    figure = page.get_by_role("link").filter(has_text="Compromised")
    expect(figure).to_contain_text("1")
    change(System, srv, status="Compromised")
    expect(figure).to_contain_text("2")
    assert is_loaded_once(page)


def test_the_dashboard_follows_and_a_closed_section_stays_closed(opened, bob):
    system("SV-1", assigned_to=bob)
    page = opened("bob", "/dashboard")
    stays(page)
    section = page.locator("[data-section=by-systems]")
    section.locator("summary").click()
    expect(section).not_to_have_attribute("open", "")
    make(Artifact, name="fresh.raw", system="SV-1", type="File", assigned_to=bob)
    expect(row(page, "fresh.raw")).to_be_visible()
    expect(section).not_to_have_attribute("open", "")
    assert is_loaded_once(page)
    page.reload()
    expect(page.locator("[data-section=by-systems]")).not_to_have_attribute("open", "")


def test_taking_the_next_and_handing_over_with_an_undo(opened, bob):
    system("SV-LOW", priority="Low")
    urgent = system("SV-URGENT", priority="Critical")
    page = opened("bob", "/assignments")
    page.get_by_role("button", name="Take next").click()
    expect(page.locator("h1")).to_contain_text("SV-URGENT")
    page.goto(f"/assignments?person=id:{bob}")
    page.get_by_label("Hand everything").select_option(label="alice")
    page.get_by_role("button", name="Hand over").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("1 system of bob go to alice")
    dialog.get_by_role("button", name="Hand over").click()
    expect(page.locator(".toast")).to_contain_text("1 of bob handed over to alice")
    assert owner(urgent) != bob
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast").last).to_contain_text("put back")
    assert owner(urgent) == bob


def test_what_a_status_means_is_edited_on_the_page_of_the_statuses(opened):
    page = opened("alice", "/settings/statuses")
    stays(page)
    cell = row(page, "Nothing to do").locator("[data-field=is_open]")
    expect(cell).to_have_text("no")
    cell.click()
    page.keyboard.type("yes")
    page.keyboard.press("Enter")
    expect(cell).to_have_text("yes")
    assert is_loaded_once(page)
