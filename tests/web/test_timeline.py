"""The timeline: times to the microsecond with their zone, doubles, adding in one line, what it is narrowed by."""

import csv
import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.cases import Case
from app.models.systems import System
from app.models.tags import Tag
from app.models.timeline import TimelineEntry
from app.models.users import User
from app.services import changes
from tests.pages import problems
from tests.records import change, make, remove, state, system
from tests.rest import Rest
from tests.web.grid import Grid

AT = dt.datetime(2026, 11, 20, 21, 14, 5, 123456, dt.UTC)


def entry(host: int, **values) -> int:
    return make(TimelineEntry, system=host, **{"time": AT, "type": "logon", "content": "svc-backup"} | values)


def listed(browser, query: str = "") -> list[int]:
    page = browser.get(f"/timeline{query}").text
    assert problems(page) == []
    return [int(found) for found in re.findall(r'<tr id="timeline-entry-(\d+)"', page)]


def live_in_berlin(person: int) -> None:
    db.session.execute(sa.update(User).where(User.id == person).values(zone="Europe/Berlin"))
    db.session.commit()


@pytest.fixture
def srv(app) -> int:
    return system("SRV-1")


def test_microseconds_survive_form_cell_and_export(bob, srv):
    grid = Grid(bob, "/timeline")
    form = {"system": "SRV-1", "time": "2026-11-20 22:14:05.000001+01:00", "content": "x"}
    assert grid.post("/new", **form).status_code == 200
    (record,) = listed(bob)
    assert state(TimelineEntry, record)["time"] == AT.replace(microsecond=1)
    editor = grid.get(f"/{record}/cell/time").text
    assert 'value="2026-11-20 21:14:05.000001+00:00"' in editor
    saved = grid.save(record, "time", "2026-11-20 21:14:05.123456+00:00", "2026-11-20 21:14:05.000001Z")
    assert "2026-11-20 21:14:05.123456 UTC" in saved.text
    rows = list(csv.DictReader(io.StringIO(bob.get("/timeline/export?format=csv").text.lstrip("\ufeff"))))
    assert rows[0]["Time"] == "2026-11-20 21:14:05.123456Z"
    assert "2026-11-20 21:14:05.123456 UTC" in bob.get(f"/timeline/{record}/history").text


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("2026-11-20 22:14", "Europe/Berlin"),
        ("2026-11-20T21:14:00Z", "UTC"),
        ("2026-11-20 23:14+02:00", "+02:00"),
        ("2026-11-20 22:14 CET", "CET"),
        ("20.11.2026 22:14", "Europe/Berlin"),
    ],
)
def test_the_zone_is_kept_as_it_was_given(signed_in, people, srv, typed, zone):
    live_in_berlin(people.bob)
    bob = signed_in("bob")
    Grid(bob, "/timeline").post("/new", system="SRV-1", time=typed, content="x")
    (record,) = listed(bob)
    kept = state(TimelineEntry, record)
    assert (kept["time"], kept["zone"]) == (dt.datetime(2026, 11, 20, 21, 14, tzinfo=dt.UTC), zone)
    assert "2026-11-20 22:14 CET" in bob.get("/timeline").text


def test_a_zone_given_besides_stays_and_an_edited_time_keeps_its_zone(signed_in, people, srv):
    live_in_berlin(people.bob)
    bob = signed_in("bob")
    record = entry(srv, zone="America/New_York")
    assert state(TimelineEntry, record)["zone"] == "America/New_York"
    change(TimelineEntry, record, content="other")
    grid = Grid(bob, "/timeline")
    grid.save(record, "time", "2026-11-20 22:15+01:00")
    assert state(TimelineEntry, record)["zone"] == "+01:00"
    grid.save(record, "time", "2026-11-20 22:16")
    assert state(TimelineEntry, record)["zone"] == "Europe/Berlin"
    grid.save(record, "time", "2026-11-20 22:17+01:00")
    assert state(TimelineEntry, record)["zone"] == "Europe/Berlin"


def test_rest_keeps_time_and_zone_too(app, srv):
    rest = Rest(app, "bob")
    body = {"system": srv, "time": "2026-11-20T22:14:05.123456+01:00", "content": "x"}
    made = rest.post("timeline", body, 201)
    assert (made["time"], made["zone"]) == ("2026-11-20T21:14:05.123456+00:00", "+01:00")


def test_a_double_is_refused_with_the_way_to_the_one_that_is_there(bob, srv):
    record, other = entry(srv), entry(srv, content="another")
    grid, before = Grid(bob, "/timeline"), changes.newest()
    answers = [
        grid.post("/new", system="SRV-1", time=AT.isoformat(), type="logon", content="svc-backup"),
        grid.post("/quick", system="SRV-1", time=AT.isoformat(), type="logon", content=" svc-backup\n"),
        grid.save(other, "content", "svc-backup"),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert "already" in answer.text
        assert f'<a class="link" href="/timeline/{record}">' in answer.text
        assert problems(answer.text, fragment=True) == []
    assert changes.newest() == before
    remove(TimelineEntry, record)
    assert grid.save(other, "content", "svc-backup").status_code == 200


def test_one_line_adds_and_what_the_next_has_in_common_stays(bob, srv):
    grid = Grid(bob, "/timeline")
    form = {"system": "SRV-1", "time": "2026-11-20 03:00", "zone": "+05:30", "type": "logon", "content": "a"}
    answer = grid.post("/quick", **form)
    assert answer.status_code == 200
    assert 'hx-target="#rows"' in answer.text
    for name, kept in {
        "system": "SRV-1",
        "zone": "+05:30",
        "type": "logon",
        "time": "",
        "content": "",
    }.items():
        assert re.search(rf'name="{name}" value="{re.escape(kept)}"', answer.text), name
    (record,) = listed(bob)
    kept = state(TimelineEntry, record)
    assert (kept["time"].isoformat(), kept["zone"]) == ("2026-11-19T21:30:00+00:00", "+05:30")


def test_one_line_keeps_what_was_typed_when_it_is_refused(bob, rita, srv):
    grid = Grid(bob, "/timeline")
    for bad, value in {"time": "noon", "zone": "Nowhere/At all", "system": "GONE", "content": "x\0y"}.items():
        form = {"system": "SRV-1", "time": "2026-11-20 03:00", "content": "a"} | {bad: value}
        answer = grid.post("/quick", **form)
        assert answer.status_code == 422, bad
        assert re.search(rf'name="{bad}"[^>]*aria-invalid="true"', answer.text), bad
        assert 'name="system" value="' in answer.text
    assert listed(bob) == []
    assert 'id="quick"' not in rita.get("/timeline").text
    assert Grid(rita, "/timeline").post("/quick", system="SRV-1").status_code == 403


def test_without_scripts_a_line_leads_back_or_is_a_page(bob, srv):
    token = Grid(bob, "/timeline").headers["X-CSRFToken"]
    form = {"csrf_token": token, "system": "SRV-1", "time": "2026-11-20", "content": "a"}
    assert bob.post("/timeline/quick", data=form).status_code == 303
    again = bob.post("/timeline/quick", data=form)
    assert again.status_code == 422
    assert problems(again.text) == []


def test_the_list_is_in_order_of_time_and_narrowed_by_everything(bob, srv):
    case, tag = make(Case, name="Nordwind"), make(Tag, name="beacon")
    late = entry(srv, time=AT + dt.timedelta(days=2), case=case, tags=[tag])
    early = entry(srv, time=AT - dt.timedelta(microseconds=1), type="process", content="needle")
    middle = entry(system("SRV-2"))
    assert listed(bob) == [early, middle, late]
    for query, wanted in {
        f"system=id:{srv}": [early, late],
        "system=SRV-2": [middle],
        "type=process": [early],
        f"case=id:{case}": [late],
        "tags=beacon": [late],
        "q=NEEDLE": [early],
        "time.min=2026-11-20T21:14:05.123456Z": [middle, late],
        "time.max=2026-11-20T21:14:05.123456Z": [early, middle],
        "time.min=2026-11-21&time.max=2026-11-22": [late],
        "sort=-time": [late, middle, early],
    }.items():
        assert listed(bob, f"?{query}") == wanted, query


def test_what_was_found_is_shown_letter_by_letter(bob, srv):
    path = r"C:\Users\_svc_*\*x* <b> **not bold**"
    record = entry(srv, content=path)
    page = bob.get(f"/timeline/{record}").text
    assert "C:\\Users\\_svc_*\\*x* &lt;b&gt; **not bold**</div>" in page
    assert "<strong>" not in page


def test_the_timeline_of_a_deleted_system_goes_and_comes_back_with_it(alice, bob, srv):
    record = entry(srv)
    remove(System, srv)
    assert listed(bob) == []
    Grid(alice, "/bin").post(f"/systems/{srv}/restore")
    assert listed(bob) == [record]
