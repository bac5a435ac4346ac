"""A cell is edited in place: saved, refused, in conflict, gone."""

import re

import pytest

from app.models.systems import System
from app.models.tags import Tag
from app.services.reading import read_one
from tests.records import change, make, remove
from tests.web.grid import Grid


@pytest.fixture
def grid(bob) -> Grid:
    """Bob's list of systems."""
    return Grid(bob)


@pytest.fixture
def system(app) -> int:
    """A system."""
    return make(System, name="SRV-1")


def stored(system: int, name: str):
    return read_one(System, system, [name])[name]


def base_of(editor: str) -> str:
    return re.search(r'name="base" value="([^"]*)"', editor)[1]


def test_the_editor_is_a_form_with_what_is_stored(grid, system):
    editor = grid.get(f"/{system}/cell/name")
    assert editor.status_code == 200
    assert 'data-editor="name"' in editor.text
    assert base_of(editor.text) == "SRV-1"


def test_a_save_answers_the_cell_the_row_and_a_toast_with_undo(grid, system):
    answer = grid.save(system, "status", "Clean", base_of(grid.get(f"/{system}/cell/status").text))
    assert answer.status_code == 200
    assert stored(system, "status").name == "Clean"
    assert answer.text.startswith("<td ")
    assert f'hx-target="#system-{system}"' in answer.text
    assert "SRV-1: Status Unknown → Clean" in answer.text
    assert re.search(r'action="/change-sets/\d+/undo" method="post"', answer.text)


def test_what_breaks_a_rule_comes_back_as_it_was_typed(grid, system):
    make(System, name="SRV-2")
    answer = grid.save(system, "name", "srv-2", "SRV-1")
    assert answer.status_code == 422
    assert 'value="srv-2"' in answer.text
    assert "is taken by SRV-2" in answer.text
    assert stored(system, "name") == "SRV-1"


def test_an_unknown_status_is_refused_with_the_text_kept(grid, system):
    answer = grid.save(system, "status", "Fine & dandy")
    assert answer.status_code == 422
    assert "Fine &amp; dandy" in answer.text


def test_two_edits_of_one_cell_show_mine_and_theirs(grid, system, people):
    change(System, system, by=people.alice, name="THEIRS")
    answer = grid.save(system, "name", "MINE", "SRV-1")
    assert answer.status_code == 409
    assert 'data-conflict="name"' in answer.text
    assert "alice changed this" in answer.text
    assert "THEIRS" in answer.text
    assert 'value="MINE"' in answer.text
    assert stored(system, "name") == "THEIRS"
    assert base_of(answer.text) == "THEIRS"
    assert grid.save(system, "name", "MINE", base_of(answer.text)).status_code == 200


def test_edits_of_different_cells_of_a_row_never_conflict(grid, system):
    change(System, system, name="OTHER")
    assert grid.save(system, "status", "Clean", "id:1").status_code == 200


def test_tags_of_two_people_are_merged(grid, system):
    change(System, system, tags=[make(Tag, name="theirs")])
    assert grid.save(system, "tags", '["mine"]', "[]").status_code == 200
    assert [tag.name for tag in stored(system, "tags")] == ["mine", "theirs"]


def test_a_deleted_record_says_so_and_keeps_the_text(grid, system):
    remove(System, system)
    answer = grid.save(system, "name", "TYPED", "SRV-1")
    assert answer.status_code == 404
    assert "TYPED" in answer.text


def test_a_reader_may_not_save(rita, system):
    assert Grid(rita).save(system, "name", "X").status_code == 403


def test_a_cell_needs_the_token(bob, system):
    answer = bob.patch(f"/systems/{system}/cell/name", data={"value": "X"}, headers={"HX-Request": "true"})
    assert answer.status_code == 419
    assert stored(system, "name") == "SRV-1"


def test_markup_in_a_value_stays_text(grid, system):
    grid.save(system, "name", "<b>bold</b>")
    assert "&lt;b&gt;bold&lt;/b&gt;" in grid.get("").text
    assert "<b>bold</b>" not in grid.get("").text


def test_a_time_is_read_in_the_zone_of_who_types(grid, system):
    assert grid.save(system, "installed_at", "2026-11-20 22:14", "").status_code == 200
    assert stored(system, "installed_at").isoformat() == "2026-11-20T22:14:00+00:00"


def test_choices_are_ranked_exact_first(grid):
    for name in ("xab", "abx", "ab"):
        make(Tag, name=name)
    answer = grid.get("/choices/tags?q=ab").text
    assert re.findall(r'data-label="([^"]*)"', answer) == ["ab", "abx", "xab"]
