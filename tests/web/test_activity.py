"""The activity stream, change sets, and undo from there."""

import datetime as dt

import pytest

from app.extensions import db
from app.models.lookups import Location
from app.models.systems import System
from app.models.tags import Tag
from app.services import changes, records
from app.services.drafts import Draft
from tests.pages import problems
from tests.records import change, make, state, system
from tests.web.grid import Grid


@pytest.fixture
def srv(app) -> int:
    return system("SRV-1")


def headlines(browser, query: str = "") -> list[int]:
    """The numbers of the change sets that the stream shows, newest first."""
    page = browser.get(f"/activity{query}").text
    return [int(part.partition('"')[0]) for part in page.split('id="set-')[1:]]


def test_the_stream_is_filtered_by_person_entity_source_and_time(alice, srv, people):
    change(System, srv, by=people.bob, name="SRV-2")
    by_bob = changes.newest()
    make(Tag, name="beacon")
    tag = changes.newest()
    with changes.recording(people.bob, "import", "list.csv", at=dt.datetime(2020, 1, 2, tzinfo=dt.UTC)) as cs:
        records.create(cs, System, {"name": "OLD"})
    db.session.commit()
    imported = changes.newest()
    assert headlines(alice)[:3] == [imported, tag, by_bob]
    assert headlines(alice, f"?actor={people.bob}") == [imported, by_bob]
    assert headlines(alice, "?entity=tags")[0] == tag
    assert headlines(alice, "?source=import") == [imported]
    assert headlines(alice, "?from=2020-01-01&to=2020-02-01") == [imported]
    assert "No change set matches" in alice.get("/activity?source=import&actor=999").text
    page = alice.get("/activity?from=yesterdayish").text
    assert problems(page) == []
    assert 'role="alert"' in page


def test_a_large_change_set_opens_in_parts(alice):
    with changes.recording(None, "bulk", "many") as change_set:
        records.write(change_set, System, [Draft(values={"name": f"SRV-{n:03}"}) for n in range(130)])
    db.session.commit()
    number = changes.newest()
    assert "SRV-005" not in alice.get("/activity").text
    fragment = {"HX-Request": "true"}
    first = alice.get(f"/change-sets/{number}", headers=fragment).text
    assert "SRV-099" in first
    assert "SRV-100" not in first
    after = first.partition(f"/change-sets/{number}?after=")[2].partition('"')[0]
    assert "SRV-129" in alice.get(f"/change-sets/{number}?after={after}", headers=fragment).text
    assert problems(alice.get(f"/change-sets/{number}").text) == []


def test_an_undo_puts_back_and_marks_both(alice, srv):
    change(System, srv, name="SRV-2")
    number = changes.newest()
    answer = Grid(alice, "/activity").browser.post(
        f"/change-sets/{number}/undo", headers=Grid(alice, "/activity").headers
    )
    assert answer.status_code == 200
    assert "1 put back" in answer.text
    assert state(System, srv)["name"] == "SRV-1"
    page = alice.get("/activity").text
    assert f"undone by #{changes.newest()}" in page
    assert f"undoes #{number}" in page
    assert f'action="/change-sets/{number}/undo"' not in page


def test_what_an_undo_leaves_alone_is_named(alice, srv):
    other = system("SRV-9")
    berlin, bonn = make(Location, name="Berlin"), make(Location, name="Bonn")
    with changes.recording(None, "bulk", "both to Berlin") as change_set:
        for record in (srv, other):
            records.update(change_set, System, record, {"location": berlin})
    db.session.commit()
    number = changes.newest()
    change(System, srv, location=bonn)
    grid = Grid(alice, "/activity")
    answer = alice.post(f"/change-sets/{number}/undo", headers=grid.headers)
    assert "1 put back, 1 left as they are" in answer.text
    assert "<td>SRV-1</td><td>Location</td>" in answer.text
    assert (state(System, srv)["location"], state(System, other)["location"]) == (bonn, None)


def test_without_scripts_the_undo_is_a_form_that_leads_to_what_it_did(alice, srv):
    change(System, srv, name="SRV-2")
    number = changes.newest()
    token = Grid(alice).headers["X-CSRFToken"]
    answer = alice.post(f"/change-sets/{number}/undo", data={"csrf_token": token})
    assert answer.status_code == 303
    assert "1 put back" in alice.get(answer.location).text


def test_analysts_undo_their_own_and_readers_nothing(bob, rita, srv, people):
    change(System, srv, by=people.bob, name="SRV-2")
    mine = changes.newest()
    change(System, srv, by=people.alice, name="SRV-3")
    hers = changes.newest()
    page = bob.get("/activity").text
    assert f'action="/change-sets/{mine}/undo"' in page
    assert f'action="/change-sets/{hers}/undo"' not in page
    assert bob.post(f"/change-sets/{hers}/undo", headers=Grid(bob).headers).status_code == 403
    assert "/undo" not in rita.get("/activity").text
    assert rita.post(f"/change-sets/{mine}/undo", headers=Grid(rita).headers).status_code == 403


def test_what_is_not_there_is_404(alice):
    assert alice.get("/change-sets/999999").status_code == 404
