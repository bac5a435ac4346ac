"""Undo puts back exactly what a change set did, and reports what it leaves alone."""

import pytest

from app.models.lookups import Location
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.services import changes, records
from app.services.drafts import Draft
from app.services.reading import read_one
from tests.records import change, make, remove, state, system, undo_last

pytestmark = pytest.mark.usefixtures("app")


def test_a_cell_goes_back_and_an_undo_can_be_undone():
    srv = system("SRV01", status="Clean")
    change(System, srv, status="Compromised")
    undo_last()
    assert read_one(System, srv)["status"].name == "Clean"
    undo_last()
    assert read_one(System, srv)["status"].name == "Compromised"


def test_what_was_changed_since_is_left_and_reported():
    srv = system("SRV01", status="Clean")
    change(System, srv, status="Compromised", is_vm=True)
    change(System, srv, status="Reinstalled")
    undone = undo_last(steps=1)
    assert read_one(System, srv)["status"].name == "Reinstalled"
    assert read_one(System, srv)["is_vm"] is None
    assert [(skip["field"], skip["reason"]) for skip in undone.skipped] == [("status", "was changed since")]


def test_many_valued_fields_are_put_back_element_by_element():
    a, b, c = (make(Tag, name=name) for name in "abc")
    srv = system("SRV01", tags=[a])
    change(System, srv, tags=[b])
    change(System, srv, tags=[b, c])
    undo_last(steps=1)
    assert state(System, srv)["tags"] == [a, c]


def test_a_created_record_goes_to_the_bin_unless_it_was_edited():
    one = system("SRV01")
    undo_last()
    assert read_one(System, one, ["deleted_at"])["deleted_at"]
    two = system("SRV02")
    change(System, two, is_vm=True)
    assert "is_vm" in undo_last(steps=1).skipped[0]["reason"]


def test_an_edit_that_was_undone_does_not_keep_a_creation():
    srv = system("SRV01")
    change(System, srv, is_vm=True)
    undo_last()
    assert undo_last(steps=2).skipped == []
    assert read_one(System, srv, ["deleted_at"])["deleted_at"]


def test_a_created_record_that_something_points_at_stays():
    host = system("ESX")
    system("VM", host_system=host)
    assert "still used" in undo_last(steps=1).skipped[0]["reason"]


def test_a_memo_added_since_keeps_the_system():
    srv = system("SRV01")
    make(Memo, system=srv, text="seen")
    assert "added to it since" in undo_last(steps=1).skipped[0]["reason"]


def test_a_deletion_comes_back_and_a_reference_to_what_is_gone_does_not():
    berlin = make(Location, name="Berlin")
    srv = system("SRV01", location=berlin)
    remove(System, srv)
    undo_last()
    assert read_one(System, srv)["location"].name == "Berlin"
    change(System, srv, location=None)
    remove(Location, berlin)
    undone = undo_last(steps=1)
    assert "does not exist any more" in undone.skipped[0]["reason"]


def test_lookups_and_systems_of_one_change_set_go_together():
    with changes.recording(None, "import") as change_set:
        tag = records.create(change_set, Tag, {"name": "new"})
        records.write(change_set, System, [Draft(values={"name": "SRV01", "tags": [tag.id]})])
    from app.extensions import db

    db.session.commit()
    undone = undo_last()
    assert (undone.count, undone.skipped) == (2, [])


def test_a_freed_name_that_is_taken_again_is_reported():
    srv = system("SRV01")
    change(System, srv, name="SRV02")
    system("SRV01")
    undone = undo_last(steps=1)
    assert undone.skipped[0]["field"] == "name"
    assert state(System, srv)["name"] == "SRV02"
