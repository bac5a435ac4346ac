"""Every entity goes out as a file and comes back: unchanged it changes nothing, edited just what was edited."""

import csv
import io

import openpyxl
import pytest
import sqlalchemy as sa

from app.entities.entity import Entity, Field
from app.entities.query import ids, understand
from app.entities.registry import entities, entity
from app.entities.scalars import Boolean, Choice, DateTime, Integer
from app.exporting import files as exports
from app.extensions import db
from app.importing.actors import actor_for
from app.importing.plan import Plan
from app.importing.runs import open_bytes
from app.models.lookups import Ip
from app.models.tags import Tag
from app.models.tasks import Task
from app.security.access import person_named
from app.services import changes
from app.services.reading import read
from app.services.shape import label_of
from tests.importing.everything import make_everything
from tests.importing.files import bring, counts
from tests.records import change, make, state

KINDS = [of.plural for of in entities() if not of.internal]
FORMATS = ["csv", "xlsx"]


@pytest.fixture
def everything(people):
    make_everything(people.bob)


def exported(plural: str, file_format: str, names=()) -> bytes:
    of, stream = entity(plural), io.BytesIO()
    exports.write(understand(of, []), exports.fields_of(of, names), file_format, stream)
    db.session.rollback()
    return stream.getvalue()


def live(plural: str) -> list[int]:
    table = entity(plural).model.__table__
    return list(db.session.scalars(sa.select(table.c.id).where(table.c.deleted_at.is_(None)).order_by("id")))


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_was_exported_comes_back_without_a_change(everything, file_format):
    told = {}
    for plural in KINDS:
        before = changes.newest()
        outcome = counts(bring(exported(plural, file_format), by="ada", kind=plural))
        if outcome != {"same": len(live(plural))} or changes.newest() != before:
            told[plural] = outcome
    assert told == {}


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_few_columns_come_back_without_a_change_too(everything, file_format):
    told = {}
    for plural in set(KINDS) - {"systems"}:  # a deprecated one is told from its successor by its UUID only
        of = entity(plural)
        names = [field.name for field in of.fields if field.default or field.name in of.identity]
        outcome = counts(bring(exported(plural, file_format, names), by="ada", kind=plural))
        if outcome != {"same": len(live(plural))}:
            told[plural] = outcome
    assert told == {}


def test_an_edited_cell_of_a_workbook_is_all_that_changes(everything):
    told = []
    for plural in KINDS:
        of, book = entity(plural), openpyxl.load_workbook(io.BytesIO(exported(plural, "xlsx")))
        for field in editable(of):
            told += told_of(of, field, edited(book, of, field))
    assert told == []


def test_an_edited_cell_of_a_csv_that_does_not_say_which_record_it_is_is_all_that_changes(everything):
    told = []
    for plural in KINDS:
        of = entity(plural)
        lines = list(csv.reader(io.StringIO(exported(plural, "csv").decode("utf-8-sig"))))
        for field in (field for field in editable(of) if field.name not in of.identity):
            index = lines[0].index(field.label)
            first = [other_value(of, field) if i == index else cell for i, cell in enumerate(lines[1])]
            text = io.StringIO()
            csv.writer(text).writerows([lines[0], first, *lines[2:]])
            told += told_of(of, field, text.getvalue().encode())
    assert told == []


def edited(book: openpyxl.Workbook, of: Entity, field: Field) -> bytes:
    """The workbook with another value in one cell of its first row; the book itself stays as it is."""
    sheet, stream = book.worksheets[0], io.BytesIO()
    cell = sheet.cell(2, [heading.value for heading in sheet[1]].index(field.label) + 1)
    before, kind = cell.value, cell.data_type
    cell.value = other_value(of, field)
    book.save(stream)
    cell.value = before
    cell.data_type = kind
    return stream.getvalue()


def editable(of: Entity) -> list[Field]:
    """The fields of a first row that can be edited alone; systems are renamed on their page only."""
    fields = [field for field in of.fields if field.editable and not field.internal]
    if of.plural == "systems":
        return [field for field in fields if field.name not in ("name", "host_system", "aliases")]
    return fields


def other_value(of: Entity, field: Field) -> str:
    """What somebody may type into the first row, other than what is there."""
    row = read(of.model, [first_of(of)], [field.name])[0]
    kind, shown = field.kind, field.kind.show(row[field.name])
    if kind.attribute.sort in ("one", "many"):
        label = label_of(kind.attribute.target)
        names = db.session.scalars(sa.select(label).group_by(label).having(sa.func.count() == 1))
        return next(
            name for name in names if name not in ("", shown) and (not kind.is_many or name[0].isalnum())
        )
    if isinstance(kind, Boolean):
        return "no" if shown == "yes" else "yes"
    if isinstance(kind, Choice):
        return next(str(word) for word in kind.enum if word != shown)
    if isinstance(kind, DateTime):
        return "2027-01-02 03:04:05Z"
    special = {"md5": "f" * 32, "sha1": "f" * 40, "sha256": "f" * 64, "email": "new@example.com"}
    if of.model is Ip and field.name == "name":
        return "10.9.9.9"
    return "77" if isinstance(kind, Integer) else special.get(field.name, "Edited, twice")


def first_of(of: Entity) -> int:
    """The record in the first row of an export."""
    return ids(understand(of, []))[0]


def told_of(of: Entity, field: Field, content: bytes) -> list:
    """What else would happen than a change of this one cell; a rule may refuse it."""
    plan = planned(content, of.plural)
    going = [(host.id, list(host.changes)) for host in plan.going_in]
    refused = [fault.column for fault in plan.faults]
    if going == [(first_of(of), [field.name])] or (not going and len(plan.faulty_rows) == 1):
        return []
    return [(of.plural, field.name, going, refused, plan.counts())]


def planned(content: bytes, plural: str) -> Plan:
    db.session.rollback()
    actor = actor_for(person_named("ada"), "ada", plural)
    return open_bytes(content, actor.id, plural).plan(actor)


def test_an_edited_workbook_goes_in_and_one_that_is_older_than_a_change_does_not(everything):
    one = first_of(entity("tasks"))
    book, of = openpyxl.load_workbook(io.BytesIO(exported("tasks", "xlsx"))), entity("tasks")
    sheet = edited(book, of, of.field("note"))
    assert counts(bring(sheet, kind="tasks")) == {"changed": 1, "same": len(live("tasks")) - 1}
    assert state(Task, one)["note"] == "Edited, twice"
    change(Task, one, note="by a colleague")
    assert counts(bring(sheet, kind="tasks")) == {"same": len(live("tasks")), "kept": 1}
    assert state(Task, one)["note"] == "by a colleague"


def test_a_row_that_was_copied_in_a_workbook_is_a_new_record(everything):
    book = openpyxl.load_workbook(io.BytesIO(exported("artifacts", "xlsx")))
    sheet = book.worksheets[0]
    sheet.append([cell.value for cell in sheet[2]])
    sheet.cell(sheet.max_row, 1).value = "the copy"
    stream = io.BytesIO()
    book.save(stream)
    assert counts(bring(stream.getvalue(), kind="artifacts")) == {"new": 1, "same": 4}


def test_a_name_that_moved_to_another_row_is_not_lost_but_told(people):
    make(Tag, name="a")
    book = openpyxl.load_workbook(io.BytesIO(exported("tags", "xlsx", ["name", "created_at", "updated_at"])))
    sheet = book.worksheets[0]
    line = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "a")
    line[0].value = "b"
    sheet.append(["a"])
    stream = io.BytesIO()
    book.save(stream)
    done = bring(stream.getvalue(), kind="tags")
    assert (counts(done)["changed"], counts(done)["faulty"]) == (1, 1)
    assert "exists already" in done.result["errors"][0]["reason"]
