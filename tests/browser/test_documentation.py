"""Documentation and timeline in a real browser: written with a preview, moved from the keyboard, no barriers."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from app.models.accounts import Account
from app.models.lookups import Domain, Headline
from app.models.notes import Note, ReportItem
from app.models.tags import Tag
from app.models.timeline import TimelineEntry
from tests.browser.test_pages import barriers
from tests.records import change, make, system

pytestmark = pytest.mark.browser


def test_a_note_is_written_beside_its_preview_and_seen_by_others(opened, server):
    note = make(Note, title="Findings", content="first *words*")
    bob, alice = opened("bob", "/documentation"), opened("alice", "/documentation")
    item = bob.locator(f"#note-{note}")
    item.get_by_text("first words").click()
    editor = item.get_by_role("textbox", name="Content")
    expect(editor).to_be_focused()
    editor.fill("# Fresh\n\n**bold** now")
    expect(item.get_by_label("Preview").get_by_role("heading", name="Fresh")).to_be_visible()
    bob.keyboard.press("Control+Enter")
    expect(item.get_by_role("link", name="Version 2")).to_be_visible(timeout=4000)
    expect(bob.locator(f"#note-{note}-content")).to_be_focused()
    theirs = alice.locator(f"#note-{note}")
    expect(theirs.get_by_role("heading", name="Fresh")).to_be_visible(timeout=4000)


def test_an_open_text_survives_what_others_do_and_says_so_when_it_clashes(opened, server):
    note = make(Note, title="Findings", content="old")
    page = opened("bob", "/documentation")
    page.locator(f"#note-{note}-content").click()
    editor = page.get_by_role("textbox", name="Content")
    editor.fill("what bob typed")
    change(Note, note, by=1, content="theirs", title="Renamed")
    expect(page.locator("#live")).not_to_have_attribute("data-revision", "1", timeout=4000)
    expect(editor).to_have_value("what bob typed")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-conflict=content]")).to_contain_text("theirs")
    expect(page.get_by_role("textbox", name="Mine")).to_have_value("what bob typed")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator(f"#note-{note}-content")).to_have_text("what bob typed")
    expect(page.locator(f"#note-{note}-title")).to_have_text("Renamed", timeout=4000)


def test_items_are_moved_from_the_keyboard_and_the_focus_goes_along(opened, server):
    notes = [make(Note, title=title) for title in "ABC"]
    page = opened("bob", "/documentation")
    order = page.locator("article h3")
    page.get_by_role("button", name="Move A down").focus()
    for wanted in (["B", "A", "C"], ["B", "C", "A"]):
        page.keyboard.press("Enter")
        expect(order).to_have_text(wanted)
        expect(page.locator(f"#note-{notes[0]}-down")).to_be_focused()
    expect(page.get_by_role("navigation", name="Contents").get_by_role("listitem")).to_have_text(
        ["B", "C", "A"]
    )


def test_entries_are_added_line_by_line_and_a_double_keeps_what_was_typed(opened, server):
    system("SRV-1")
    page = opened("bob", "/timeline")
    line = page.get_by_role("form", name="Add an entry")
    line.get_by_role("combobox", name="System").fill("srv-1")
    line.get_by_role("textbox", name="Time").fill("2026-11-20 22:14:05.000123")
    line.get_by_role("textbox", name="Content").fill("logon")
    page.keyboard.press("Enter")
    expect(page.locator("#rows tr")).to_contain_text("2026-11-20 22:14:05.000123 UTC")
    expect(line.get_by_role("textbox", name="Time")).to_be_focused()
    expect(line.get_by_role("combobox", name="System")).to_have_value("srv-1")
    page.keyboard.type("2026-11-20 22:14:05.000123")
    line.get_by_role("textbox", name="Content").fill("logon")
    page.keyboard.press("Enter")
    expect(line.get_by_role("alert")).to_contain_text("already")
    page.locator("th[data-name=type] a").click()
    page.wait_for_url("**sort=type")
    expect(line.get_by_role("textbox", name="Content")).to_have_value("logon")
    line.get_by_role("link", name="Show it").click()
    expect(page.locator("[data-field=zone]")).to_have_text("UTC")


def test_these_pages_have_no_barrier(opened, server):
    srv, tag = system("SRV-1"), make(Tag, name="beacon", colour="red")
    text = (
        "# Seen\n\n- `10.0.0.1`\n- [link](https://example.com)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> said"
    )
    note = make(Note, title="Findings", content=text, tags=[tag])
    change(Note, note, content=text + "\n\nmore")
    make(ReportItem, system=srv, headline=make(Headline, name="Access"), content=text)
    at = dt.datetime(2026, 11, 20, 21, 14, 5, 123456, dt.UTC)
    entry = make(TimelineEntry, system=srv, time=at, content="logon", tags=[tag])
    account = make(Account, name="adm", domain=make(Domain, name="corp.example"), seen_on=[srv])
    page = opened("ada", "/documentation", bypass_csp=True)
    found = barriers(page)
    page.locator(f"#note-{note}-content").click(position={"x": 5, "y": 5})
    expect(page.get_by_role("textbox", name="Content")).to_be_focused()
    found += barriers(page)
    paths = (
        f"/notes/{note}",
        f"/notes/{note}/revisions",
        "/report-items/1",
        "/timeline",
        f"/timeline/{entry}",
    )
    for path in (*paths, "/accounts", f"/accounts/{account}", "/documentation?q=nothing", "/notes/new"):
        page.goto(path)
        found += barriers(page)
    assert "\n".join(found) == ""
