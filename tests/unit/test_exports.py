"""What an export holds: every value so that it comes back, and nothing that becomes a formula."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
import python_calamine
import sqlalchemy as sa
from openpyxl.utils.escape import unescape

from app.entities.query import BadQuery, understand_text
from app.entities.registry import entities, entity
from app.exporting import files
from app.exporting.workbook import fit
from app.extensions import db
from app.models.lookups import Reason, SystemStatus
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.services import changes, records
from tests.importing.files import HOSTILE


@pytest.fixture
def systems(app, people):
    """A system per hostile text, which is its name and the name of its tag and its reason."""
    with changes.recording(people.bob, "ui") as change_set:
        for text in HOSTILE:
            tag = records.create(change_set, Tag, {"name": text}).id
            reason = records.create(change_set, Reason, {"name": text}).id
            values = {
                "name": text,
                "tags": [tag],
                "reason": reason,
                "aliases": [f"{text} alias", f"{text} other"],
            }
            records.create(change_set, System, values)
        moment = dt.datetime(2026, 11, 20, 22, 14, 3, 123456, tzinfo=dt.UTC)
        old = dt.datetime(1899, 1, 1, tzinfo=dt.UTC)
        whole = dt.datetime(2026, 3, 29, 1, 30, 59, tzinfo=dt.UTC)
        times = {"installed_at": moment, "last_booted_at": whole, "first_compromised_at": old}
        secret = records.create(change_set, System, {"name": "times"} | times).id
        records.create(change_set, Memo, {"system": secret, "text": "CANARY-7f3a"})
    db.session.commit()


def exported(plural: str, file_format: str, query: str = "", columns: tuple = ()) -> bytes:
    stream = io.BytesIO()
    one = entity(plural)
    files.write(understand_text(one, query), files.fields_of(one, columns), file_format, stream)
    return stream.getvalue()


def rows_of_csv(data: bytes) -> list[dict]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def book_of(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def rows_of_sheet(data: bytes) -> list[dict]:
    headings, *rows = (
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    )
    return [dict(zip(headings, row, strict=True)) for row in rows]


def test_a_csv_holds_every_field_in_declared_order_under_its_label(systems):
    rows = rows_of_csv(exported("systems", "csv"))
    assert list(rows[0]) == [item.label for item in entity("systems").fields]
    assert len(rows) == len(HOSTILE) + 1


def test_no_cell_of_a_csv_begins_like_a_formula_and_one_mark_less_is_the_text(systems):
    rows = rows_of_csv(exported("systems", "csv"))
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]
    names = {row["Name"].removeprefix("'") if row["Name"] else "" for row in rows}
    assert names == {*HOSTILE, "times"}


def test_no_cell_of_a_workbook_is_a_formula(systems):
    sheet = book_of(exported("systems", "xlsx")).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "d", "n"}
    assert all(
        isinstance(cell.value, (str, dt.datetime)) or cell.column == sheet.max_column for cell in cells
    )


def test_texts_come_back_from_a_workbook_as_they_were(systems):
    rows = rows_of_sheet(exported("systems", "xlsx"))
    assert {row["Name"] for row in rows} == {*HOSTILE, "times"}
    for row in rows:
        if row["Name"] in HOSTILE and ";" not in row["Name"]:
            assert row["Tags"] == row["Reason"] == row["Name"]


def test_names_with_a_semicolon_are_written_as_a_list(systems):
    rows = rows_of_csv(exported("systems", "csv", "name=" + "a, b; c"))
    assert [row["Tags"] for row in rows] == ['["a, b; c"]']


def test_times_say_their_zone_in_csv_and_are_real_dates_in_workbooks(systems):
    (row,) = rows_of_csv(exported("systems", "csv", "name=times"))
    assert row["Installed"] == "2026-11-20 22:14:03.123456Z"
    assert row["Last booted"] == "2026-03-29 01:30:59Z"
    (row,) = rows_of_sheet(exported("systems", "xlsx", "name=times"))
    assert row["Last booted"].isoformat() == "2026-03-29T01:30:59"
    assert row["Installed"] == "2026-11-20 22:14:03.123456Z"
    assert row["First compromised"] == "1899-01-01 00:00Z"


def test_a_workbook_can_be_worked_in(systems):
    book = book_of(exported("systems", "xlsx"))
    sheet = book.worksheets[0]
    count = len(HOSTILE) + 2
    columns = len(entity("systems").fields)
    last = sheet.cell(1, columns).column_letter
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:{last}{count}"
    assert sheet.cell(1, columns + 1).value == "id"
    assert sheet.column_dimensions[sheet.cell(1, columns + 1).column_letter].hidden
    assert sheet.column_dimensions["A"].width > 20
    assert all(cell.font.bold for cell in sheet[1])
    assert book["Values"].sheet_state == "hidden"


def test_the_hidden_id_is_the_record(systems):
    rows = rows_of_sheet(exported("systems", "xlsx", "name=times"))
    assert [row["id"] for row in rows] == [
        db.session.scalar(sa.select(System.id).where(System.name == "times"))
    ]


def test_a_status_is_filled_in_its_colour(systems):
    sheet = book_of(exported("systems", "xlsx", columns=("name", "status"))).worksheets[0]
    unknown = sheet["B2"]
    assert unknown.value == "Unknown"
    assert unknown.fill.fgColor.rgb == "00EEF0F3"
    assert unknown.font.color.rgb == "00566172"


def test_choices_can_be_picked_from_a_list(systems):
    book = book_of(exported("systems", "xlsx", columns=("name", "status", "is_vm", "tags")))
    rules = {str(rule.sqref): rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation}
    assert rules == {"B2:B1048576": "Values!$A$1:$A$8", "C2:C1048576": "Values!$B$1:$B$2"}
    offered = [cell.value for cell in book["Values"]["A"] if cell.value]
    assert offered == list(db.session.scalars(sa.select(SystemStatus.name).order_by(SystemStatus.position)))


def test_control_characters_are_written_as_workbooks_write_them():
    for text in ("bell \x07", "line\r\nend", "_x0041_ stays", "\ufffe", "tab\tand\nline"):
        assert unescape(fit(text)) == text
    assert fit("tab\tand\nline") == "tab\tand\nline"


def test_a_text_that_no_workbook_holds_is_refused_with_its_place(app, people):
    with changes.recording(people.bob, "ui") as change_set:
        records.create(change_set, Tag, {"name": "long", "note": "x" * 40_000})
    db.session.commit()
    with pytest.raises(files.TooLong, match="Note of “long”"):
        exported("tags", "xlsx")
    assert "x" * 40_000 in exported("tags", "csv").decode()


def test_only_the_chosen_columns_and_rows_are_exported(systems):
    rows = rows_of_csv(exported("systems", "csv", "name=times", ("status", "name")))
    assert rows == [{"Status": "Unknown", "Name": "times"}]


def test_memos_are_never_exported(systems):
    with pytest.raises(BadQuery, match="never exported"):
        files.fields_of(entity("memos"))
    for one in entities():
        if one.internal:
            continue
        for file_format in files.FORMATS:
            assert b"CANARY" not in exported(one.plural, file_format)


def test_an_unknown_column_is_named(app):
    with pytest.raises(BadQuery, match="password_hash"):
        files.fields_of(entity("users"), ["password_hash"])


def test_every_entity_can_be_exported(systems):
    for one in entities():
        if not one.internal:
            for file_format in files.FORMATS:
                assert exported(one.plural, file_format)


def test_an_export_costs_the_same_statements_however_many_rows(systems):
    def statements(query: str) -> int:
        db.session.rollback()
        seen = []

        def note(*args) -> None:
            seen.append(args[2])

        sa.event.listen(db.engine, "before_cursor_execute", note)
        exported("systems", "csv", query)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    assert statements("name=times") == statements("")
