"""Two people in one list see each other, and who is in which row."""

import re

import pytest
from playwright.sync_api import expect

from tests.records import system

pytestmark = pytest.mark.browser


def test_two_people_see_each_other_and_the_row_that_is_edited(opened, server):
    srv = system("SRV-1")
    alice, bob = opened("alice", "/systems"), opened("bob", "/systems")
    expect(alice.locator("#presence .avatar")).to_have_attribute("title", "bob is here", timeout=4000)
    expect(bob.locator("#presence .avatar")).to_have_text("AL", timeout=4000)
    bob.locator(f"#system-{srv} td[data-field=domain]").click()
    row = alice.locator(f"#system-{srv}")
    expect(row).to_have_attribute("data-ui-edits", "bob is editing", timeout=4000)
    bob.keyboard.press("Escape")
    expect(row).not_to_have_attribute("data-ui-edits", re.compile(".*"), timeout=8000)
