"""The first night: the classic sheet comes in, two people work on it, the next morning's list comes on top."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.extensions import db
from app.models.systems import System
from app.services import lookups

pytestmark = pytest.mark.browser
SAMPLES = Path(__file__).parent.parent / "samples"


def preview(page: Page, file: Path) -> None:
    """Hand a file in and accept every proposal unchanged."""
    page.goto("/imports/new")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator("h1")).to_contain_text(f"Import {file.name}")
    expect(page.locator(".tile").first).to_be_visible()


def tiles(page: Page) -> dict[str, int]:
    """The counts of a preview, by their first word."""
    texts = [
        (tile.locator("b").inner_text(), tile.locator("span").inner_text())
        for tile in page.locator(".tile").all()
    ]
    return {words.split()[0].rstrip(","): int(number.replace(",", "")) for number, words in texts}


def apply(page: Page) -> None:
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name="Show systems")).to_be_visible()


def id_of(name: str) -> int:
    db.session.rollback()
    return lookups.find(System, [name])[name]


def cell(page: Page, system: int, name: str):
    return page.locator(f"#system-{system} td[data-field={name}]")


def test_the_spreadsheet_becomes_a_live_shared_undoable_list(opened, tmp_path):
    page = opened("alice", "/systems")
    expect(page.get_by_text("Import your spreadsheet")).to_be_visible()
    preview(page, SAMPLES / "spreadsheet-of-doom.xlsx")
    assert tiles(page)["new"] == 26
    apply(page)

    system = id_of("SV-WIN-948")
    page.goto("/systems")
    other = opened("bob", "/systems")
    expect(other.locator("[data-live]")).to_have_attribute("data-live", "live")
    cell(other, system, "assigned_to").click()
    other.keyboard.type("bo")
    cell(page, system, "name").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("ready")
    page.keyboard.press("Enter")
    expect(cell(page, system, "analysis_status")).to_have_text("Ready for analysis")
    expect(cell(other, system, "analysis_status")).to_have_text("Ready for analysis", timeout=5000)
    expect(other.locator("form.editor .seen")).to_have_value("bo")
    other.keyboard.press("Escape")

    page.keyboard.press("Control+z")
    expect(cell(page, system, "analysis_status")).to_have_text("—")

    preview(page, SAMPLES / "next-morning.csv")
    counted = tiles(page)
    assert (counted["new"], counted["changed"], counted["faulty"]) == (2, 3, 2)
    expect(page.get_by_text("1 differs, kept")).to_be_visible()
    apply(page)
    page.goto("/systems")
    expect(cell(page, system, "status")).to_have_text("Clean")
    page.goto("/activity")
    undo = page.locator("article.set").filter(has_text="next-morning.csv").get_by_role("button", name="Undo")
    undo.click()
    page.locator("dialog[open] button.primary").click()
    expect(page.locator("article.set").first).to_contain_text("Undo")
    page.goto("/systems")
    expect(cell(page, system, "status")).to_have_text("Unknown")

    page.goto("/systems/export")
    page.get_by_label("all fields").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel workbook").click()
    sheet = tmp_path / "again.xlsx"
    download.value.save_as(sheet)
    preview(page, sheet)
    counted = tiles(page)
    assert (counted["new"], counted["changed"], counted["the"]) == (0, 0, 26)
