"""The numbers in the frame follow what others do."""

from playwright.sync_api import expect

from app.models.systems import System
from app.services import users
from tests.records import change, system


def test_counts_and_notices_follow_and_a_read_notice_goes(opened):
    srv = system("SRV-1")
    page = opened("bob", "/systems")
    expect(page.locator("#count-systems")).to_have_text("1")
    expect(page.locator("#unread")).to_be_empty()
    page.wait_for_function("() => document.querySelector('.live')?.dataset.live === 'live'")
    system("SRV-2")
    change(System, srv, by=users.id_of("alice"), assigned_to=users.id_of("bob"))
    expect(page.locator("#count-systems")).to_have_text("2")
    expect(page.locator("#unread")).to_have_text("1")
    page.get_by_role("link", name="Notices").click()
    page.get_by_role("button", name="Mark as read: alice assigned SRV-1 to you").click()
    expect(page.locator("#unread")).to_be_empty()
    expect(page.get_by_role("button", name="Mark as read")).to_have_count(0)
    page.get_by_role("link", name="alice assigned SRV-1 to you").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("SRV-1")
