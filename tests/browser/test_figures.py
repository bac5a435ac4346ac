"""How quick the list of 20,000 systems is in a browser; the figures stand at the end of the test run.

The machine runs other tests meanwhile. So each figure has several tries: the best shows what the page
costs, the median what the company adds. Asserted is the best, with half as much again as the goal for each
process that every processor has to share itself between. Nothing excuses a layout shift.
"""

import os
import shutil
from collections.abc import Callable
from statistics import median

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.extensions import db
from app.models.lookups import Ip, SystemStatus
from app.models.systems import System
from app.models.tags import Tag
from app.services import changes, lookups, records
from app.services.drafts import Draft
from tests import servers

pytestmark = pytest.mark.browser
SYSTEMS = 20_000
GOAL = 100
"""Milliseconds: from a key to what it paints, and what may keep the page from answering."""
STATES = ("Clean", "Removed", "Compromised")
WATCH = """
window.seen = { tasks: [], shifts: [], pressed: 0, painted: 0 };
const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type });
watch("longtask", (task) => seen.tasks.push(task.duration));
const said = ({ node, previousRect: was, currentRect: is }) =>
  `${node?.nodeName}#${node?.id}.${node?.className}: ${[was.x, was.y, is.x, is.y].map(Math.round)}`;
watch("layout-shift", (shift) => seen.shifts.push([shift.value, ...shift.sources.map(said)]));
addEventListener("keydown", (event) => { seen.pressed = event.timeStamp; seen.painted = 0; }, true);
const paint = () => requestAnimationFrame(() => requestAnimationFrame(() => { seen.painted ||= performance.now(); }));
addEventListener("DOMContentLoaded", () => new MutationObserver((records) => {
  if (records.some((record) => [...record.addedNodes].some((node) => node.matches?.(seen.wanted)))) paint();
}).observe(document.body, { childList: true, subtree: true }));
"""
"""Notes long tasks, layout shifts (those after input too), and when what a key asked for (`wanted`) was painted."""


@pytest.fixture
def many(server, sqlite_database) -> None:
    """The systems, written once in a run."""
    template = servers.run_directory() / "many.db"
    with servers.only_once("many") as done:
        if not done.exists():
            _write()
            shutil.copyfile(sqlite_database.file, template)
            done.touch()
    db.session.remove()
    db.engine.dispose()
    sqlite_database.reset(template)


def _write() -> None:
    states = list(db.session.scalars(sa.select(SystemStatus.id)))
    with changes.recording(None, "ui") as change_set:
        tags = list(lookups.find_or_create(change_set, Tag, [f"tag {n}" for n in range(12)]).values())
        ips = lookups.find_or_create(change_set, Ip, [_ip(n) for n in range(500)])
        drafts = [
            Draft(
                values={
                    "name": f"SRV-{n:05}",
                    "status": states[n % len(states)],
                    "tags": [tags[n % 12], tags[n % 5]],
                    "ips": [ips[_ip(n % 500)]],
                }
            )
            for n in range(SYSTEMS)
        ]
        records.write(change_set, System, drafts)
    db.session.commit()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _ip(number: int) -> str:
    return f"10.0.{number // 250}.{number % 250 + 1}"


@pytest.fixture
def page(many, visit, server) -> Page:
    """Bob's list, watched from its beginning."""
    return visit(server, "bob", "/systems", script=WATCH)


@pytest.fixture
def tell(record_property) -> Callable[[str, list[float]], None]:
    """Print how long the tries took beside the goal, and assert that the best of them is not far from it."""

    def tell_and_check(what: str, tries: list[float]) -> None:
        text = f"{what}: best {min(tries):.0f} ms, median {median(tries):.0f} ms of {len(tries)} (goal {GOAL} ms)"
        record_property("figure", f"In the browser, {SYSTEMS:,} systems, {text}")
        assert min(tries) <= GOAL * 1.5 * company(), text

    return tell_and_check


def company() -> float:
    """How many processes each processor had in the last minute, at least one."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_a_key_paints_its_cell_at_once(page, tell):
    opening, saving = [], []
    for number in range(1, 8):
        cell = page.locator(f"#c{number}-status")
        cell.focus()
        opening.append(painted(page, "c", "form.editor"))
        expect(page.locator("form.editor .seen")).to_be_focused()
        page.keyboard.press("Escape")
        expect(cell).to_be_focused()
        wanted = "Clean" if number % 2 else "Removed"
        page.keyboard.type(wanted)
        expect(page.locator("form.editor .seen")).to_have_value(wanted)
        saving.append(painted(page, "Enter", f"#c{number}-status"))
        expect(cell).to_have_text(wanted)
    tell("a letter until the editor is painted", opening)
    tell("Enter until the saved cell is painted", saving)


def painted(page: Page, key: str, selector: str) -> float:
    """Milliseconds from a key until an element that it brings has been painted."""
    page.evaluate("selector => { seen.wanted = selector; }", selector)
    page.keyboard.press(key)
    return page.wait_for_function("() => seen.painted && seen.painted - seen.pressed").json_value()


def test_scrolling_and_live_refresh_neither_stall_nor_shift(page, tell, record_property):
    tell("longest task while 50 rows load, up to 1,000", [scroll_on(page) for _ in range(18)])
    tell("longest task while 1 of 1,000 rows is refreshed", [refresh(page, name, 1) for name in STATES])
    tell("longest task while 100 of 1,000 rows are refreshed", [refresh(page, name, 100) for name in STATES])
    tell("longest task while 50 rows load, beyond 1,000", [scroll_on(page) for _ in range(8)])
    shifts = page.evaluate("seen.shifts")
    shift = sum(value for value, *_ in shifts)
    record_property(
        "figure", f"In the browser, {SYSTEMS:,} systems, layout shift in all of that: {shift:.4f} (goal 0)"
    )
    assert shifts == []


def longest(page: Page) -> float:
    """The longest task since last asked; the browser tells of none under 50 ms, and after it has painted."""
    painted = "new Promise(told => requestAnimationFrame(() => setTimeout(told, 50)))"
    return page.evaluate(f"async () => {{ await {painted}; return Math.max(50, ...seen.tasks.splice(0)); }}")


def scroll_on(page: Page) -> float:
    """Scroll by the wheel until the next rows are there; the longest task meanwhile."""
    last = ids_of(page)[-1]
    page.mouse.move(700, 500)
    while ids_of(page)[-1] == last:
        page.mouse.wheel(0, 1200)
    return longest(page)


def ids_of(page: Page) -> list[int]:
    """The systems that are in the document; asked at little cost to the page."""
    return page.evaluate(
        "Array.from(document.querySelectorAll('#rows > [data-id]'), row => Number(row.dataset.id))"
    )


def refresh(page: Page, status: str, size: int) -> float:
    """A colleague changes rows at the end of the list; the longest task until they show it.

    It is waited for in the page: what the tests else wait with costs the page more than what it measures.
    """
    ids = ids_of(page)[-size:]
    wanted = lookups.find(SystemStatus, [status])[status]
    with changes.recording(1, "bulk") as change_set:
        records.write(change_set, System, [Draft(record_id, {"status": wanted}) for record_id in ids])
    db.session.commit()
    shows = "([id, text]) => document.getElementById(id).textContent.trim() === text"
    page.wait_for_function(shows, arg=[f"c{ids[-1]}-status", status])
    return longest(page)
