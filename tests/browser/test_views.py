"""Saved views in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.records import system

pytestmark = pytest.mark.browser


def test_a_filtered_list_is_kept_and_found_again(opened, server):
    system("SRV-1", status="Clean")
    system("SRV-2")
    page = opened("bob", "/systems")
    page.goto("/systems?status=Clean&sort=-name")
    page.get_by_role("button", name="Save view").click()
    expect(page.locator("#view-name")).to_be_focused()
    page.keyboard.type("The clean ones")
    page.keyboard.press("Enter")
    tab = page.get_by_role("link", name="The clean ones")
    expect(tab).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.locator("#rows tr[data-id]")).to_have_count(2)
    expect(tab).not_to_have_attribute("aria-current", "page")
    tab.click()
    expect(page.locator("#rows tr[data-id]")).to_have_count(1)
    expect(page).to_have_url(re.compile("status=Clean.*sort=-name"))
    expect(tab).to_have_attribute("aria-current", "page")
