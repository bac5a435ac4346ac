"""Lists: pages and fragments, filters, columns of one's own, names, what is new, statements."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.services import changes, records
from app.services.drafts import Draft
from tests.records import change, make, remove
from tests.web.grid import Grid


def make_many(count: int) -> None:
    tag = make(Tag, name="many")
    with changes.recording(None, "ui") as change_set:
        drafts = [Draft(values={"name": f"SRV-{n}", "tags": [tag]}) for n in range(count)]
        records.write(change_set, System, drafts)
    db.session.commit()


@pytest.fixture
def statements(app):
    """Count the statements that a call sends."""

    def count(call) -> int:
        seen = []
        listen = (db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        sa.event.listen(*listen)
        call()
        sa.event.remove(*listen)
        return len(seen)

    return count


def test_a_list_costs_the_same_statements_however_long_it_is(alice, statements):
    make_many(3)
    few = statements(lambda: alice.get("/systems"))
    with changes.recording(None, "ui") as change_set:
        records.write(change_set, System, [Draft(values={"name": f"MORE-{n}"}) for n in range(90)])
    db.session.commit()
    assert statements(lambda: alice.get("/systems")) == few


def test_the_same_address_gives_the_page_or_its_fragment(alice):
    make_many(1)
    page, fragment = alice.get("/systems"), alice.get("/systems", headers={"HX-Request": "true"})
    assert "<html" in page.text
    assert "<html" not in fragment.text
    assert 'id="systems-table"' in page.text
    assert 'id="systems-table"' in fragment.text
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in alice.get("/systems", headers=restored).text
    for header in ("HX-Request", "HX-Request-Type", "HX-History-Restore-Request"):
        assert header in page.headers["Vary"]


def test_rows_and_cells_have_names_to_rely_on(alice):
    system = make(System, name="SRV-1")
    text = alice.get("/systems").text
    assert f'<tr id="system-{system}" data-id="{system}"' in text
    assert 'data-field="status"' in text


def test_the_next_rows_follow_the_last_one(alice):
    make_many(130)
    first = alice.get("/systems").text
    assert first.count("data-id=") == 100
    after = first.partition("after=")[2].partition('"')[0].partition("&")[0]
    rest = alice.get(f"/systems?after={after}", headers={"HX-Request": "true"}).text
    assert rest.count("data-id=") == 30
    assert 'id="more"' not in rest


def test_deprecated_systems_are_left_out_by_a_chip_that_can_be_taken_away(alice):
    make(System, name="OLD-1", deprecated_at=changes.now())
    assert "OLD-1" not in alice.get("/systems").text
    assert "deprecated_at.empty=any" in alice.get("/systems").text
    assert "OLD-1" in alice.get("/systems?deprecated_at.empty=any").text


def test_a_query_that_means_nothing_is_answered_with_400(alice):
    assert alice.get("/systems?nonsense=1").status_code == 400


def test_columns_are_a_persons_own(alice, bob):
    Grid(alice).post("/columns", columns=["name", "location"])
    assert "col-f-location" in alice.get("/systems").text
    assert "col-f-location" not in bob.get("/systems").text
    assert "col-f-status" not in alice.get("/systems").text


def test_names_of_all_that_match_are_one_per_line(alice):
    make(System, name="SRV-2")
    make(System, name="SRV-10")
    answer = Grid(alice).post("/names", query="q=srv")
    assert answer.mimetype == "text/plain"
    assert answer.text == "SRV-2\nSRV-10"


def test_a_poll_is_204_until_there_is_a_newer_change_set(alice):
    grid = Grid(alice)
    assert grid.get(f"?since={changes.newest()}").status_code == 204


def test_a_poll_brings_changed_rows_and_says_who(alice, people):
    system = make(System, name="SRV-1")
    grid, seen = Grid(alice), changes.newest()
    change(System, system, by=people.bob, name="SRV-9")
    answer = grid.get(f"?since={seen}")
    assert answer.status_code == 200
    assert f'data-revision="{changes.newest()}"' in answer.text
    assert f'<hx-partial hx-target="#system-{system}" hx-swap="outerMorph"><tr ' in answer.text
    assert 'data-by="bob"' in answer.text


def test_rows_that_left_the_filter_go(alice):
    system = make(System, name="SRV-1")
    grid, seen = Grid(alice), changes.newest()
    change(System, system, name="OTHER")
    assert f'hx-target="#system-{system}" hx-swap="delete"' in grid.get(f"?q=srv&since={seen}").text
    seen = changes.newest()
    remove(System, system)
    assert f'hx-target="#system-{system}" hx-swap="delete"' in grid.get(f"?since={seen}").text


def test_a_renamed_lookup_asks_for_the_whole_list_again(alice):
    tag = make(Tag, name="old")
    grid, seen = Grid(alice), changes.newest()
    change(Tag, tag, name="new")
    assert "data-refetch" in grid.get(f"?since={seen}").text


def test_memos_are_not_for_readers(rita, alice):
    make(Memo, system=make(System, name="SRV-1"), text="internal")
    assert rita.get("/memos").status_code == 403
    assert "internal" in alice.get("/memos").text


def test_a_new_record_is_made_by_a_plain_form(alice):
    grid = Grid(alice)
    form = {"csrf_token": grid.headers["X-CSRFToken"], "name": "SRV-1", "tags": "one; two"}
    answer = alice.post("/systems/new", data=form)
    assert answer.status_code == 303
    again = alice.post("/systems/new", data=form)
    assert again.status_code == 422
    assert "is taken by SRV-1" in again.text
    assert 'value="one; two"' in again.text


def test_a_form_lists_what_somebody_else_changed_and_merges_the_rest(alice, people):
    system = make(System, name="SRV-1")
    grid = Grid(alice)
    page = alice.get(f"/systems/{system}/edit").text
    change(System, system, by=people.bob, name="THEIRS", uuid="theirs")
    form = {"csrf_token": grid.headers["X-CSRFToken"], "name": "MINE", "base.name": "SRV-1"}
    assert 'name="base.name" value="SRV-1"' in page
    answer = alice.post(f"/systems/{system}/edit", data=form)
    assert answer.status_code == 409
    assert 'data-conflict="name"' in answer.text
    assert "THEIRS" in answer.text
    assert 'value="MINE"' in answer.text


def heading(page: str, name: str) -> str:
    return page.partition(f'data-name="{name}"')[2].partition("</th>")[0]


def test_a_heading_says_its_direction_and_which_key_it_is(alice):
    page = alice.get("/systems?sort=-priority,name").text
    assert 'aria-sort="descending"' in heading(page, "priority")
    assert "↓<sub>1</sub>" in heading(page, "priority")
    assert "↑<sub>2</sub>" in heading(page, "name")
    assert "ascending, key 2" in heading(page, "name")
    assert page.count("aria-sort=") == 1


@pytest.mark.parametrize(
    ("now", "field", "then"),
    [
        ("", "status", "status"),
        ("sort=status", "name", "status,name"),
        ("sort=status,name", "name", "status,-name"),
        ("sort=status,-name", "name", "status"),
        ("sort=status,-name", "status", "-status,-name"),
        ("sort=-status", "status", ""),
    ],
)
def test_shift_adds_a_key_turns_it_and_takes_it_away(alice, now, field, then):
    also = heading(alice.get(f"/systems?{now}").text, field).partition('data-also="')[2].partition('"')[0]
    assert f"sort={then}" in also if then else "sort=" not in also
