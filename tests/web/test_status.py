"""The status page: every number is the number of the list that it leads to."""

import datetime as dt
import re
from html import unescape

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.artifacts import Artifact
from app.models.base import now
from app.models.cases import Case
from app.models.lookups import SystemStatus, TaskName
from app.models.systems import System
from app.models.tasks import Task
from app.models.users import User
from app.status import figures
from tests.pages import problems
from tests.records import change, make, remove, system
from tests.web.grid import Grid

FIGURE = re.compile(r'<a href="(/(?:systems|artifacts|tasks|cases)[^"]*)"[^>]*>(.*?)</a>', re.S)


def numbers(page: str) -> dict[str, int]:
    """The addresses of the page with the number that stands with each."""
    body = page.partition('id="overview"')[2]
    found = {}
    for address, content in FIGURE.findall(body):
        texts = re.findall(r">([\d,]+)<|^([\d,]+)", content)
        if texts:
            found[unescape(address)] = int("".join(texts[-1]).replace(",", ""))
    return found


def listed(browser, address: str) -> int:
    return int(re.search(r'id="total">([\d,]+)<', browser.get(address).text)[1].replace(",", ""))


@pytest.fixture
def incident(app, people) -> int:
    """A few records of every sort, some closed, deprecated, binned, of other days; gives a case."""
    north = make(Case, name="North")
    make(Case, name="South", status="Closed")
    one = system("SV-1", status="Clean", priority="High", cases=[north])
    two = system("SV-2", analysis_status="Needs analysis")
    system("SV-OLD", deprecated_at=now(), status="Clean")
    remove(System, system("SV-BIN", status="Clean"))
    make(Artifact, name="a", system=one, type="File", case=north, status="Analysis finished")
    make(Artifact, name="b", system=two, type="File", priority="Critical")
    name = make(TaskName, name="Look")
    make(Task, name=name, case=north, due_at=now() - dt.timedelta(hours=1))
    make(Task, name=name, status="Done", due_at=now() - dt.timedelta(hours=1))
    table = System.__table__
    for record_id, days in ((one, 1), (two, 3)):
        at = now() - dt.timedelta(days=days)
        db.session.execute(sa.update(table).where(table.c.id == record_id).values(created_at=at))
    db.session.commit()
    return north


def test_each_number_is_that_of_the_list_behind_it(alice, incident):
    for address in ("/status", f"/status?cases=id:{incident}"):
        page = alice.get(address).text
        assert problems(page) == []
        found = numbers(page)
        assert len(found) > 50
        assert {path: listed(alice, path) for path in found} == found


def test_deprecated_systems_are_left_out_and_it_is_said(alice, incident):
    page = alice.get("/status").text
    assert numbers(page)["/systems"] == 2
    assert "Systems: Deprecated" in page


def test_statuses_without_records_are_there_and_retired_ones_only_with_some(alice, incident):
    page = alice.get("/status").text
    assert "Reinstalled" in page
    reinstalled = db.session.scalar(sa.select(SystemStatus.id).where(SystemStatus.name == "Reinstalled"))
    db.session.rollback()
    change(SystemStatus, reinstalled, is_retired=True)
    assert "Reinstalled" not in alice.get("/status").text
    system("SV-9", status=reinstalled)
    assert numbers(alice.get("/status").text)[f"/systems?status=id:{reinstalled}"] == 1


def test_a_day_begins_at_midnight_in_the_zone_of_who_looks():
    berlin = dt.timezone(dt.timedelta(hours=1))
    bounds = figures.midnights(dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC), berlin)
    assert bounds[1] == dt.datetime(2026, 11, 24, 23, 0, tzinfo=dt.UTC)
    assert bounds[0] - bounds[1] == dt.timedelta(days=1)


def test_the_zone_is_said_and_moves_the_days(app, bob, people, incident):
    with app.app_context():
        db.session.execute(sa.update(User).where(User.id == people.bob).values(zone="Pacific/Auckland"))
        db.session.commit()
    page = bob.get("/status").text
    assert "midnight, Pacific/Auckland" in page
    found = numbers(page)
    days = {path: total for path, total in found.items() if "created_at" in path}
    assert {path: listed(bob, path) for path in days} == days


def test_a_poll_is_204_until_something_happens_and_then_brings_the_numbers(alice, incident):
    grid = Grid(alice, "/status")
    page = alice.get("/status").text
    revision = re.search(r'data-revision="(\d+)"', page)[1]
    assert grid.get(f"?since={revision}").status_code == 204
    system("SV-3")
    answer = grid.get(f"?since={revision}")
    assert (answer.status_code, problems(answer.text, fragment=True)) == (200, [])
    assert 'hx-target="#overview" hx-swap="outerMorph"' in answer.text
    assert numbers(answer.text)["/systems"] == 3


def test_the_number_of_statements_does_not_grow_with_the_records(app, alice, incident):
    def statements() -> int:
        seen = []
        sa.event.listen(db.engine, "before_cursor_execute", count := lambda *_: seen.append(1))
        assert alice.get("/status").status_code == 200
        sa.event.remove(db.engine, "before_cursor_execute", count)
        return len(seen)

    alice.get("/status")
    before = statements()
    for number in range(20):
        system(f"SV-1{number}")
    assert statements() == before <= 20


def test_readers_see_it_and_an_empty_installation_has_it(rita):
    page = rita.get("/status").text
    assert problems(page) == []
    assert numbers(page)["/systems"] == 0
