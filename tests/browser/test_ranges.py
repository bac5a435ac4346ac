"""Ranges of cells in a real browser: selected by keys and mouse, copied, pasted, previewed; and the keys."""

import pytest
from playwright.sync_api import Page, expect

from app.extensions import db
from app.models.systems import System
from app.models.tags import Tag
from app.services.reading import read_one
from tests.records import change, make, system

pytestmark = pytest.mark.browser


@pytest.fixture
def systems(server) -> list[int]:
    """Four systems."""
    return [system(f"SRV-{n}") for n in range(1, 5)]


def cell(page: Page, record: int, name: str):
    return page.locator(f"#system-{record} td[data-field={name}]")


def stored(record: int, name: str):
    db.session.rollback()
    found = read_one(System, record, [name])[name]
    return getattr(found, "name", found)


def opened_list(opened, path: str = "/systems") -> Page:
    page = opened("bob", path)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(page.locator("#rows tr[data-id]").first).to_be_visible()
    return page


def clipboard(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def put(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)


def test_a_range_is_copied_as_a_spreadsheet_takes_it(opened, systems):
    change(System, systems[0], status="Clean", tags=[make(Tag, name="red"), make(Tag, name="blue")])
    page = opened_list(opened, "/systems?columns=name,status,tags")
    cell(page, systems[0], "name").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(f"Shift+{key}")
    expect(page.locator("[data-ui-range]")).to_have_count(6)
    page.keyboard.press("Control+c")
    assert clipboard(page) == "SRV-1\tClean\tblue; red\nSRV-2\tUnknown\t"
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-ui-range]")).to_have_count(0)


def test_shift_click_selects_up_to_a_cell(opened, systems):
    page = opened_list(opened)
    cell(page, systems[0], "priority").focus()
    cell(page, systems[2], "status").click(modifiers=["Shift"])
    expect(page.locator("[data-ui-range]")).to_have_count(6)
    expect(page.locator("form.editor")).to_have_count(0)
    cell(page, systems[1], "name").locator("a").click(modifiers=["Shift"])
    expect(page.locator("[data-ui-range]")).to_have_count(4)
    assert len(page.context.pages) == 1


def test_a_block_for_one_row_is_pasted_at_once_and_undone(opened, systems):
    page = opened_list(opened)
    put(page, "Clean\tNeeds analysis\tbob")
    cell(page, systems[1], "status").focus()
    page.keyboard.press("Control+v")
    expect(cell(page, systems[1], "assigned_to")).to_have_text("bob")
    expect(cell(page, systems[1], "status")).to_have_text("Clean")
    expect(cell(page, systems[1], "status")).to_be_focused()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(cell(page, systems[1], "status")).to_have_text("Unknown")


def test_a_block_for_several_rows_asks_first_and_names_what_is_faulty(opened, systems):
    page = opened_list(opened)
    put(page, "Clean\nNonsense\nCompromised")
    cell(page, systems[0], "status").focus()
    page.keyboard.press("Control+v")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("[data-preview]")).to_contain_text("2 cells of 2 systems change, 1 can't be pasted")
    expect(dialog.locator("tr.faulty")).to_contain_text("there is no system status")
    assert stored(systems[0], "status") == "Unknown"
    dialog.get_by_role("button", name="Change 2 cells").click()
    expect(cell(page, systems[2], "status")).to_have_text("Compromised")
    expect(page.locator("dialog[open]")).to_contain_text("2 done, 1 left as they are")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert [stored(i, "status") for i in systems] == ["Clean", "Unknown", "Compromised", "Unknown"]


def test_mine_is_kept_over_a_colleagues_change(opened, systems):
    page = opened_list(opened)
    put(page, "Clean\nClean")
    page.route("**/systems?*since=*", lambda route: route.fulfill(status=204))  # the list is a moment behind
    change(System, systems[1], by=1, status="Compromised")
    cell(page, systems[0], "status").focus()
    page.keyboard.press("Control+v")
    box = page.get_by_label("keep mine")
    expect(page.get_by_role("button", name="Change 1 cell")).to_be_visible()
    box.check()
    expect(page.get_by_role("button", name="Change 2 cells")).to_be_visible()
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    page.unroute_all()
    page.get_by_role("button", name="Change 2 cells").click()
    expect(cell(page, systems[1], "status")).to_have_text("Clean")


def test_one_value_fills_the_selected_cells(opened, systems):
    page = opened_list(opened)
    put(page, "Clean")
    cell(page, systems[0], "status").focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+v")
    page.get_by_role("button", name="Change 3 cells").click()
    expect(cell(page, systems[2], "status")).to_have_text("Clean")
    expect(cell(page, systems[3], "status")).to_have_text("Unknown")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_g_grabs_from_the_name_and_alt_g_anywhere(opened, systems):
    page = opened_list(opened)
    cell(page, systems[0], "name").focus()
    page.keyboard.type("gateway")
    expect(cell(page, systems[0], "assigned_to")).to_have_text("bob")
    expect(page.locator("form.editor")).to_have_count(0)
    cell(page, systems[1], "domain").focus()
    page.keyboard.press("Alt+g")
    expect(cell(page, systems[1], "assigned_to")).to_have_text("bob")
    page.locator(f"#system-{systems[2]} .tick input").focus()
    page.keyboard.press("g")
    expect(cell(page, systems[2], "assigned_to")).to_have_text("bob")


def test_a_question_mark_opens_the_keys_and_escape_closes_them(opened, systems):
    page = opened_list(opened)
    cell(page, systems[0], "status").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(cell(page, systems[0], "status")).to_be_focused()
