"""Names pasted on a page: seen while typed, kept as a set, worked on as a list; over REST too."""

import re

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.name_sets import NameSet, name_sets_systems
from app.models.systems import System
from app.services import changes, name_sets
from app.services.reading import read
from tests.conftest import csrf_token
from tests.pages import problems
from tests.records import remove, system
from tests.rest import Rest
from tests.web.grid import Grid


class Page:
    """Somebody's open page of pasted names."""

    def __init__(self, browser, address: str = "/systems/pasted") -> None:
        self.browser, self.address = browser, address
        self.token = csrf_token(browser.get(address).text)

    def send(self, names: str, **form):
        """Press the button."""
        return self.browser.post(self.address, data={"csrf_token": self.token, "names": names} | form)

    def check(self, names: str, purpose: str = "find") -> str:
        """What the page says while one types."""
        headers = {"HX-Request": "true", "X-CSRFToken": self.token}
        form = {"names": names, "purpose": purpose}
        return self.browser.post("/systems/pasted/check", data=form, headers=headers).text


def shown(html: str) -> list[str]:
    """The names of a list's rows."""
    return re.findall(r'<tr id="system-\d+".*?href="/systems/\d+"[^>]*>([^<]+)<', html, re.DOTALL)


def tiles(html: str) -> dict[str, int]:
    found = re.findall(r'<div class="tile"><b>([\d,]+)</b><span>([^<]+)</span>', html)
    return {word: int(number.replace(",", "")) for number, word in found}


@pytest.fixture
def trio(app) -> list[int]:
    return [system(name) for name in ("SRV01", "SRV02", "OTHER")]


def test_the_answer_follows_what_is_typed_and_stores_nothing(rita, trio):
    before = db.session.scalar(sa.select(sa.func.count()).select_from(NameSet))
    text = Page(rita).check("srv01\nnobody-1\n\n10.0.0.1\nSRV01.corp.example.com")
    assert problems(text, fragment=True) == []
    assert tiles(text) == {"found": 1, "unknown": 1, "faulty": 1, "doubled": 1}
    assert "is an IP address, not a name" in text
    assert f'href="/systems/{trio[0]}"' in text
    assert "/systems/create" not in text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(NameSet)) == before


def test_pasted_names_become_a_list_with_an_address_of_its_own(rita, trio):
    answer = Page(rita).send("srv02\nnobody-1\nsrv01")
    assert answer.status_code == 303
    page = rita.get(answer.location)
    assert problems(page.text) == []
    assert shown(page.text) == ["SRV01", "SRV02"]
    assert "<i>Set</i> <b>2 pasted names</b>" in page.text
    assert shown(rita.get(f"{answer.location}&q=02").text) == ["SRV02"]
    back = re.search(r'class="words" href="([^"]+)"', page.text)[1]
    assert "nobody-1" in rita.get(back).text


def test_a_set_can_be_taken_away_and_turned_round(rita, trio):
    address = Page(rita).send("srv01").location
    number = address.partition("=")[2]
    without = re.search(r'<a href="([^"]+)"[^>]*aria-label="Remove the filter Set"', rita.get(address).text)[
        1
    ]
    assert len(shown(rita.get(without.replace("&amp;", "&")).text)) == 3
    assert shown(rita.get(f"/systems?set.not={number}").text) == ["OTHER", "SRV02"]


def test_names_that_mean_nobody_make_no_set(rita, trio):
    answer = Page(rita).send("nobody-1")
    assert answer.status_code == 422
    assert problems(answer.text) == []
    assert "No line names a system that is known" in answer.text
    assert "nobody-1</textarea>" in answer.text


@pytest.mark.parametrize("number", ["4711", "x", "id:1", "0", "99999999999999999999"])
def test_a_set_that_is_not_kept_is_said_with_the_list_without_it(bob, trio, number):
    answer = bob.get(f"/systems?set={number}")
    assert answer.status_code == 400
    assert "is not kept any more" in answer.text


def test_the_bulk_edit_the_export_and_the_names_of_a_list_work_on_the_set(bob, trio):
    address = Page(bob).send("srv01\nsrv02").location
    grid, query = Grid(bob), address.partition("?")[2]
    wanted = {"how": "set", "field": "status", "value": "Compromised", "query": query}
    assert "2" in grid.post("/bulk", **wanted).text
    grid.post("/bulk", **wanted, apply="1")
    assert [row["status"].name for row in read(System, trio, ["status"])] == [
        "Compromised",
        "Compromised",
        "Unknown",
    ]
    assert grid.post("/names", query=query).text == "SRV01\nSRV02"
    sheet = bob.get(f"/systems/export?{query}&format=csv")
    assert "SRV02" in sheet.text
    assert "OTHER" not in sheet.text


def test_a_set_may_be_part_of_a_saved_view(bob, trio):
    query = Page(bob).send("srv01").location.partition("?")[2]
    token = csrf_token(bob.get("/systems").text)
    bob.post("/views", data={"csrf_token": token, "entity": "systems", "name": "named", "query": query})
    assert re.search(rf'href="/systems\?{query}[^"]*"[^>]*>named<', bob.get("/systems").text)


def test_what_went_to_the_bin_is_in_the_set_no_more_and_comes_back(bob, trio):
    address = Page(bob).send("srv01\nsrv02").location
    remove(System, trio[0])
    assert shown(bob.get(address).text) == ["SRV02"]


def test_purging_a_system_takes_it_out_of_the_sets(ada, trio):
    Page(ada).send("srv01\nsrv02")
    remove(System, trio[0])
    Grid(ada, "/bin").post(f"/systems/{trio[0]}/purge")
    left = db.session.scalars(sa.select(name_sets_systems.c.system_id)).all()
    db.session.rollback()
    assert db.session.get(System, trio[0]) is None
    assert left == [trio[1]]


def test_only_the_newest_sets_of_a_person_are_kept(app, people, trio, monkeypatch):
    monkeypatch.setattr(name_sets, "MOST", 3)
    for owner in (people.bob, *[people.alice] * 5):
        changes.begin_write()
        name_sets.keep(owner, "pasted name", "SRV01", trio[:1])
        db.session.commit()
    owners = db.session.scalars(sa.select(NameSet.owner_id)).all()
    assert (owners.count(people.alice), owners.count(people.bob)) == (3, 1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(name_sets_systems)) == 4


def test_without_scripts_a_button_checks(rita, trio):
    answer = Page(rita).send("srv01\nnobody-1", check="1")
    assert answer.status_code == 200
    assert problems(answer.text) == []
    assert tiles(answer.text) == {"found": 1, "unknown": 1}


def test_whoever_may_create_goes_on_with_the_unknown_names(bob, trio):
    text = Page(bob).check("srv01\nnobody-1")
    assert "Create the 1 unknown" in text
    answer = Page(bob, "/systems/create").send("srv01\nnobody-1", begin="1")
    assert tiles(answer.text) == {"new": 1, "known already": 1}


def test_the_list_of_systems_leads_to_both_pages(bob, rita):
    page = bob.get("/systems").text
    assert 'href="/systems/pasted"' in page
    assert 'href="/systems/create"' in page
    assert 'href="/systems/create"' not in rita.get("/systems").text


def test_over_rest_names_are_answered_line_by_line(app, trio):
    rest = Rest(app, "rita")
    told = rest.post("names", {"names": "Hostname\nsrv01\n\nnobody-1\nSRV01\n10.0.0.1"})
    known = [{"id": trio[0], "name": "SRV01"}]
    assert told["set"] is None
    assert told["counts"] == {"faulty": 1, "ambiguous": 0, "doubled": 1, "new": 1, "known": 1}
    assert [(one["line"], one["found"], one["systems"], one["same_as"]) for one in told["lines"]] == [
        (2, "known", known, None), (4, "new", [], None), (5, "doubled", known, 2), (6, "faulty", [], None),
    ]  # fmt: skip


def test_over_rest_a_list_has_no_headings_and_its_set_filters_and_changes_systems(app, trio):
    rest = Rest(app, "bob")
    told = rest.post("names", {"names": ["server", "srv01", "srv02"], "keep": True})
    assert [one["found"] for one in told["lines"]] == ["new", "known", "known"]
    query = f"set={told['set']}"
    assert [item["name"] for item in rest.get(f"systems?{query}")["items"]] == ["SRV01", "SRV02"]
    assert rest.post("systems/bulk", {"query": query, "set": {"status": "Clean"}})["changed"] == 2
    assert rest.ask("GET", "systems?set=4711").status_code == 400


@pytest.mark.parametrize(
    "body", [[], {}, {"names": 1}, {"names": [1]}, {"names": "x", "keep": 1}, {"names": "x", "a": 1}]
)
def test_over_rest_what_makes_no_sense_is_refused(app, body):
    Rest(app, "bob").post("names", body, 422)
