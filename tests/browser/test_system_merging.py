"""Merging systems in a browser, by keyboard and without losing the way; no barrier."""

import pytest
from playwright.sync_api import expect

from app.models.systems import System
from app.services.reading import read_one
from tests.browser.test_pages import barriers
from tests.records import system

pytestmark = pytest.mark.browser


@pytest.fixture
def pair(server) -> tuple[int, int]:
    return system("BERLIN-DC01", status="Clean"), system("BERLIM-DC01", status="Compromised", is_vm=True)


def test_from_the_page_of_a_system_by_keyboard_and_back_by_one_undo(opened, pair):
    one, other = pair
    page = opened("alice", f"/systems/{other}")
    page.get_by_role("link", name="Merge into").press("Enter")
    expect(page.locator("#with")).to_be_focused()
    page.keyboard.type("berlin-dc0")
    expect(page.locator("#with-list [data-value]")).to_have_text(["BERLIN-DC01"])
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    stays = page.locator("dialog [name='choose.name']").first
    expect(stays).to_be_focused()
    expect(stays).to_have_attribute("aria-label", "Name of BERLIN-DC01: BERLIN-DC01")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/systems/{one}")
    expect(page.locator("h1")).to_contain_text("BERLIN-DC01")
    expect(page.locator("header .badge")).to_contain_text("Compromised")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("header .badge")).to_contain_text("Clean")
    page.goto(f"/systems/{other}")
    expect(page.locator("h1")).to_contain_text("BERLIM-DC01")


def test_two_ticked_rows_are_compared_and_the_other_one_can_stay(opened, pair):
    one, other = pair
    page = opened("alice", "/systems")
    for record in pair:
        page.locator(f"#system-{record} .tick input").check()
    page.locator("#bulk").get_by_role("button", name="More").click()
    page.locator("#bulk-menu").get_by_role("button", name="Merge").click()
    expect(page.locator("dialog thead th").first).to_have_text("BERLIN-DC01stays")
    page.get_by_role("link", name="Keep this one").click()
    expect(page.locator("dialog thead th").first).to_contain_text("BERLIM-DC01")
    page.locator("dialog").get_by_role("button", name="Merge").click()
    page.wait_for_url(f"**/systems/{other}")
    assert read_one(System, one, ["deleted_at"])["deleted_at"] is not None


def test_a_pair_that_is_told_apart_leaves_the_list(opened, pair):
    page = opened("alice", "/systems/duplicates")
    page.get_by_role("button", name="Not the same").click()
    expect(page.locator(".toast")).to_contain_text("are two systems")
    expect(page.locator(".pairs tbody")).to_have_count(0)
    page.get_by_role("link", name="Said to be two").click()
    expect(page.locator(".pairs tbody")).to_have_count(1)


def test_neither_the_list_nor_the_comparison_has_a_barrier(opened, pair):
    page = opened("alice", "/systems/duplicates", bypass_csp=True)
    found = barriers(page)
    page.get_by_role("link", name="Merge …").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert found + barriers(page) == []
