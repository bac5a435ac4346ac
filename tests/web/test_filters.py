"""Filters: what the dialog offers for each kind of value, and the chips that say it in words."""

import html
import re

import pytest

from app.entities import registry
from app.models.systems import System
from tests.records import make, system
from tests.web.grid import Grid


def chips(browser, query: str) -> list[str]:
    page = browser.get(f"/systems?{query}").text
    found = re.findall(r'<span class="chip"><button[^>]*>(.*?)</button>', page)
    return [html.unescape(re.sub(r"<[^>]+>", "", chip)) for chip in found]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("status.not=Clean", "Status is not Clean"),
        ("assigned_to.empty=1", "Assigned is empty"),
        ("assigned_to.empty=0", "Assigned is not empty"),
        ("installed_at.min=2026-11-20", "Installed from 2026-11-20"),
        ("installed_at.max=2026-11-21", "Installed until 2026-11-21"),
        ("is_vm=yes", "Virtual yes"),
        ("location=&location=Nowhere", "Location empty, Nowhere"),
    ],
)
def test_a_chip_says_its_filter_in_words(alice, query, words):
    assert chips(alice, f"{query}&deprecated_at.empty=any") == [words]


def test_a_chip_names_what_the_address_gives_by_id(alice):
    host = system("HOST-1")
    assert chips(alice, f"host_system.not=id:{host}&deprecated_at.empty=any") == ["Host system is not HOST-1"]


def test_every_filtered_field_has_a_dialog_with_not(alice):
    for entity in registry.entities():
        if entity.plural == "users":
            continue
        grid = Grid(alice, f"/{entity.plural}")
        for item in filter(lambda item: item.filtered, entity.visible(see_internal=True)):
            text = grid.get(f"/filter?field={item.name}").text
            assert f'name="{item.name}.not"' in text, item.name
            ranged = item.kind.editor in ("integer", "datetime")
            assert (f'name="{item.name}.min"' in text) is ranged, item.name


def test_the_dialog_shows_the_filters_in_force(alice):
    grid = Grid(alice)
    text = grid.get("/filter?field=installed_at&installed_at.min=2026-01-01&installed_at.not=2026-02-02").text
    assert 'name="installed_at.min" value="2026-01-01"' in text
    assert 'name="installed_at.not" value="2026-02-02"' in text
    host = system("HOST-1")
    assert f'value="id:{host}" checked' in grid.get(f"/filter?field=host_system&host_system=id:{host}").text


def test_of_many_values_the_dialog_shows_the_names(alice):
    hosts = [system(f"HOST-{n}") for n in range(60)]
    text = Grid(alice).get(f"/filter?field=host_system&host_system=id:{hosts[3]}&host_system=HOST-5").text
    assert 'value="HOST-3; HOST-5"' in text


def test_a_filter_offers_nothing_to_create_and_no_empty_choice(alice):
    text = Grid(alice).get("/filter?field=tags").text
    assert "data-grows" not in text
    assert (
        'value=""'
        not in Grid(alice).get("/filter?field=is_vm").text.partition("ticks")[2].partition("</div>")[0]
    )


def test_fields_that_are_never_empty_do_not_ask_for_it(alice):
    grid = Grid(alice)
    assert "name.empty" not in grid.get("/filter?field=name").text
    assert "location.empty" in grid.get("/filter?field=location").text


def test_the_usual_filter_can_be_taken_away_in_its_dialog(alice):
    text = Grid(alice).get("/filter?field=deprecated_at").text
    assert 'name="deprecated_at.empty" value="any"' in text
    make(System, name="OLD-1", deprecated_at=None)
    assert "OLD-1" in alice.get("/systems?deprecated_at.empty=any").text


def test_what_a_form_says_becomes_an_address(alice):
    system("SRV-1")
    answer = alice.get("/systems?q=&name=SRV-1;+SRV-2;&split=name&name.not=&sort=name")
    assert answer.location == "/systems?name=SRV-1&name=SRV-2&sort=name&deprecated_at.empty=1"
    assert alice.get(answer.location).status_code == 200
    assert alice.get("/systems?status=&status=Clean").status_code == 200


def test_as_many_rows_come_as_there_were(alice):
    for number in range(130):
        system(f"SRV-{number:03}")
    rows = Grid(alice).get("?rows=120").text
    assert (rows.count("data-id="), "<h1>" in rows, "after=120" in rows) == (120, False, True)
    assert Grid(alice).get("?rows=5&after=100").text.count("data-id=") == 5
    assert Grid(alice).get("?rows=-5").text.count("data-id=") == 1
