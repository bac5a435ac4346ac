"""Reading workbooks: sheets, numbers and dates as typed, and everything that is refused."""

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest

from app.entities.registry import entity
from app.importing.read import Reading
from app.importing.refusal import ImportRefused
from app.importing.table import Table, read_table


def table(data: bytes, **reading) -> Table:
    return read_table(data, Reading(**reading), entity("systems"))


def workbook(*rows, title="Systems", formats=()) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for cell, number_format in formats:
        book.active[cell].number_format = number_format
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def edited(data: bytes, name: str, change) -> bytes:
    """The workbook with one of its parts changed."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in source.namelist():
            content = source.read(member)
            archive.writestr(member, change(content) if member == name else content)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_are_what_somebody_typed():
    moment = dt.datetime.fromisoformat("2026-11-20 22:14:03")
    row = ["100", 100000, 1e5, 4.5, True, dt.date(2026, 11, 20), moment, "  x ", 12345678901]
    read = table(saved(workbook([f"H{n}" for n in range(9)], row)), header=1)
    assert read.rows[0][1] == [
        *(
            "100",
            "100000",
            "100000",
            "4.5",
            "true",
            "2026-11-20",
            "2026-11-20 22:14:03",
            "  x ",
            "12345678901",
        ),
    ]


def test_leading_zeros_survive_as_text_and_as_a_number_format():
    book = workbook(["System", "Location"], ["00420", 7], [42, 8], formats=[("A3", "00000")])
    assert [cells for _, cells in table(saved(book)).rows] == [["00420", "7"], ["00042", "8"]]


def test_a_formula_gives_its_cached_value():
    data = saved(workbook(["System", "Status"], ["=A1", "clean"]))
    cached = edited(
        data,
        SHEET,
        lambda xml: re.sub(rb"(<f>A1</f>)<v\s*/?>(</v>)?", rb"\1<v>SV-9</v>", xml).replace(
            b'r="A2"', b'r="A2" t="str"'
        ),
    )
    assert table(cached).rows[0][1] == ["SV-9", "clean"]


def test_the_sheet_with_the_most_known_headings_is_chosen_and_another_can_be():
    book = workbook(["Key", "Value"], ["Customer number", "7"], title="About")
    sheet = book.create_sheet("Hosts")
    sheet.append(["HostName", "IPAddress", "SystemType"])
    sheet.append(["SV-1", "10.0.0.1", "Client"])
    read = table(saved(book))
    assert (read.raw.sheet, read.raw.sheets) == ("Hosts", ["About", "Hosts"])
    assert table(saved(book), sheet="About").headings == ["Key", "Value"]


def test_lines_are_the_rows_of_the_sheet():
    book = workbook()
    book.active["C5"], book.active["D5"] = "System", "Status"
    book.active["C8"], book.active["D8"] = "SV-1", "clean"
    read = table(saved(book))
    assert (read.header_line, read.headings, list(read.rows)) == (
        5,
        ["System", "Status"],
        [(8, ["SV-1", "clean"])],
    )


def test_text_cells_of_our_own_workbook_keep_their_apostrophe():
    assert table(saved(workbook(["Name", "Status"], ["'x", "clean"]))).rows[0][1][0] == "'x"


def test_a_damaged_workbook_is_refused():
    data = saved(workbook(["System"], ["A"]))
    with pytest.raises(ImportRefused, match="damaged"):
        table(data[:400])
    with pytest.raises(ImportRefused, match="damaged"):
        table(edited(data, SHEET, lambda xml: xml[:200]))


def test_an_archive_that_is_no_workbook_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(ImportRefused, match="without an Excel workbook"):
        table(stream.getvalue())


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_xml_entities_are_refused(part):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    data = edited(
        saved(workbook(["System"], ["A"])), part, lambda xml: bomb + re.sub(rb"<\?xml.*?\?>", b"", xml)
    )
    with pytest.raises(ImportRefused, match="entities"):
        table(data)


def test_a_part_that_unpacks_too_well_is_refused_before_it_is_unpacked():
    data = edited(saved(workbook(["System"], ["A"])), SHEET, lambda xml: xml + b" " * 30_000_000)
    with pytest.raises(ImportRefused, match="ZIP bomb"):
        table(data)


def test_too_much_in_total_is_refused_by_what_the_archive_declares():
    stream = io.BytesIO(saved(workbook(["System"], ["A"])))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", b"0")
    data = bytearray(stream.getvalue())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (2**31).to_bytes(4, "little")
    with pytest.raises(ImportRefused, match="MB when unpacked"):
        table(bytes(data))


def test_too_many_parts_are_refused():
    stream = io.BytesIO(saved(workbook(["System"], ["A"])))
    with zipfile.ZipFile(stream, "a") as archive:
        for number in range(2001):
            archive.writestr(f"xl/media/{number}.txt", "")
    with pytest.raises(ImportRefused, match="parts"):
        table(stream.getvalue())


def test_more_than_1024_columns_are_refused():
    book = workbook(["System"])
    book.active.cell(row=1, column=1025, value="x")
    with pytest.raises(ImportRefused, match="1,024 columns"):
        table(saved(book))


def test_a_sheet_that_claims_a_giant_grid_with_two_cells_is_refused():
    book = workbook(["System"])
    book.active.cell(row=1_000_000, column=1000, value="x")
    with pytest.raises(ImportRefused, match="too large"):
        table(saved(book))


def test_formatted_but_empty_cells_far_away_do_no_harm():
    book = workbook(["System"], ["A"])
    book.active.cell(row=1_000_000, column=900).number_format = "0.00"
    assert len(table(saved(book)).rows) == 1


def test_external_links_are_not_followed():
    link = b'<externalLink xmlns="x"><externalBook r:id="rId1"/></externalLink>'
    stream = io.BytesIO(saved(workbook(["System"], ["A"])))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", link)
    assert len(table(stream.getvalue()).rows) == 1
