"""The first night: Spoor is started, the classic sheet comes in, two people work on it, and in the
next morning another list comes on top. With `SPOOR_TEST_PICTURES=docs/screenshots` it takes the README's pictures.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.databases import PASSWORD
from tests.running import Spoor

pytestmark = pytest.mark.browser
SAMPLES = Path(__file__).parent.parent / "samples"
PICTURES = os.environ.get("SPOOR_TEST_PICTURES")
SOON = 1500
"""Milliseconds until a colleague sees a change."""


@pytest.fixture
def address(tmp_path) -> str:
    """A fresh installation with an administrator and bob, an analyst."""
    spoor = Spoor(tmp_path / "data", SPOOR_ADMIN_PASSWORD=PASSWORD).ready()
    spoor.command("user", "create", "bob", "--role", "analyst", "--password", PASSWORD)
    yield f"http://127.0.0.1:{spoor.port}"
    spoor.clear_away()


def picture(page: Page, name: str) -> None:
    """Take a picture for the README, light and dark, if somebody asked for it."""
    if PICTURES:
        expect(page.locator("[data-ui-flash], .toast")).to_have_count(0, timeout=20_000)
        page.evaluate("document.querySelector('#scroll')?.scrollTo(0, 0)")
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{PICTURES}/{name}-{scheme}.png")


def preview(page: Page, file: Path) -> dict[str, int]:
    """Hand a file in, accept every proposal unchanged; the counts of the preview by their first word."""
    page.goto("/imports/new")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator("h1")).to_contain_text(f"Import {file.name}")
    expect(page.locator(".tile").first).to_be_visible()
    tiles = page.locator(".tile").all()
    texts = [(tile.locator("b").inner_text(), tile.locator("span").inner_text()) for tile in tiles]
    return {words.split()[0].rstrip(","): int(number.replace(",", "")) for number, words in texts}


def apply(page: Page) -> None:
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name="Show systems")).to_be_visible()


def cell(page: Page, system: str, field: str) -> Locator:
    """A cell of the grid, by the system's name."""
    row = page.locator("#rows tr").filter(has=page.get_by_role("link", name=system, exact=True))
    return row.locator(f"td[data-field={field}]")


def go_to(page: Page, system: str, columns: int) -> None:
    """From the search to a row and so many columns to the right, by keyboard alone."""
    page.keyboard.press("/")
    page.keyboard.type(system)
    expect(page.locator("#rows tr[data-id]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    for _ in range(columns):
        page.keyboard.press("ArrowRight")


def test_the_spreadsheet_becomes_a_live_shared_undoable_list(address, visit, tmp_path):
    page = visit(address, "admin", "/systems")
    expect(page.get_by_text("Import your spreadsheet")).to_be_visible()
    counts = preview(page, SAMPLES / "spreadsheet-of-doom.xlsx")
    assert (counts["new"], counts.get("faulty", 0)) == (26, 0)
    apply(page)

    page.goto("/systems")
    other = visit(address, "bob", "/systems")
    two_people_work_on_it(page, other)
    other.goto("/login")

    counts = preview(page, SAMPLES / "next-morning.csv")
    assert (counts["new"], counts["changed"], counts["faulty"]) == (2, 3, 2)
    expect(page.get_by_text("1 differs, kept")).to_be_visible()
    picture(page, "import")
    apply(page)
    page.goto("/systems")
    expect(cell(page, "SV-WIN-948", "status")).to_have_text("Clean")
    page.goto("/activity")
    import_ = page.locator("article.set").filter(has_text="next-morning.csv")
    import_.get_by_role("button", name="Undo").click()
    page.locator("dialog[open] button.primary").click()
    expect(page.locator("article.set").first).to_contain_text("Undo")
    page.goto("/systems")
    expect(cell(page, "SV-WIN-948", "status")).to_have_text("Unknown")
    expect(page.get_by_role("link", name="SV-WIN-949", exact=True)).to_have_count(0)

    sheet = tmp_path / "again.xlsx"
    page.goto("/systems/export")
    page.get_by_label("all fields").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel workbook").click()
    download.value.save_as(sheet)
    counts = preview(page, sheet)
    assert (counts["new"], counts["changed"], counts["the"]) == (0, 0, 26)


def two_people_work_on_it(page: Page, other: Page) -> None:
    """A change by keyboard alone is seen while the other types; both edit one cell; Ctrl-Z; tags."""
    expect(other.locator("[data-live]")).to_have_attribute("data-live", "live")
    cell(other, "SV-WIN-948", "assigned_to").click()
    other.keyboard.type("bo")
    go_to(page, "SV-WIN-948", columns=3)
    page.keyboard.type("ready")
    page.keyboard.press("Enter")
    expect(cell(page, "SV-WIN-948", "analysis_status")).to_have_text("Ready for analysis")
    expect(cell(other, "SV-WIN-948", "analysis_status")).to_have_text("Ready for analysis", timeout=SOON)
    expect(other.locator("form.editor .seen")).to_have_value("bo")
    other.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(cell(page, "SV-WIN-948", "analysis_status")).to_have_text("—")

    for who, text in ((page, "SV-WIN-948-A"), (other, "SV-WIN-948-B")):
        cell(who, "SV-WIN-948", "name").focus()
        who.keyboard.press("F2")
        expect(who.locator("form.editor .seen")).to_be_focused()
        who.locator("form.editor .seen").fill(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="SV-WIN-948-A", exact=True)).to_be_visible()
    other.keyboard.press("Enter")
    conflict = other.locator("[data-conflict=name]")
    expect(conflict.locator("[data-theirs]")).to_have_text("SV-WIN-948-A")
    expect(conflict.locator(".seen")).to_have_value("SV-WIN-948-B")
    other.get_by_role("button", name="Keep mine").click()
    expect(other.get_by_role("link", name="SV-WIN-948-B", exact=True)).to_be_visible()
    other.keyboard.press("Control+z")
    expect(other.get_by_role("link", name="SV-WIN-948-A", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="SV-WIN-948-A", exact=True)).to_be_visible()
    page.keyboard.press("Control+z")
    expect(other.get_by_role("link", name="SV-WIN-948", exact=True)).to_be_visible()

    page.locator("#q").fill("")
    for system in ("SV-DC-01", "SV-WIN-948"):
        cell(page, system, "tags").focus()
        page.keyboard.type("Tier 0; lateral")
        expect(page.locator(".options")).to_contain_text("Tier 0; lateral")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(cell(page, system, "tags")).to_contain_text("Tier 0; lateral")
    picture(page, "systems")
    page.get_by_role("link", name="SV-DC-01", exact=True).click()
    expect(page.locator("h1")).to_contain_text("SV-DC-01")
    picture(page, "system")
    page.go_back()
