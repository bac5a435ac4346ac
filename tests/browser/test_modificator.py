"""Bulk edits in a browser: few actions, no page load, nothing applied that was not previewed; without scripts too."""

import re

import pytest
from playwright.sync_api import expect

from app.models.systems import System
from app.services.reading import read
from tests.browser.hands import Hands
from tests.records import change, make, system

pytestmark = pytest.mark.browser


def statuses(ids: list[int]) -> set[str]:
    return {row["status"].name for row in read(System, ids, ["status"])}


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_the_status_of_thirty_systems_named_in_an_e_mail(opened, size):
    ids = [system(f"SRV-{n:02}") for n in range(40)]
    page = opened("bob", "/systems", viewport=dict(zip(("width", "height"), size, strict=True)))
    hands = Hands(page)
    hands.click(page.get_by_role("button", name="Paste names"))
    hands.click(page.get_by_role("link", name="Find or change the systems that are named"))
    expect(page.locator("#names")).to_be_focused()
    hands.paste("\n".join(f"srv-{n:02}.corp.example.com" for n in range(30)))
    expect(page.locator("#answer")).to_contain_text("Show 30 systems")
    hands.click(page.get_by_role("button", name="Change these"))
    expect(page.get_by_role("heading", name="Change 30 systems")).to_be_visible()
    expect(page.locator("#to-status")).to_be_focused()
    hands.type("Compromised")
    expect(page.get_by_role("option", name="Compromised")).to_have_attribute("aria-selected", "true")
    hands.press("Enter")
    expect(page.locator("[data-preview]")).to_contain_text("30 of 30 change: Status of 30")
    hands.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Set Status of 30 systems")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(f"#system-{ids[0]} [data-field=status]")).to_have_text("Compromised", timeout=3000)
    assert (statuses(ids[:30]), statuses(ids[30:])) == ({"Compromised"}, {"Unknown"})
    assert hands.actions <= 8
    assert hands.loads == 0


def test_the_status_of_ticked_rows_is_three_keys_after_the_button(opened):
    ids = [system(f"SRV-{n:02}") for n in range(30)]
    page = opened("bob", "/systems")
    page.locator("#tick-all").check()
    hands = Hands(page)
    page.locator("#bulk").get_by_role("button", name="Status", exact=True).click()
    expect(page.locator("#bulk-value")).to_be_focused()
    hands.type("Clean")
    hands.press("Enter")
    expect(page.locator("[data-preview]")).to_contain_text("30 of 30 change")
    hands.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Set Status of 30 systems")
    expect(page.locator("#bulk")).to_be_hidden()
    assert (statuses(ids), hands.actions, hands.loads) == ({"Clean"}, 3, 0)


def test_a_preview_is_gone_when_something_else_is_wanted_and_back_by_itself(opened):
    ids = [system("SRV-1"), system("SRV-2")]
    page = opened("bob", f"/systems/bulk?ids={ids[0]},{ids[1]}")
    page.locator("#to-status").fill("Clean")
    page.locator("#to-location").focus()
    expect(page.locator("[data-preview]")).to_contain_text("2 of 2 change: Status of 2")
    page.keyboard.type("Oslo")
    expect(page.locator("[data-preview]")).to_have_count(0)
    expect(page.locator("[name='how.location']")).to_have_value("set")
    page.locator("[name='how.status']").select_option("")
    expect(page.locator("#to-status")).to_have_value("")
    expect(page.locator("[data-preview]")).to_contain_text("2 of 2 change: Location of 2")
    page.locator("[name='how.tags']").select_option("remove")
    expect(page.locator("#to-tags")).to_be_focused()
    assert statuses(ids) == {"Unknown"}


def test_what_a_colleague_changed_meanwhile_is_named_and_changed_all_the_same_if_one_wants(opened):
    ids = [system("SRV-1"), system("SRV-2")]
    page = opened("bob", "/systems")
    page.locator("#tick-all").check()
    page.locator("#bulk").get_by_role("button", name="Status", exact=True).click()
    expect(page.locator("#bulk-value")).to_be_focused()
    page.keyboard.type("Clean")
    page.keyboard.press("Enter")
    expect(page.locator("[data-preview]")).to_contain_text("2 of 2 change")
    change(System, ids[1], by=1, status="Compromised")
    page.locator("[data-apply]").click()
    report = page.get_by_role("dialog", name="Some were left out")
    expect(report).to_contain_text("Status was changed by")
    expect(report).to_contain_text("Unknown → Compromised")
    report.get_by_role("button", name="Apply to this one too").click()
    expect(report).to_be_hidden()
    expect(page.locator(f"#system-{ids[1]} [data-field=status]")).to_have_text("Clean", timeout=3000)
    assert statuses(ids) == {"Clean"}


def test_without_scripts_all_that_match_are_changed_on_pages(opened):
    ids = [system(f"SRV-{n}") for n in range(3)]
    other = make(System, name="OTHER")
    page = opened("bob", "/systems?q=srv", java_script_enabled=False)
    page.get_by_role("link", name="Change all 3").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change 3 systems")
    page.get_by_label("What to do with Status").select_option("set")
    page.get_by_role("combobox", name="Status", exact=True).fill("Clean")
    page.get_by_label("What to do with Tags").select_option("add")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[role=alert]")).to_contain_text("Tags what to add is missing")
    page.get_by_role("combobox", name="Tags", exact=True).fill("seen")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview]")).to_contain_text("3 of 3 change")
    page.get_by_role("button", name="Apply to 3").click()
    expect(page).to_have_url(re.compile("/systems$"))
    expect(page.locator(".toast")).to_contain_text("Set Status; add Tags of 3 systems")
    assert (statuses(ids), statuses([other])) == ({"Clean"}, {"Unknown"})


def test_without_scripts_pasted_names_are_changed(opened):
    ids = [system(f"SRV-{n}") for n in range(3)]
    page = opened("bob", "/systems/pasted", java_script_enabled=False)
    page.locator("#names").fill("srv-0\nsrv-1")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Change these").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change 2 systems")
    page.get_by_label("What to do with Location").select_option("set")
    page.get_by_role("combobox", name="Location", exact=True).fill("Oslo")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview]")).to_contain_text("New: location “Oslo”")
    page.get_by_role("button", name="Apply to 2").click()
    expect(page.locator(".toast")).to_contain_text("Set Location of 2 systems")
    assert [row["location"] and row["location"].name for row in read(System, ids, ["location"])] == [
        "Oslo",
        "Oslo",
        None,
    ]
