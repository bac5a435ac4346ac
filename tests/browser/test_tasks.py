"""Steps of tasks in the list, and what is noteworthy, as somebody sees and presses them."""

import pytest
from playwright.sync_api import expect

from app.models.artifacts import Artifact
from app.models.lookups import TaskName
from app.models.tasks import Task
from tests.records import make, system

pytestmark = pytest.mark.browser


def test_a_step_is_taken_at_the_row_and_the_row_shows_it(opened):
    one = make(Task, name=make(TaskName, name="Collect memory image of the mail server"))
    page = opened("bob", "/tasks")
    row = page.locator(f"#task-{one}")
    expect(row.locator(".mark")).to_be_visible()
    row.hover()
    row.get_by_role("button", name="Start").click()
    expect(page.locator("#toasts")).to_contain_text("started")
    expect(row.locator("[data-field=status]")).to_contain_text("Working")
    expect(row.get_by_role("button", name="Start")).to_have_count(0)
    row.locator("td.lead a").click()
    expect(page.locator("h1")).to_contain_text("Collect memory image")
    page.get_by_role("button", name="Finish", exact=True).click()
    expect(page.locator(".head [data-field=status]")).to_contain_text("Done")
    expect(page.get_by_role("button", name="Renew")).to_be_visible()


def test_a_double_hash_leads_to_the_other_artifact(opened):
    first = make(Artifact, name="first.raw", type="File", system=system("SRV01"), md5="ab" * 16)
    second = make(Artifact, name="second.raw", type="File", system=system("SRV02"))
    page = opened("bob", "/artifacts?columns=name,md5")
    page.locator(f"#c{second}-md5").click()
    page.locator("form.editor input.seen").fill("ab" * 16)
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("first.raw (id 1) has the same MD5")
    page.locator("#toasts a", has_text="Open").click()
    page.wait_for_url(f"**/artifacts/{first}")


def test_the_list_becomes_a_tree_whose_parts_fold_where_they_stand(opened):
    whole = make(Task, name=make(TaskName, name="Plan the clean-up"))
    part = make(Task, name=make(TaskName, name="Order disks"), parent=whole)
    page = opened("bob", "/tasks")
    page.get_by_role("link", name="As a tree").click()
    row = page.locator(f"#task-{part}")
    expect(row).to_have_class("depth-1")
    row.locator("[data-field=status]").click()
    page.keyboard.type("Working")
    page.keyboard.press("Enter")
    expect(row.locator("[data-field=status]")).to_contain_text("Working")
    expect(row).to_have_class("depth-1")
    fold = page.locator(f"#fold-{whole}")
    fold.focus()
    page.keyboard.press("Enter")
    expect(row).to_have_count(0)
    expect(fold).to_be_focused()
    page.go_back()
    expect(row).to_be_visible()
    boxes = "row => ['.mark', '.lead'].map(part => row.querySelector(part).getBoundingClientRect().toJSON())"
    mark, name = row.evaluate(boxes)
    assert name["y"] < mark["y"] < name["y"] + name["height"]
    assert name["x"] < mark["x"] < name["x"] + name["width"]
