"""Merging from the page of a lookup and by REST: leads only."""

from app.models.lookups import Location, SystemStatus
from app.models.systems import System
from app.models.tags import Tag
from app.services.lookups import find
from app.services.reading import read_one
from tests.pages import problems
from tests.records import make, system
from tests.rest import Rest
from tests.web.grid import Grid


def test_a_lead_merges_from_the_page_of_a_row(alice):
    one, other = make(Location, name="Berln"), make(Location, name="Berlin")
    srv = system("SRV1", location=one)
    page = alice.get(f"/locations/{one}").text
    assert f'href="/locations/{one}/merge"' in page
    asked = alice.get(f"/locations/{one}/merge").text
    assert problems(asked) == []
    assert 'value="Berlin"' in asked
    assert 'value="Berln"' not in asked
    token = Grid(alice, "/locations").headers["X-CSRFToken"]
    answer = alice.post(f"/locations/{one}/merge", data={"csrf_token": token, "into": "Berlin"})
    assert (answer.status_code, answer.location) == (303, f"/locations/{other}")
    assert read_one(System, srv)["location"].id == other
    shown = alice.get(f"/locations/{other}").text
    assert "Berln merged into Berlin: 1 records" in shown
    assert "/undo" in shown


def test_an_unknown_row_is_named_and_what_was_typed_stays(alice):
    one = make(Tag, name="beacn")
    grid = Grid(alice, "/tags")
    answer = grid.post(f"/{one}/merge", into="nowhere")
    assert answer.status_code == 422
    assert 'value="nowhere"' in answer.text
    assert "There is no tag" in answer.text
    assert problems(answer.text, fragment=True) == []
    assert grid.post(f"/{one}/merge", into=f"id:{one}").status_code == 422


def test_rest_merges_by_id_and_by_name(app):
    rest = Rest(app, "alice")
    one, other = make(Tag, name="a"), make(Tag, name="b")
    system("SRV1", tags=[one])
    answer = rest.post(f"tags/{one}/merge", {"into": other})
    assert answer["moved"] == 1
    assert rest.get(f"change-sets/{answer['change_set']}")["source"] == "merge"
    rest.post(f"change-sets/{answer['change_set']}/undo")
    assert rest.post(f"tags/{one}/merge", {"into": "b"})["moved"] == 1
    clean = find(SystemStatus, ["Clean"])["Clean"]
    assert rest.post(f"system-statuses/{clean}/merge", {"into": "Unknown"})["moved"] == 0


def test_rest_says_what_is_wrong(app):
    rest, one = Rest(app, "alice"), make(Tag, name="a")
    for body in ({"into": "nowhere"}, {"into": one}, {}, {"into": None}, {"into": one, "more": 1}, []):
        assert rest.post(f"tags/{one}/merge", body, status=422)["errors"][0]["field"] == "into", body
    rest.post("tags/4711/merge", {"into": one}, status=404)
    rest.post(f"systems/{system('SRV1')}/merge", {"into": 1}, status=404)


def test_only_leads_merge(bob, app):
    one = make(Tag, name="a")
    make(Tag, name="b")
    assert "/merge" not in bob.get(f"/tags/{one}").text
    assert Grid(bob, "/tags").post(f"/{one}/merge", into="b").status_code == 403
    Rest(app, "bob").post(f"tags/{one}/merge", {"into": "b"}, status=403)
