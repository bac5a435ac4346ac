"""The global search: what it finds, in which order, what it never shows, what it costs."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.base import now
from app.models.cases import Case
from app.models.lookups import Contact, Ip, Location
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.services import search
from tests.pages import problems
from tests.records import change, make, remove, system
from tests.rest import Rest

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def rest(app) -> Rest:
    """Bob's token: an analyst."""
    return Rest(app, "bob")


def found(rest: Rest, text: str) -> dict[str, list[str]]:
    answer = rest.get(f"search?q={text}")
    return {group["entity"]: [item["name"] for item in group["items"]] for group in answer["groups"]}


def test_systems_are_found_by_name_alias_address_and_what_else_their_list_finds(rest):
    place = make(Location, name="Gdańsk 4711")
    srv = system("SRV-1", aliases=["C.47110a"], ips=[make(Ip, name="10.47.11.9")], location=place)
    for text in ("srv-1", "c.4711", "47.11.9", "gdańsk", "RV-"):
        assert found(rest, text)["systems"] == ["SRV-1"], text
    (group,) = [g for g in rest.get("search?q=c.4711")["groups"] if g["entity"] == "systems"]
    assert group["items"] == [
        {
            "id": srv,
            "name": "SRV-1",
            "address": f"/systems/{srv}",
            "status": {"id": 1, "name": "Unknown"},
            "matched": {"field": "aliases", "value": "C.47110a"},
        }
    ]


def test_tags_memos_cases_lookups_and_people_are_found_too(rest):
    srv = system("SRV-1")
    make(Tag, name="needle tag")
    make(Memo, system=srv, text="A long memo " + "x" * 200 + " with the Needle in it")
    make(Case, name="Needle case")
    make(Location, name="Needle town")
    make(Contact, name="Ann Needle", email="ann@example.com")
    hits = found(rest, "needle")
    memo = hits.pop("memos")[0]
    assert memo.startswith("… ")
    assert "Needle in it" in memo
    assert hits == {
        "tags": ["needle tag"],
        "cases": ["Needle case"],
        "contacts": ["Ann Needle"],
        "locations": ["Needle town"],
    }
    assert found(rest, "rita") == {"users": ["rita"]}


def test_the_exact_name_comes_first_then_what_begins_so_then_the_rest(rest):
    tag = make(Tag, name="dc1")
    for name in ("OLD-DC1", "DC10", "DC1", "DC1-A"):
        system(name)
    system("A-TAGGED", tags=[tag])
    system("B-ALIASED", aliases=["DC1-B"])
    assert found(rest, "dc1")["systems"] == ["DC1", "DC1-A", "DC10", "OLD-DC1", "A-TAGGED", "B-ALIASED"]


def test_the_exact_address_comes_before_those_that_contain_it(rest):
    for number, address in enumerate(("10.0.0.10", "10.0.0.11", "10.0.0.1", "110.0.0.1")):
        system(f"S{number}", ips=[make(Ip, name=address)])
    assert found(rest, "10.0.0.1")["systems"] == ["S2", "S0", "S1", "S3"]


def test_what_is_in_the_bin_or_deprecated_is_not_found(rest):
    gone, old = system("NEEDLE-1"), system("NEEDLE-2")
    remove(System, gone)
    change(System, old, deprecated_at=now())
    assert found(rest, "needle") == {}


@pytest.mark.parametrize("text", ["%25", "_", "%22", "'", "%5C", "/", "%20", ""])
def test_letters_with_a_meaning_in_queries_mean_themselves(rest, text):
    system("PLAIN")
    assert "systems" not in found(rest, text)


def test_folded_letters_are_found_in_either_case(rest):
    system("STRAßE-Ä")
    assert found(rest, "strasse-ä")["systems"] == ["STRAßE-Ä"]


def test_a_group_is_short_and_says_how_many_there_are(bob, rest, monkeypatch):
    for number in range(12):
        system(f"SRV-{number:02}")
    tag = make(Tag, name="srv")
    system("OTHER", tags=[tag])
    panel = bob.get("/search?q=srv", headers=FRAGMENT).text
    assert panel.count("SRV-") == 5
    assert 'href="/systems?q=srv">All 13 systems' in panel
    assert rest.get("systems?q=srv")["total"] == 13
    group = rest.get("search?q=srv&per_group=2")["groups"][0]
    assert (group["total"], group["is_more"], len(group["items"])) == (13, False, 2)
    assert rest.get(group["address"].removeprefix("/api/v1/"))["total"] == 13
    monkeypatch.setattr(search, "COUNTED", 10)
    assert "All 10+ systems" in bob.get("/search?q=srv", headers=FRAGMENT).text


def test_only_the_case_of_the_top_bar_is_searched(bob, rest):
    case = make(Case, name="Gutenberg")
    system("SRV-1")
    system("SRV-2", cases=[case])
    make(Tag, name="srv tag")
    for value in (f"id:{case}", "Gutenberg"):
        assert found(rest, f"srv&cases={value}") == {"tags": ["srv tag"], "systems": ["SRV-2"]}
    page = bob.get(f"/search?q=srv&cases=id:{case}").text
    assert problems(page) == []
    assert "SRV-1" not in page
    assert "<b>Gutenberg</b>" in page
    assert 'href="/search?q=srv">Search all cases' in page
    panel = bob.get(f"/search?q=srv-1&cases=id:{case}", headers=FRAGMENT).text
    assert "Nothing contains “srv-1” in this case" in panel
    assert found(rest, "srv&cases=nothing")["tags"] == ["srv tag"]
    group = rest.get(f"search?q=srv&cases=id:{case}&per_group=1")["groups"][0]
    assert rest.get(group["address"].removeprefix("/api/v1/"))["total"] == group["total"] == 1


def test_the_top_bar_knows_the_case_of_the_list_when_a_filter_changes_it(bob):
    case = make(Case, name="Gutenberg")
    assert 'form="everywhere"' not in bob.get("/systems").text
    part = bob.get(f"/systems?cases=id:{case}", headers=FRAGMENT).text
    assert f'<input type="hidden" name="cases" value="id:{case}" form="everywhere">' in part
    assert "<b>Gutenberg</b>" in part


def test_what_only_one_field_of_many_rows_has_is_counted_and_bounded(rest, monkeypatch):
    tags = [make(Tag, name="wave-1"), make(Tag, name="wave-2")]
    for number in range(8):
        system(f"SRV-{number}", tags=tags)
    assert rest.get("search?q=wave")["groups"][0]["total"] == 8
    monkeypatch.setattr(search, "COUNTED", 6)
    group = rest.get("search?q=wave&per_group=3")["groups"][0]
    assert (group["total"], group["is_more"], len(group["items"])) == (6, True, 3)


def test_a_reader_finds_no_memo(rita, app):
    make(Memo, system=system("SRV-1"), text="CANARY")
    assert "Nothing contains" in rita.get("/search?q=canary", headers=FRAGMENT).text
    assert Rest(app, "rita").get("search?q=canary")["groups"] == []
    assert Rest(app, "bob").get("search?q=canary")["groups"][0]["entity"] == "memos"


def test_the_page_works_without_scripts(bob):
    srv = system("SRV-1")
    page = bob.get("/search?q=srv").text
    assert problems(page) == []
    assert f'<a href="/systems/{srv}">' in page
    assert 'aria-label="Everywhere" action="/search" method="get"' in page
    assert problems(bob.get("/search").text) == []
    assert "Nothing contains it" in bob.get("/search?q=nowhere").text


def test_hostile_names_are_text(bob):
    system("<img src=x onerror=alert(1)>")
    for headers in ({}, FRAGMENT):
        text = bob.get("/search?q=<img", headers=headers).text
        assert "<img src=x" not in text
        assert "&lt;img src=x" in text


@pytest.mark.parametrize("query", ["q=a&per_group=0", "q=a&per_group=101", "q=a&nothing=1", "q=%00"])
def test_what_can_not_be_meant_is_refused(rest, query):
    rest._json(rest.ask("GET", f"search?{query}"), 400)


def test_a_page_that_can_not_be_meant_is_an_error_page(bob):
    assert bob.get("/search?q=%00").status_code == 400


def test_it_costs_the_same_number_of_statements_however_much_is_found(bob):
    def statements(text: str) -> int:
        seen = []

        def note(connection, cursor, statement, *_rest) -> None:
            seen.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        bob.get(f"/search?q={text}", headers=FRAGMENT)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    tag = make(Tag, name="needle")
    system("NEEDLE-1", tags=[tag], aliases=["a needle"])
    bob.get("/search?q=needle", headers=FRAGMENT)
    few = statements("needle")
    for number in range(2, 6):
        system(f"NEEDLE-{number}", tags=[tag], aliases=[f"needle {number}"])
    assert statements("needle") == few <= 12
