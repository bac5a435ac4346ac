"""The list without JavaScript: filters, columns, search and pages are ordinary links and forms."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.models.systems import System
from tests.records import change, system

pytestmark = pytest.mark.browser


@pytest.fixture
def page(opened) -> Page:
    """The list of 102 systems, in a browser that runs no scripts."""
    for n in range(1, 103):
        system(f"SRV-{n:03}")
    change(System, 2, status="Clean")
    return opened("bob", "/systems", java_script_enabled=False)


def names(page: Page):
    return page.locator("#rows tr td.lead")


def test_filters_are_set_changed_and_taken_away(page):
    page.get_by_role("button", name="Filter", exact=True).click()
    page.locator("#filter-menu").get_by_role("button", name="Status", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Filter by Status")
    page.get_by_role("group", name="Status is one of").get_by_label("Clean").check()
    page.get_by_role("button", name="Show").click()
    expect(names(page)).to_have_text(["SRV-002"])
    expect(page).to_have_url(re.compile("status=id"))
    page.get_by_role("link", name="Remove the filter Status").click()
    page.get_by_role("button", name="Filter", exact=True).click()
    page.locator("#filter-menu").get_by_role("button", name="Name", exact=True).click()
    page.get_by_label("Name is one of").fill("SRV-002; SRV-003; ")
    page.get_by_role("button", name="Show").click()
    expect(names(page)).to_have_text(["SRV-002", "SRV-003"])
    page.get_by_role("button", name="Name SRV-002, SRV-003").click()
    expect(page.get_by_label("Name is one of")).to_have_value("SRV-002; SRV-003")
    page.get_by_role("link", name="Cancel").click()
    expect(names(page)).to_have_count(2)


def test_columns_are_chosen_and_moved(page):
    page.get_by_role("link", name="Columns").click()
    page.get_by_role("checkbox", name="Location").check()
    for _ in range(2):
        page.get_by_role("button", name="Status up", exact=True).click()
    expect(page.get_by_role("checkbox", name="Location")).to_be_checked()
    expect(page.locator(".order li").first).to_contain_text("Status")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("th[data-name] .words").first).to_have_text("Status")
    expect(page.get_by_role("columnheader", name="Location")).to_be_visible()


def test_one_searches_sorts_goes_on_and_edits(page):
    page.get_by_role("link", name="More …").click()
    expect(names(page)).to_have_text(["SRV-101", "SRV-102"])
    page.locator("#q").fill("00")
    page.locator("#q").press("Enter")
    page.get_by_role("link", name="Name").click()
    expect(names(page).first).to_have_text("SRV-100")
    page.get_by_role("link", name="SRV-100").click()
    page.get_by_role("link", name="Edit all").click()
    page.locator("[name=name]").fill("OTHER")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("OTHER")
    expect(page.get_by_role("heading", level=1)).to_contain_text("OTHER")


def test_nothing_dead_is_offered(page):
    for name in ("Details", "Narrow sidebar"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    expect(page.locator("#tick-all")).to_be_hidden()
    page.get_by_role("link", name="New system").click()
    page.locator("[name=name]").fill("NEW")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("New system: NEW")
    page.goto("/keys")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keys")
