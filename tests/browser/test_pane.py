"""The pane beside the list in a real browser."""

import pytest
from playwright.sync_api import expect

from app.models.systems import System
from tests.records import change, system

pytestmark = pytest.mark.browser


def test_the_pane_follows_the_cursor_and_never_takes_the_focus(opened, server):
    one, two = system("SRV-1", uuid="first"), system("SRV-2", uuid="second")
    page = opened("bob", "/systems")
    pane = page.locator("#pane")
    expect(pane).to_be_hidden()
    page.get_by_role("button", name="Details", exact=True).click()
    page.locator(f"#system-{one} td[data-field=status]").focus()
    expect(pane).to_contain_text("first")
    page.keyboard.press("ArrowDown")
    expect(pane).to_contain_text("second")
    expect(page.locator(f"#system-{two} td[data-field=status]")).to_be_focused()
    change(System, two, by=1, status="Compromised")
    expect(pane.locator("[data-shows=status]")).to_have_text("Compromised", timeout=4000)
    page.reload()
    expect(pane.get_by_role("heading", name="SRV-2")).to_be_visible()
    pane.get_by_role("button", name="Close the details").click()
    expect(pane).to_be_hidden()
    page.reload()
    expect(page.locator("#rows tr[data-id]")).to_have_count(2)
    expect(pane).to_be_hidden()
