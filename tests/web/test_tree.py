"""The list of tasks as a tree: parts stand below what they are a part of, folded away on demand."""

import html
import re

import pytest

from app.models.lookups import TaskName
from app.models.tasks import Task
from app.services import changes
from tests.pages import problems
from tests.records import change, make, remove
from tests.web.grid import Grid

TREE = "/tasks?tree=1"


@pytest.fixture
def tasks(app) -> dict[str, int]:
    """Two trees and what stands alone; the names are in no order."""
    made: dict[str, int] = {}
    for name, above in (("M", ""), ("B", "M"), ("Z", "B"), ("A", "M"), ("C", ""), ("X", "C"), ("D", "")):
        values = {"parent": made[above]} if above else {}
        made[name] = make(Task, name=make(TaskName, name=name), **values)
    return made


def rows(page: str) -> list[tuple[str, int]]:
    """Names and generations, from top to bottom."""
    found = re.findall(r'<tr id="task-\d+"([^>]*)>(.*?)</tr>', page, re.DOTALL)
    depths = [re.search(r'class="depth-(\d)"', attributes) for attributes, _ in found]
    names = [re.search(r'data-field="name".*?<span>(.*?)</span>', row, re.DOTALL)[1] for _, row in found]
    return [(name, int(depth[1]) if depth else 0) for name, depth in zip(names, depths, strict=True)]


def fold_of(page: str, task: int) -> str:
    return html.unescape(re.search(rf'<a id="fold-{task}" href="([^"]*)"', page)[1])


def test_parts_stand_below_what_they_are_a_part_of_in_the_order_of_the_list(bob, tasks):
    page = bob.get(f"{TREE}&sort=name").text
    assert problems(page) == []
    assert rows(page) == [("C", 0), ("X", 1), ("D", 0), ("M", 0), ("A", 1), ("B", 1), ("Z", 2)]
    page = bob.get(f"{TREE}&sort=-name").text
    assert rows(page) == [("M", 0), ("B", 1), ("Z", 2), ("A", 1), ("D", 0), ("C", 0), ("X", 1)]
    assert 'id="total">7<' in page


def test_the_list_leads_to_the_tree_and_back(bob, tasks):
    page = bob.get("/tasks?priority=Medium").text
    assert "fold-" not in page
    assert 'href="/tasks?priority=Medium&amp;tree=1"' in page
    assert 'id="tree" href="/tasks?priority=Medium"' in bob.get("/tasks?priority=Medium&tree=1").text
    assert 'id="tree"' not in bob.get("/systems?tree=1").text


def test_parts_are_folded_away_and_shown_again_by_plain_links(bob, tasks):
    page = bob.get(f"{TREE}&sort=name").text
    folded = fold_of(page, tasks["M"])
    page = bob.get(folded).text
    assert rows(page) == [("C", 0), ("X", 1), ("D", 0), ("M", 0)]
    twice = bob.get(fold_of(page, tasks["C"])).text
    assert rows(twice) == [("C", 0), ("D", 0), ("M", 0)]
    again = fold_of(bob.get(fold_of(twice, tasks["C"])).text, tasks["M"])
    assert html.unescape(again) == f"{TREE}&sort=name"


def test_what_matches_stands_at_the_left_if_what_it_is_a_part_of_does_not(bob, tasks):
    change(Task, tasks["B"], status="Done")
    assert rows(bob.get(f"{TREE}&sort=name&open=1").text) == [
        ("C", 0), ("X", 1), ("D", 0), ("M", 0), ("A", 1), ("Z", 0)
    ]  # fmt: skip
    assert rows(bob.get(f"{TREE}&q=Z").text) == [("Z", 0)]
    remove(Task, tasks["C"])
    assert ("X", 0) in rows(bob.get(TREE).text)


def test_a_long_tree_comes_in_pages_that_never_part_what_belongs_together(bob, app):
    name = make(TaskName, name="Step")
    whole = [make(Task, name=name) for _ in range(4)]
    for one in whole:
        for _ in range(2):
            make(Task, name=name, parent=one)
    grid, address, seen = Grid(bob, "/tasks"), "?tree=1&rows=4", []
    while address:
        page = grid.get(address).text
        seen.append(len(rows(page)))
        more = re.search(r'hx-get="([^"]*after=\d+)[^"]*"', page)
        address = html.unescape(more[1]).removeprefix("/tasks") + "&rows=4" if more else ""
    assert seen == [6, 6]


def test_many_parts_are_in_a_list_of_their_own(bob, app):
    name = make(TaskName, name="Step")
    one = make(Task, name=name)
    for _ in range(51):
        make(Task, name=name, parent=one)
    page = bob.get(TREE).text
    assert len(rows(page)) == 1
    address = fold_of(page, one)
    assert address == f"/tasks?parent=id:{one}&tree=1"
    assert len(rows(bob.get(address).text)) == 51


def test_a_saved_cell_and_a_change_of_others_keep_the_place_of_the_row(bob, tasks):
    grid = Grid(bob, "/tasks")
    saved = grid.browser.patch(
        f"/tasks/{tasks['B']}/cell/note?tree=1", headers=grid.headers, data={"value": "seen"}
    ).text
    assert rows(saved) == [("B", 1)]
    assert f'id="fold-{tasks["B"]}"' in saved
    seen = changes.newest()
    change(Task, tasks["Z"], note="by others")
    answer = grid.get(f"?tree=1&since={seen}").text
    assert rows(answer) == [("Z", 2)]
    assert "data-refetch" not in answer


def test_what_moves_a_row_in_the_tree_fetches_it_again(bob, tasks):
    grid = Grid(bob, "/tasks")
    for move in (
        lambda: change(Task, tasks["Z"], parent=tasks["M"]),
        lambda: make(Task, name=make(TaskName, name="New"), parent=tasks["M"]),
        lambda: remove(Task, tasks["X"]),
    ):
        seen = changes.newest()
        move()
        assert "data-refetch" in grid.get(f"?tree=1&since={seen}").text
        assert "data-refetch" not in grid.get(f"?since={seen}").text


def test_tabs_and_views_keep_the_tree(bob, tasks):
    page = bob.get(f"{TREE}&folded={tasks['M']}").text
    assert 'name="query" value="tree=1&amp;' in page
    assert 'href="/tasks?open=1&amp;tree=1"' in page
    assert re.search(r'href="/tasks\?tree=1"[^>]* aria-current="page">All<', page)


def test_a_foolish_address_is_a_plain_list_or_an_open_tree(bob, tasks):
    for query in ("tree=2", "tree=", "folded=1"):
        assert "fold-" not in bob.get(f"/tasks?{query}").text
    assert len(rows(bob.get(f"{TREE}&folded=x,,9999999999999999999999,-1").text)) == 7
