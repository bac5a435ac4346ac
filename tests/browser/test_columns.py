"""Columns in a real browser: moved by keys, wider and narrower, the same after a reload."""

import pytest
from playwright.sync_api import Page, expect

from tests.records import system

pytestmark = pytest.mark.browser


def width(page: Page, name: str) -> float:
    return page.locator(f"th[data-name={name}]").bounding_box()["width"]


def kept(page: Page):
    return page.expect_response(lambda answer: answer.url.endswith("/widths"))


def test_a_heading_is_dragged_wider_and_stays_so(opened, server):
    system("SRV-1")
    page = opened("bob", "/systems")
    before, other = width(page, "status"), width(page, "name")
    edge = page.locator("th[data-name=status] .grip").bounding_box()
    page.mouse.move(edge["x"] + 4, edge["y"] + 10)
    page.mouse.down()
    page.mouse.move(edge["x"] + 84, edge["y"] + 10, steps=5)
    with kept(page):
        page.mouse.up()
    assert abs(width(page, "status") - before - 80) <= 8
    assert abs(width(page, "name") - other) <= 4
    wide = width(page, "status")
    page.reload()
    assert width(page, "status") == wide


def test_shift_arrows_on_a_heading_change_its_width(opened, server):
    system("SRV-1")
    page = opened("bob", "/tags")
    page.locator("th[data-name=name] a").focus()
    before = width(page, "name")
    with kept(page):
        for _ in range(3):
            page.keyboard.press("Shift+ArrowLeft")
    assert abs(before - width(page, "name") - 48) <= 8
    assert page.locator("th[data-name=name] a").evaluate("heading => heading === document.activeElement")


def test_columns_are_moved_by_keys(opened, server):
    system("SRV-1")
    page = opened("bob", "/systems")
    page.get_by_role("link", name="Columns").click()
    lines = page.locator(".order li")
    expect(lines.nth(2)).to_contain_text("Status")
    for place in (1, 0):
        page.get_by_role("button", name="Status up", exact=True).press("Enter")
        expect(lines.nth(place)).to_contain_text("Status")
    page.get_by_role("button", name="Status down", exact=True).press("Enter")
    expect(lines.nth(1)).to_contain_text("Status")
    expect(page.get_by_role("button", name="Status down", exact=True)).to_be_focused()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("th[data-name]").nth(1)).to_contain_text("Status")
