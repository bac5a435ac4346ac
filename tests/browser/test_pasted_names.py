"""Pasted names in a browser: the answer follows the typing, an older one never comes last, Ctrl-Enter commits."""

import re

from playwright.sync_api import expect

from tests.records import system


def test_the_answer_follows_the_typing_and_ctrl_enter_shows_the_systems(opened):
    for name in ("SRV01", "SRV02", "OTHER"):
        system(name)
    page = opened("rita", "/systems/pasted")
    expect(page.locator("#names")).to_be_focused()
    page.keyboard.type("srv01")
    expect(page.locator("#answer")).to_contain_text("Show 1 system")
    page.keyboard.type("\nnobody-1\nsrv02")
    expect(page.locator("#answer")).to_contain_text("Show 2 systems")
    expect(page.locator("#answer")).to_contain_text("No system is called that")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/systems?set=*")
    expect(page.locator("#rows tr[id]")).to_have_count(2)
    expect(page.locator(".chip").first).to_contain_text("2 pasted names")
    page.click("[aria-label='Remove the filter Set']")
    expect(page.locator("#rows tr[id]")).to_have_count(3)


def test_an_answer_that_is_late_is_dropped(opened):
    system("SRV01")
    page = opened("bob", "/systems/pasted")
    held = []

    def hold(route):
        text = route.request.post_data or ""
        if re.search(r"names=slow(&|$)", text):
            held.append(route)
        else:
            route.continue_()

    page.route("**/systems/pasted/check", hold)
    with page.expect_request("**/systems/pasted/check"):
        page.fill("#names", "slow")
    page.fill("#names", "srv01")
    expect(page.locator("#answer")).to_contain_text("Show 1 system")
    held[0].abort()
    page.wait_for_timeout(300)
    expect(page.locator("#answer")).to_contain_text("Show 1 system")


def test_systems_are_created_from_the_list_without_the_mouse(opened):
    system("OLD-1")
    page = opened("bob", "/systems")
    page.locator("[popovertarget=names-menu]").press("Enter")
    page.get_by_role("link", name="Create systems from names").press("Enter")
    page.wait_for_url("**/systems/create")
    page.keyboard.type("srv01\nold-1\n10.0.0.1\nsrv02")
    expect(page.locator("#answer")).to_contain_text("Create 2 systems")
    page.locator("#names").press("Control+Enter")
    assert page.evaluate("document.querySelector('[name=skip]').matches(':user-invalid')")
    page.locator("[name=skip]").press("Space")
    page.locator("#names").press("End")
    page.keyboard.type("\nsrv03")
    expect(page.locator("#answer")).to_contain_text("Create 3 systems")
    expect(page.locator("[name=skip]")).to_be_checked()
    page.fill("#tags", "triage")
    page.locator("#tags").press("Control+Enter")
    page.wait_for_url("**/systems/created/*")
    expect(page.locator("h1")).to_have_text("3 new systems")
    page.keyboard.press("Enter")
    page.wait_for_url("**/systems?set=*")
    expect(page.locator("#rows tr[id]")).to_have_count(3)
    expect(page.locator("#rows .tag")).to_have_text(["triage"] * 3)
