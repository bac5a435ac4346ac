"""The global search by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.models.cases import Case
from app.models.lookups import Ip
from app.models.tags import Tag
from tests.records import make, system


@pytest.fixture
def dc(server) -> int:
    system("SRV-DC-02")
    make(Tag, name="dc-tools")
    return system("SRV-DC-01", ips=[make(Ip, name="10.7.7.7")])


def chosen(page: Page):
    return page.locator("#found [aria-selected=true]")


def test_ctrl_k_finds_goes_through_the_hits_and_opens_one(opened, dc):
    page = opened("bob", "/systems")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search everything")
    expect(field).to_be_focused()
    page.keyboard.type("dc-")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(chosen(page)).to_contain_text("SRV-DC-01")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_contain_text("SRV-DC-02")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_contain_text("dc-tools")
    expect(field).to_have_attribute("aria-activedescendant", chosen(page).get_attribute("id"))
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_contain_text("SRV-DC-01")
    page.keyboard.press("Escape")
    expect(page.locator("#found")).to_be_hidden()
    expect(field).to_be_focused()
    field.fill("10.7.7")
    expect(chosen(page)).to_contain_text("IPs: 10.7.7.7")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/systems/{dc}")


def test_enter_before_the_answer_leads_to_the_page_of_all_hits(opened, dc):
    page = opened("bob", "/tags")
    page.route(
        "**/search?q=*", lambda route: route.continue_() if route.request.is_navigation_request() else None
    )
    page.keyboard.press("Control+k")
    page.keyboard.type("dc-01")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=dc-01")
    expect(page.get_by_role("heading", level=1)).to_have_text("“dc-01”")
    expect(page.get_by_role("link", name="SRV-DC-01")).to_be_visible()


def test_the_case_of_the_top_bar_narrows_the_search(opened, dc):
    case = make(Case, name="Gutenberg")
    system("SRV-DC-03", cases=[case])
    page = opened("bob", "/systems")
    page.get_by_role("button", name="Case all").click()
    page.get_by_role("link", name="Gutenberg").click()
    page.wait_for_url("**/systems?*cases=*")
    page.keyboard.press("Control+k")
    page.keyboard.type("srv-dc")
    expect(page.locator("#found a")).to_have_text(re.compile("SRV-DC-03"))
    page.keyboard.press("Control+A")
    page.keyboard.type("srv-dc-02")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=srv-dc-02&cases=*")
    page.get_by_role("link", name="Search all cases").click()
    expect(page.get_by_role("link", name="SRV-DC-02")).to_be_visible()


def test_a_slash_outside_of_a_list_searches_everything(opened, dc):
    page = opened("bob", f"/systems/{dc}")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search everything")).to_be_focused()


def test_a_hit_is_opened_by_a_click(opened, dc):
    page = opened("bob", "/systems")
    page.keyboard.press("Control+k")
    page.keyboard.type("srv-dc-02")
    page.get_by_role("option", name="SRV-DC-02").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("SRV-DC-02")
