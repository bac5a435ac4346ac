"""The assignments page: what nobody has, what somebody has, taking the next, handing over."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
import sqlalchemy as sa

from app.blueprints.overview import work as work_of
from app.entities import registry
from app.entities.states import read_states
from app.extensions import db
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.changes import ChangeSet
from app.models.lookups import TaskName
from app.models.notes import Note
from app.models.systems import System
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.users import User
from app.services import changes
from tests.conftest import csrf_token
from tests.invariants import assert_history_replays
from tests.pages import problems
from tests.records import change, make, state, system, undo_last
from tests.web.grid import Grid
from tests.web.test_status import listed


@pytest.fixture
def work(app, people) -> dict[str, int]:
    """Work of bob, of alice and of nobody, in and out of a case."""
    north = make(Case, name="North", assigned_to=people.alice)
    hot = make(Tag, name="hot", assigned_to=people.bob)
    srv = system("SV-FREE", priority="Low", cases=[north], tags=[hot])
    bobs = system("SV-BOB", assigned_to=people.bob, analysis_status="Needs analysis")
    done = system("SV-DONE", assigned_to=people.bob, analysis_status="Nothing to do")
    urgent = make(Artifact, name="urgent.raw", system=srv, type="File", priority="Critical")
    make(Artifact, name="later.raw", system=srv, type="File", priority="Critical", case=north)
    make(Artifact, name="over.raw", system=srv, type="File", priority="Critical", status="Analysis finished")
    make(Task, name=make(TaskName, name="Look"), assigned_to=people.bob, case=north, priority="High")
    make(Note, title="Overview", assigned_to=people.bob, tags=[hot])
    return {"north": north, "hot": hot, "srv": srv, "bobs": bobs, "done": done, "urgent": urgent}


def titles(page: str) -> set[str]:
    """What the sections list."""
    return {unescape(text) for text in re.findall(r'<td class="what"[^>]*><a href="[^"]+">([^<]+)</a>', page)}


def post(browser, path: str, **form):
    return browser.post(path, data=form | {"csrf_token": csrf_token(browser.get("/me").text)})


def test_without_a_person_it_shows_what_is_open_and_nobody_has(alice, work):
    page = alice.get("/assignments").text
    assert problems(page) == []
    assert {"SV-FREE", "urgent.raw", "later.raw"} <= titles(page)
    assert {"SV-BOB", "SV-DONE", "over.raw", "Look", "Overview"}.isdisjoint(titles(page))
    assert "over.raw" in titles(alice.get("/assignments?all=1").text)


def test_a_person_and_everybody(alice, people, work):
    assert titles(alice.get(f"/assignments?person=id:{people.bob}").text) == {
        *("SV-BOB", "Look", "Overview", "hot"),
    }
    everybody = titles(alice.get("/assignments?person=any").text)
    assert {"SV-FREE", "SV-BOB", "North", "Look"} <= everybody


def test_cases_and_tags_narrow_it_for_every_entity(alice, people, work):
    north = alice.get(f"/assignments?person=any&cases=id:{work['north']}").text
    assert titles(north) == {"SV-FREE", "later.raw", "North", "Look", "hot"}
    hot = alice.get(f"/assignments?person=any&tags=id:{work['hot']}").text
    assert titles(hot) == {"SV-FREE", "Overview", "hot"}


def test_each_number_of_the_workload_is_that_of_the_list_behind_it(alice, people, work):
    for query in ("", f"?cases=id:{work['north']}&all=1", f"?tags=id:{work['hot']}"):
        page = alice.get(f"/assignments{query}").text
        table = page.partition('id="workload"')[2].partition("</table>")[0]
        found = re.findall(r'<a href="([^"]+)"[^>]*>([\d,]+)</a>', table)
        assert len(found) >= 14
        for address, number in found:
            assert listed(alice, unescape(address)) == int(number), address


def test_status_is_edited_and_a_row_grabbed_and_freed_right_there(bob, people, work):
    page = bob.get("/assignments").text
    srv = work["srv"]
    assert f'id="system-{srv}-status" data-field="status" data-editable' in page
    assert f'action="/systems/{srv}/grab"' in page
    revision = re.search(r'data-revision="(\d+)"', page)[1]
    grid = Grid(bob, "/assignments")
    assert grid.get(f"?since={revision}").status_code == 204
    bob.post(f"/systems/{srv}/grab", headers=grid.headers)
    assert "SV-FREE" not in titles(grid.get(f"?since={revision}").text)
    assert f'action="/systems/{srv}/free"' in bob.get(f"/assignments?person=id:{people.bob}").text


def test_a_saved_cell_keeps_the_id_that_the_page_knows(bob, work):
    answer = Grid(bob).browser.patch(
        f"/systems/{work['srv']}/cell/status",
        headers=Grid(bob).headers,
        data={"value": "Clean", "place": "page"},
    )
    assert f'id="system-{work["srv"]}-status"' in answer.text


def test_take_next_gives_the_most_urgent_then_the_oldest_and_opens_it(bob, people, work):
    answer = post(bob, "/assignments/next")
    assert (answer.status_code, answer.location) == (303, f"/artifacts/{work['urgent']}")
    assert state(Artifact, work["urgent"])["assigned_to"] == people.bob
    assert "grabbed as the next" in bob.get(answer.location).text
    assert post(bob, "/assignments/next", what="systems").location == f"/systems/{work['srv']}"
    nothing = post(bob, "/assignments/next", what="systems")
    assert nothing.location == "/assignments"
    assert "nothing open that nobody has" in bob.get("/assignments").text


def test_take_next_stays_within_the_case(bob, work):
    later = post(bob, "/assignments/next", cases=f"id:{work['north']}")
    assert later.location != f"/artifacts/{work['urgent']}"
    assert later.location.startswith("/artifacts/")


def test_handing_over_asks_with_the_numbers_and_is_one_change_that_can_be_undone(alice, people, work):
    query = f"person=id:{people.bob}&to=id:{people.alice}"
    asked = alice.get(f"/assignments/hand-over?{query}").text
    assert problems(asked) == []
    assert re.sub(r"<[^>]+>", "", asked).count("1 system") == 1
    before = db.session.scalar(sa.select(sa.func.max(ChangeSet.id)))
    answer = post(alice, "/assignments/hand-over", person=f"id:{people.bob}", to=f"id:{people.alice}")
    assert answer.location == f"/assignments?person=id:{people.alice}"
    assert state(System, work["bobs"])["assigned_to"] == people.alice
    assert state(System, work["done"])["assigned_to"] == people.bob, "closed ones only if asked for"
    assert db.session.scalar(sa.select(sa.func.max(ChangeSet.id))) == before + 1
    undo_last()
    assert state(System, work["bobs"])["assigned_to"] == people.bob


def test_handing_over_to_nobody_and_within_filters(alice, people, work):
    form = {"person": f"id:{people.bob}", "to": "nobody", "tags": f"id:{work['hot']}"}
    assert post(alice, "/assignments/hand-over", **form).location == f"/assignments?tags=id:{work['hot']}"
    assert state(Tag, work["hot"])["assigned_to"] is None
    assert state(System, work["bobs"])["assigned_to"] == people.bob
    assert alice.get("/assignments/hand-over?person=id:4711&to=nobody").status_code == 404
    assert alice.get("/assignments?person=nonsense").status_code == 400


def test_readers_see_it_without_a_way_to_change_anything(rita, people, work):
    page = rita.get(f"/assignments?person=id:{people.bob}").text
    assert problems(page) == []
    assert "SV-BOB" in titles(page)
    for word in ("data-editable", "/grab", "/assignments/next", "/assignments/hand-over"):
        assert word not in page, word


def test_sections_remember_that_they_are_closed(bob, work):
    token = csrf_token(bob.get("/me").text)
    bob.post("/assignments/sections", data={"section": "systems", "open": "0", "csrf_token": token})
    page = bob.get("/assignments").text
    assert 'data-section="systems">' in page
    assert 'data-section="artifacts" open>' in page


def test_who_is_disabled_and_still_has_something_is_in_the_workload(alice, people, work):
    change(User, people.bob, is_enabled=False)
    page = alice.get("/assignments").text
    assert f'href="/assignments?person=id:{people.bob}"' in page


def test_ten_who_take_the_next_at_once_get_ten_different_ones(app, people):
    for number in range(10):
        system(f"SV-{number}")
    db.session.rollback()

    def take(_number: int) -> int:
        with app.app_context():
            with changes.recording(people.bob, "ui") as change_set:
                found = [registry.entity("systems")]
                taken = work_of.take_next(change_set, found, work_of.Scope(), read_states(), people.bob)
            db.session.commit()
            return taken[1]

    with ThreadPoolExecutor(10) as threads:
        assert len(set(threads.map(take, range(10)))) == 10
    assert_history_replays()
