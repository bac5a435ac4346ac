"""The grid in a real browser: by keyboard, by two people at once, with much in it."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.extensions import db
from app.models.systems import System
from app.services import changes, records
from app.services.drafts import Draft
from app.services.reading import read_one
from tests.records import change, make, remove

pytestmark = pytest.mark.browser


@pytest.fixture
def systems(server) -> list[int]:
    """Five systems."""
    return [make(System, name=f"SRV-{n}") for n in range(1, 6)]


def cell(page: Page, system: int, name: str):
    return page.locator(f"#system-{system} td[data-field={name}]")


def stored(system: int, name: str):
    db.session.rollback()
    return read_one(System, system, [name])[name]


def is_live(page: Page) -> None:
    expect(page.locator("[data-live]")).to_have_attribute("data-live", "live")


def test_a_status_is_changed_by_keyboard_alone(opened, systems):
    page = opened("bob", "/systems")
    cell(page, systems[0], "name").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(cell(page, systems[1], "status")).to_be_focused()
    page.keyboard.type("clea")
    page.keyboard.press("Enter")
    expect(cell(page, systems[1], "status")).to_have_text("Clean")
    expect(cell(page, systems[1], "status")).to_be_focused()
    expect(page.locator(".toast")).to_contain_text("SRV-2: Status Unknown → Clean")
    assert stored(systems[1], "status").name == "Clean"


def test_keys_typed_before_the_editor_is_there_are_kept(opened, systems):
    page = opened("bob", "/systems")
    cell(page, systems[0], "name").focus()
    page.keyboard.type("A longer name")
    page.keyboard.press("Tab")
    expect(cell(page, systems[0], "name")).to_have_text("A longer name")
    expect(cell(page, systems[0], "priority")).to_be_focused()


def test_escape_leaves_the_cell_as_it_was(opened, systems):
    page = opened("bob", "/systems")
    cell(page, systems[0], "name").focus()
    page.keyboard.press("F2")
    expect(page.locator("form.editor .seen")).to_be_focused()
    page.keyboard.type("nonsense")
    page.keyboard.press("Escape")
    expect(cell(page, systems[0], "name")).to_have_text("SRV-1")
    expect(cell(page, systems[0], "name")).to_be_focused()


def test_tags_are_typed_and_created(opened, systems):
    page = opened("bob", "/systems")
    cell(page, systems[0], "tags").click()
    for word in ("lsass", "a.exe"):
        page.keyboard.type(word)
        expect(page.locator(".options:popover-open")).to_contain_text(f"Create “{word}”")
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(cell(page, systems[0], "tags")).to_have_text("a.exelsass")
    page.keyboard.press("Enter")
    expect(page.locator("form.editor .seen")).to_be_focused()
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(cell(page, systems[0], "tags")).to_have_text("a.exe")


def test_a_refused_save_stays_in_the_editor(opened, systems):
    page = opened("bob", "/systems")
    cell(page, systems[0], "name").focus()
    page.keyboard.type("srv-2")
    page.keyboard.press("Enter")
    expect(page.locator(".problem")).to_contain_text("is taken by SRV-2")
    expect(page.locator("form.editor .seen")).to_have_value("srv-2")


def test_a_colleagues_change_spares_the_open_editor_and_says_who(opened, systems):
    page = opened("bob", "/systems")
    is_live(page)
    cell(page, systems[0], "name").focus()
    page.keyboard.press("Enter")
    expect(page.locator("form.editor .seen")).to_be_focused()
    page.keyboard.type("MINE")
    change(System, systems[0], by=1, name="THEIRS", status="Clean")
    expect(cell(page, systems[0], "status")).to_have_text("Clean", timeout=3000)
    expect(page.locator("form.editor")).to_have_attribute("data-ui-stale", re.compile("since you opened it"))
    page.keyboard.type("-STILL")
    expect(page.locator("form.editor .seen")).to_have_value("MINE-STILL")


def test_both_texts_of_a_conflict_are_shown_and_one_is_kept(opened, systems):
    page = opened("bob", "/systems")
    cell(page, systems[0], "name").focus()
    page.keyboard.press("Enter")
    expect(page.locator("form.editor .seen")).to_be_focused()
    change(System, systems[0], by=1, name="THEIRS")
    page.keyboard.type("MINE")
    page.keyboard.press("Enter")
    conflict = page.locator("[data-conflict=name]")
    expect(conflict.locator("[data-theirs]")).to_have_text("THEIRS")
    expect(conflict.locator(".seen")).to_have_value("MINE")
    page.get_by_role("button", name="Keep mine").click()
    expect(cell(page, systems[0], "name")).to_have_text("MINE")
    assert stored(systems[0], "name") == "MINE"


def test_taking_theirs_shows_what_is_stored(opened, systems):
    page = opened("bob", "/systems")
    cell(page, systems[0], "name").focus()
    page.keyboard.press("Enter")
    expect(page.locator("form.editor .seen")).to_be_focused()
    change(System, systems[0], by=1, name="THEIRS")
    page.keyboard.type("MINE")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take theirs").click()
    expect(cell(page, systems[0], "name")).to_have_text("THEIRS")


def test_new_rows_are_announced_and_deleted_ones_go(opened, systems):
    page = opened("bob", "/systems")
    is_live(page)
    make(System, name="AAA")
    expect(page.locator("#announce")).to_have_text("1 new · show", timeout=3000)
    remove(System, systems[0])
    expect(page.locator(f"#system-{systems[0]}")).to_have_count(0, timeout=3000)
    page.locator("#announce").click()
    expect(page.locator("#rows tr").first).to_contain_text("AAA")


def test_many_rows_are_ticked_previewed_and_changed(opened, systems):
    page = opened("bob", "/systems")
    cell(page, systems[0], "name").focus()
    page.keyboard.press("Space")
    page.locator(f"#system-{systems[2]} .tick input").click(modifiers=["Shift"])
    expect(page.locator("#ticked")).to_have_text("3 selected")
    page.get_by_role("button", name="Status", exact=True).click()
    expect(page.locator("#bulk-value")).to_be_focused()
    page.keyboard.type("Clean")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview]")).to_contain_text("3 of 3 change")
    page.locator("[data-apply]").click()
    expect(cell(page, systems[2], "status")).to_have_text("Clean", timeout=3000)
    expect(cell(page, systems[3], "status")).to_have_text("Unknown")
    expect(page.locator("#bulk")).to_be_hidden()


def test_the_fields_that_many_rows_get_are_chosen_in_the_dialog(opened, systems):
    page = opened("bob", "/systems")
    cell(page, systems[0], "name").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Change fields").click()
    expect(page.locator("#to-status")).to_be_focused()
    page.locator("#to-location").fill("Berlin")
    expect(page.locator("[name='how.location']")).to_have_value("set")
    page.locator("#to-tags").focus()
    expect(page.locator("[data-preview]")).to_contain_text("1 of 1 change: Location of 1")
    page.locator("[name='how.reason']").select_option("empty")
    expect(page.locator("[data-preview]")).to_contain_text("1 of 1 change: Location of 1")
    page.locator("[data-apply]").click()
    expect(page.locator("#bulk")).to_be_hidden()
    assert stored(systems[0], "location").name == "Berlin"


def test_an_ended_session_loses_nothing_that_was_typed(opened, systems):
    page = opened("bob", "/systems")
    cell(page, systems[0], "name").focus()
    page.keyboard.press("Enter")
    expect(page.locator("form.editor .seen")).to_be_focused()
    page.keyboard.type("TYPED")
    page.context.clear_cookies()
    dialog = page.locator("dialog[data-login]")
    expect(dialog).to_be_visible(timeout=5000)
    dialog.locator("[name=username]").fill("bob")
    dialog.locator("[name=password]").fill("correct horse battery staple")
    dialog.locator("[name=password]").press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator("form.editor .seen")).to_have_value("TYPED")
    page.locator("form.editor .seen").press("Enter")
    expect(cell(page, systems[0], "name")).to_have_text("TYPED")


def test_rows_load_as_one_scrolls(opened, server):
    with changes.recording(None, "ui") as change_set:
        records.write(change_set, System, [Draft(values={"name": f"SRV-{n}"}) for n in range(250)])
    db.session.commit()
    page = opened("bob", "/systems")
    expect(page.locator("#rows tr[data-id]")).to_have_count(100)
    for shown in (150, 200, 250):
        page.locator("#more").scroll_into_view_if_needed()
        expect(page.locator("#rows tr[data-id]")).to_have_count(shown)


def test_filters_sorting_and_search_are_in_the_address(opened, systems):
    change(System, systems[0], status="Clean")
    page = opened("bob", "/systems")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.locator("#filter-menu").get_by_role("button", name="Status", exact=True).click()
    page.locator("dialog[open] fieldset").first.get_by_label("Clean").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#rows tr[data-id]")).to_have_count(1)
    expect(page).to_have_url(re.compile("status=id"))
    page.go_back()
    expect(page.locator("#rows tr[data-id]")).to_have_count(5)
    page.locator("#q").fill("srv-3")
    expect(page.locator("#rows tr[data-id]")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=srv-3"))


def test_a_field_is_edited_on_the_page_of_its_record(opened, systems):
    page = opened("bob", f"/systems/{systems[0]}")
    is_live(page)
    page.locator(".place[data-field=location]").click()
    expect(page.locator("form.editor .seen")).to_be_focused()
    page.keyboard.type("Berlin")
    expect(page.locator(".options:popover-open")).to_contain_text("Create “Berlin”")
    page.keyboard.press("Enter")
    expect(page.locator(".place[data-field=location]")).to_have_text("Berlin")
    change(System, systems[0], by=1, status="Clean")
    expect(page.locator(".place[data-field=status]")).to_have_text("Clean", timeout=3000)
    expect(page.locator(".place[data-field=location]")).to_have_text("Berlin")
    page.keyboard.press("Control+z")
    expect(page.locator(".place[data-field=location]")).to_have_text("—", timeout=3000)


def test_shift_adds_a_second_key_to_sort_by(opened, systems):
    for system, status in zip(systems, ("Clean", "Unknown", "Clean", "Unknown", "Clean"), strict=True):
        change(System, system, status=status)
    page = opened("bob", "/systems")
    page.get_by_role("columnheader", name="Status", exact=True).locator("a").click()
    expect(page).to_have_url(re.compile("sort=status"))
    page.locator("th[data-name=name] a").click(modifiers=["Shift"])
    expect(page).to_have_url(re.compile("sort=status,name"))
    page.locator("th[data-name=name] a").press("Shift+Enter")
    expect(page).to_have_url(re.compile("sort=status,-name"))
    expect(page.locator("th[data-name=name] a")).to_be_focused()
    expect(page.locator("#rows tr td.lead")).to_have_text(["SRV-4", "SRV-2", "SRV-5", "SRV-3", "SRV-1"])
