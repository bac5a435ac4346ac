"""Every text of a note or report item is kept, counted and can be compared."""

import pytest

from app.models.lookups import Headline
from app.models.notes import Note, ReportItem
from app.services import revisions
from app.services.reading import read_one
from tests.records import change, make, remove, system, undo_last


def version(model, record_id: int) -> int:
    return read_one(model, record_id, ["version"])["version"]


def report(**values) -> int:
    return make(ReportItem, system=system("SRV-1"), headline=make(Headline, name="Access"), **values)


@pytest.fixture(params=["note", "report item"])
def written(app, request) -> tuple:
    if request.param == "note":
        return Note, make(Note, title="Findings", content="one")
    return ReportItem, report(content="one")


def test_each_saved_text_is_a_version_and_nothing_else_is(written, people):
    model, record = written
    assert version(model, record) == 1
    change(model, record, by=people.bob, content="one\ntwo")
    change(model, record, assigned_to=people.bob, position=7)
    change(model, record, by=people.alice, content="two")
    found = revisions.of_record(model, record)
    assert [(one.number, one.text, one.by) for one in found] == [
        (1, "one", ""),
        (2, "one\ntwo", "bob"),
        (3, "two", "alice"),
    ]
    assert version(model, record) == 3


def test_an_undone_text_is_a_version_too(written):
    model, record = written
    change(model, record, content="two")
    undo_last()
    assert [one.text for one in revisions.of_record(model, record)] == ["one", "two", "one"]
    assert version(model, record) == 3


def test_the_bin_makes_no_version(written):
    model, record = written
    remove(model, record)
    undo_last()
    assert version(model, record) == 1
    assert len(revisions.of_record(model, record)) == 1


def test_a_record_that_began_without_text_has_an_empty_first_version(app):
    note = make(Note, title="Empty")
    change(Note, note, content="now")
    assert [one.text for one in revisions.of_record(Note, note)] == ["", "now"]


def test_a_text_that_a_service_writes_is_what_an_editor_would_send(written):
    model, record = written
    change(model, record, content="\r\none\r\ntwo\n")
    assert read_one(model, record)["content"] == "one\ntwo"
    change(model, record, content="one\r\ntwo")
    assert version(model, record) == 2


def test_two_texts_are_compared_line_by_line():
    old = "\n".join(f"line {number}" for number in range(1, 21))
    new = old.replace("line 10", "line ten").replace("line 20", "line 20\nline 21")
    parts = revisions.compare(old, new)
    assert len(parts) == 2
    changed = [
        (line.how, line.old, line.new, line.text) for part in parts for line in part if line.how != "same"
    ]
    assert changed == [
        ("removed", 10, None, "line 10"),
        ("added", None, 10, "line ten"),
        ("added", None, 21, "line 21"),
    ]
    assert revisions.compare(old, old) == []


def test_long_texts_that_repeat_themselves_are_compared_quickly():
    old = "\n".join(["- seen", ""] * 5000)
    new = "\n".join(["- gone", ""] * 5000)
    assert sum(line.how == "added" for part in revisions.compare(old, new) for line in part) >= 5000
