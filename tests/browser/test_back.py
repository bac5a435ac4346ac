"""Back from the page of a record: the list is where it was, with its ticks."""

import pytest
from playwright.sync_api import Page, expect

from app.extensions import db
from app.models.systems import System
from app.services import changes, records
from app.services.drafts import Draft
from tests.records import remove

pytestmark = pytest.mark.browser


@pytest.fixture
def page(server, opened) -> Page:
    """A list of 450 systems, scrolled down to the 340th."""
    with changes.recording(None, "ui") as change_set:
        records.write(change_set, System, [Draft(values={"name": f"SRV-{n:03}"}) for n in range(1, 451)])
    db.session.commit()
    page = opened("bob", "/systems")
    for shown in range(150, 401, 50):
        page.locator("#more").scroll_into_view_if_needed()
        expect(page.locator("#rows tr[data-id]")).to_have_count(shown)
    row(page, 340).evaluate("row => row.scrollIntoView({ block: 'center' })")
    return page


def row(page: Page, number: int):
    return page.get_by_role("row").filter(has_text=f"SRV-{number:03}")


def top(page: Page, number: int) -> float:
    return row(page, number).bounding_box()["y"]


def tick(page: Page, *numbers: int) -> None:
    for number in numbers:
        row(page, number).get_by_role("checkbox").check()


def test_the_list_is_at_the_same_row_with_its_ticks(page):
    tick(page, 335, 341)
    before = top(page, 340)
    row(page, 340).get_by_role("link", name="SRV-340").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("SRV-340")
    page.go_back()
    expect(row(page, 340)).to_be_in_viewport(timeout=20_000)
    expect(page.locator("#ticked")).to_have_text("2 selected")
    assert abs(top(page, 340) - before) <= 1
    for number, is_ticked in ((335, True), (340, False), (341, True)):
        assert row(page, number).get_by_role("checkbox").is_checked() is is_ticked
    expect(row(page, 340).locator("td.lead")).to_be_focused()
    page.locator("#more").scroll_into_view_if_needed()
    expect(page.locator("#rows tr[data-id]")).to_have_count(450)


def test_it_is_so_after_a_reload_and_when_rows_above_are_gone(page):
    before = top(page, 340)
    remove(System, *range(1, 11))
    expect(page.locator("#rows tr[data-id]")).to_have_count(390)
    assert abs(top(page, 340) - before) <= 1
    remove(System, *range(11, 21))
    page.reload()
    expect(row(page, 340)).to_be_in_viewport(timeout=20_000)
    assert abs(top(page, 340) - before) <= 1
    expect(page.locator("#bulk")).to_be_hidden()


def test_back_from_a_filter_shows_the_list_as_it_was(page):
    tick(page, 338)
    before = top(page, 340)
    page.locator("#q").fill("srv-00")
    expect(page.locator("#rows tr[data-id]")).to_have_count(9)
    expect(page.locator("#bulk")).to_be_hidden()
    page.go_back()
    expect(row(page, 340)).to_be_in_viewport(timeout=20_000)
    expect(page.locator("#ticked")).to_have_text("1 selected")
    assert abs(top(page, 340) - before) <= 1


def test_a_link_to_the_list_begins_at_its_top(page):
    tick(page, 340)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Systems").click()
    expect(row(page, 1)).to_be_in_viewport(timeout=20_000)
    expect(page.locator("#bulk")).to_be_hidden()
