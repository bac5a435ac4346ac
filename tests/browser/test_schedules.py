"""Schedules and snapshots in a browser: the preview while typing, the chart, a notice that pops up."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models.base import now
from app.services import changes, notices, snapshots
from app.status.snapshots import numbers
from tests.records import system

pytestmark = pytest.mark.browser


def test_the_next_times_follow_what_is_typed(opened):
    page = opened("alice", "/schedules")
    page.click("#new")
    page.click("dialog a:has-text('Status snapshot')")
    times = page.locator("#times")
    expect(times.locator("time")).to_have_count(5)
    page.fill("#when", "0 25 * * *")
    expect(times).to_contain_text("The hour “25” can't be read")
    page.fill("#when", "30 2 * * 1-5")
    expect(times).to_contain_text("Every weekday at 02:30")
    expect(times.locator("time")).to_have_count(5)
    page.fill("#name", "Weekdays")
    page.click("text=Save")
    page.wait_for_url("**/schedules/*")
    expect(page.locator("h1")).to_have_text("Weekdays")
    page.click("text=Pause")
    expect(page.locator("#used")).to_contain_text("Paused: nothing runs")
    page.click("text=Resume")
    expect(page.locator("#used time")).to_have_count(5)


def at_work(page) -> None:
    """Until the form of a page that was just loaded follows what is typed; people are slower than that."""
    page.locator("#options[data-htmx-powered]").wait_for(state="attached")


def test_the_inputs_follow_the_kind(opened):
    page = opened("alice", "/schedules/new?kind=backup")
    at_work(page)
    page.fill("#keep", "3")
    page.select_option("#kind", "export")
    expect(page.locator("#profile option:checked")).to_have_text("Artifact requests")
    expect(page.locator("#keep")).to_have_value("3")
    expect(page.locator("#evidence")).to_have_count(0)
    page.fill("#directory", "nightly")
    page.click("text=Save")
    expect(page.locator("dl.facts dd", has_text="nightly")).to_be_visible()
    page.click("text=Change")
    at_work(page)
    page.select_option("#kind", "snapshot")
    expect(page.locator("#options input, #options select")).to_have_count(0)
    page.click("text=Save")
    page.wait_for_url("**/schedules/1")
    expect(page.locator("dl.facts dd", has_text="nightly")).to_have_count(0)


def test_what_is_wrong_with_a_rhythm_is_said_once_and_goes_once_it_is_mended(opened):
    page = opened("alice", "/schedules/new?kind=snapshot")
    page.fill("#when", "0 25 * * *")
    page.click("text=Save")
    expect(page.locator("text=The hour “25” can't be read")).to_have_count(1)
    at_work(page)
    page.fill("#when", "0 5 * * *")
    expect(page.locator("#times time")).to_have_count(5)
    expect(page.locator("text=can't be read")).to_have_count(0)


def kept(label: str):
    """A snapshot of the numbers of now."""
    with changes.recording(None, "ui") as change_set:
        return snapshots.keep(change_set, numbers(), label)


def test_a_snapshot_is_deleted_after_a_question_and_comes_back(opened):
    kept("Once")
    db.session.commit()
    page = opened("alice", "/snapshots")
    page.click("text=Delete")
    page.click("#ask button[value=yes]")
    expect(page.locator("text=Nothing is kept yet")).to_be_visible()
    page.click("text=Undo")
    expect(page.locator("a", has_text="Once")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 1024])
def test_snapshots_are_drawn_under_the_policy_of_the_page(opened, width):
    for day, status in ((2, "Compromised"), (1, "Clean")):
        system(f"HOST{day}", status=status)
        kept("").created_at = now() - dt.timedelta(days=day)
        db.session.commit()
    page = opened("alice", "/snapshots", viewport={"width": width, "height": 700}, color_scheme="dark")
    canvas = page.locator("#chart canvas")
    expect(canvas).to_be_visible()
    box, card = canvas.bounding_box(), page.locator(".card:has(#chart)").bounding_box()
    assert 500 < box["width"] <= card["width"]
    colours = page.evaluate("""() => {
      const canvas = document.querySelector("#chart canvas"), found = new Set();
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) found.add(data.slice(at, at + 3).join());
      return [...document.querySelectorAll(".legend rect")]
        .map((shape) => found.has(getComputedStyle(shape).fill.match(/\\d+/g).join()));
    }""")
    assert colours == [True, True]


def test_a_notice_pops_up_on_an_open_page(opened):
    page = opened("alice", "/systems")
    expect(page.locator("#frame-mark")).not_to_have_value("")
    changes.begin_write()
    notices.tell_leads("Schedule Nightly failed: the disk is full", "/schedules", is_bad=True)
    db.session.commit()
    system("HOST1")  # what the list catches up with brings the numbers of the frame along
    toast = page.locator(".toast.bad")
    expect(toast).to_contain_text("the disk is full", timeout=20_000)
    expect(page.locator("#unread")).to_have_text("1")
    toast.locator("text=Show").click()
    page.wait_for_url("**/schedules")
