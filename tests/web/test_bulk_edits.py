"""Bulk edits: preview with counts, then one change set; grab and free."""

from app.models.systems import System
from app.models.tags import Tag
from app.services import changes
from app.services.reading import read, read_one
from tests.records import change, make
from tests.web.grid import Grid


def systems(*names: str) -> list[int]:
    return [make(System, name=name) for name in names]


def test_a_preview_counts_and_writes_nothing(bob):
    ids, grid = systems("A", "B", "C"), Grid(bob)
    change(System, ids[0], status="Clean")
    before = changes.newest()
    answer = grid.post("/bulk", how="set", field="status", value="Clean", ids=",".join(map(str, ids)))
    assert "<b>2</b> of 3 change, 1 are like that already" in answer.text
    assert changes.newest() == before


def test_applied_it_is_one_change_set_with_undo(bob):
    ids, grid = systems("A", "B", "C"), Grid(bob)
    before = changes.newest()
    answer = grid.post("/bulk", how="set", field="status", value="Clean", ids=ids[:2], apply="1")
    assert changes.newest() == before + 1
    assert f'action="/change-sets/{before + 1}/undo"' in answer.text
    assert [row["status"].name for row in read(System, ids, ["status"])] == ["Clean", "Clean", "Unknown"]


def test_all_that_match_are_meant_by_their_query(bob):
    ids, grid = systems("SRV-1", "SRV-2", "OTHER"), Grid(bob)
    grid.post("/bulk", how="add", field="tags", value="seen", query="q=srv", apply="1")
    assert [len(row["tags"]) for row in read(System, ids, ["tags"])] == [1, 1, 0]


def test_tags_are_taken_away(bob):
    tag = make(Tag, name="old")
    system, grid = make(System, name="A", tags=[tag]), Grid(bob)
    grid.post("/bulk", how="remove", field="tags", value="old", ids=system, apply="1")
    assert read_one(System, system, ["tags"])["tags"] == []


def test_an_unknown_status_changes_nothing(bob):
    ids, grid = systems("A"), Grid(bob)
    before = changes.newest()
    answer = grid.post("/bulk", how="set", field="status", value="Nonsense", ids=ids, apply="1")
    assert answer.status_code == 422
    assert changes.newest() == before


def test_an_analyst_deletes_only_what_is_their_own(bob, people):
    theirs, grid = make(System, name="THEIRS"), Grid(bob)
    grid.post("/new", name="MINE")
    answer = grid.post("/bulk", how="delete", query="", apply="1")
    assert "only what one has created oneself" in answer.text
    assert read_one(System, theirs, ["deleted_at"])["deleted_at"] is None
    assert "MINE" not in bob.get("/systems").text


def test_a_second_grab_is_told_who_was_faster(alice, bob, people):
    system = make(System, name="A")
    assert Grid(bob).post(f"/{system}/grab").status_code == 200
    answer = Grid(alice).post(f"/{system}/grab")
    assert answer.status_code == 409
    assert "bob has it already" in answer.text
    assert Grid(alice).post(f"/{system}/free").status_code == 409
    assert Grid(bob).post(f"/{system}/free").status_code == 200
    assert read_one(System, system, ["assigned_to"])["assigned_to"] is None


def test_a_reader_may_not_edit_many(rita):
    assert Grid(rita).post("/bulk", how="delete", query="").status_code == 403


def test_numbers_that_no_record_can_have_are_passed_over(bob):
    (record,), grid = systems("A"), Grid(bob)
    ids = f"{record},²,{10**30},0,-1,x"
    answer = grid.post("/bulk", how="set", field="status", value="Clean", ids=ids, apply="1")
    assert answer.status_code == 200
    assert read_one(System, record, ["status"])["status"].name == "Clean"
