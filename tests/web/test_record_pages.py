"""The page of a record: what it shows to whom, what it leads to, what it catches up with."""

import pytest

from app.models.cases import Case
from app.models.lookups import Location
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.services import changes
from tests.pages import problems
from tests.records import change, make, remove, system
from tests.web.grid import Grid


@pytest.fixture
def srv(app, people) -> int:
    fields = {"aliases": ["old-name"], "cases": [make(Case, name="Nordwind")], "assigned_to": people.bob}
    return system("SRV-1", tags=[make(Tag, name="beacon")], location=make(Location, name="Berlin"), **fields)


def test_everything_is_edited_in_place(bob, srv):
    page = bob.get(f"/systems/{srv}").text
    assert problems(page) == []
    for field in ("name", "status", "analysis_status", "tags", "ips", "aliases", "cases", "is_protected"):
        assert f'id="system-{srv}-{field}" data-field="{field}" data-editable' in page, field
    assert f'action="/systems/{srv}/free"' in page
    assert 'data-copy="SRV-1"' in page


def test_readers_see_the_record_and_no_way_to_change_it(rita, srv):
    page = rita.get(f"/systems/{srv}").text
    assert "SRV-1" in page
    assert "beacon" in page
    assert "Berlin" in page
    for mark in ("data-editable", "/delete", "/grab", "/free", "Edit all", "Memo", "memo"):
        assert mark not in page, mark


def test_whoever_created_a_record_or_leads_may_delete_it(alice, bob, srv):
    assert f'action="/systems/{srv}/delete"' in alice.get(f"/systems/{srv}").text
    assert f'action="/systems/{srv}/delete"' not in bob.get(f"/systems/{srv}").text
    answer = Grid(alice).browser.post(
        f"/systems/{srv}/delete", data={"leave": "1"}, headers=Grid(alice).headers
    )
    assert answer.status_code in (200, 204), answer.text
    assert alice.get(f"/systems/{srv}").status_code == 404
    assert "in the bin" in alice.get(f"/systems/{srv}/history").text


def test_guests_are_listed_with_their_host(alice, srv):
    guest = system("GUEST-1", host_system=srv)
    assert f'href="/systems/{guest}"' in alice.get(f"/systems/{srv}").text
    assert "Guests" not in alice.get(f"/systems/{guest}").text
    assert f'href="/systems/{srv}"' in alice.get(f"/systems/{guest}").text


def test_an_open_page_is_told_what_changed_and_spared_otherwise(alice, srv, people):
    grid, seen = Grid(alice, f"/systems/{srv}"), changes.newest()
    assert grid.get(f"?since={seen}").status_code == 204
    other = system("OTHER")
    seen = changes.newest()
    change(System, other, by=people.bob, name="ANOTHER")
    assert "SRV-1" not in grid.get(f"?since={seen}").text
    change(System, srv, by=people.bob, name="SRV-NEW")
    news = grid.get(f"?since={seen}").text
    assert "SRV-NEW" in news
    assert f'data-revision="{changes.newest()}"' in news
    remove(System, srv)
    assert "in the bin now" in grid.get(f"?since={changes.newest() - 1}").text


def test_closed_sections_stay_closed_for_that_person_only(bob, alice, srv):
    closed = 'data-section="technical">'
    assert closed not in bob.get(f"/systems/{srv}").text
    assert Grid(bob).post("/sections", section="technical", open="0").status_code == 204
    assert closed in bob.get(f"/systems/{srv}").text
    assert closed not in alice.get(f"/systems/{srv}").text
    Grid(bob).post("/sections", section="technical", open="1")
    assert closed not in bob.get(f"/systems/{srv}").text


def test_a_lookup_leads_to_the_list_of_what_uses_it(alice, srv):
    berlin = make(Location, name="Leipzig")
    for number in range(3):
        system(f"LEJ-{number}", location=berlin)
    page = alice.get(f"/locations/{berlin}").text
    assert f'href="/systems?location=id:{berlin}' in page
    assert "<b>3</b>" in page
    listed = alice.get(f"/systems?location=id:{berlin}").text
    assert "LEJ-2" in listed
    assert "SRV-1" not in listed
    assert 'action="/systems/names"' in page


def test_the_history_of_a_record_tells_old_and_new_to_everybody(rita, srv, people):
    change(System, srv, by=people.bob, name="SRV-2", location=make(Location, name="Hamburg"))
    page = rita.get(f"/systems/{srv}/history").text
    assert problems(page) == []
    for word in ("SRV-2", "Berlin", "Hamburg", "bob", "created"):
        assert word in page, word


def test_a_long_history_comes_in_parts(alice, srv):
    for number in range(55):
        change(System, srv, name=f"SRV-{number + 100}")
    first = alice.get(f"/systems/{srv}/history").text
    before = first.partition("history?before=")[2].partition('"')[0]
    assert "SRV-154" in first
    older = alice.get(f"/systems/{srv}/history?before={before}", headers={"HX-Request": "true"}).text
    assert "created" in older
    assert "SRV-154" not in older


def test_only_an_administrator_is_led_to_the_password_of_others(ada, alice, people):
    link = f'href="/users/{people.bob}/password"'
    assert link in ada.get(f"/users/{people.bob}").text
    assert link not in alice.get(f"/users/{people.bob}").text


def test_forty_tags_and_a_name_without_end_do_not_break_the_page(alice):
    tags = [make(Tag, name=f"tag-{number}") for number in range(40)]
    srv = system("X" * 200, tags=tags)
    page = alice.get(f"/systems/{srv}").text
    assert problems(page) == []
    assert page.count("tag-39") >= 1


def test_the_pane_of_a_record_is_a_fragment_without_ids_of_the_grid(alice, rita):
    srv = system("SRV-PANE", status="Clean")
    make(Memo, system=srv, text="CANARY")
    pane = alice.get(f"/systems/{srv}/pane", headers={"HX-Request": "true"}).text
    assert "SRV-PANE" in pane
    assert 'data-shows="status"' in pane
    assert 'id="c' not in pane
    assert problems(pane, fragment=True) == []
    assert "CANARY" not in rita.get(f"/systems/{srv}/pane", headers={"HX-Request": "true"}).text
    assert alice.get(f"/systems/{srv}/pane").location == f"/systems/{srv}"
