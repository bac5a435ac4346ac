"""Reading files: encodings, delimiters, headings, what is left out and what is refused."""

import codecs

import pytest

from app.entities.registry import entity
from app.importing.read import Reading
from app.importing.refusal import ImportRefused
from app.importing.table import Table, read_table
from app.importing.text import ONE_COLUMN

SHEET = "System,Status,Note\r\nSV-1,clean,äöü €\r\nSV-2,infected,\r\n"


def table(content: str | bytes, **reading) -> Table:
    data = content.encode() if isinstance(content, str) else content
    return read_table(data, Reading(**reading), entity("systems"))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (SHEET.encode(), "utf-8"),
        (codecs.BOM_UTF8 + SHEET.encode(), "utf-8-sig"),
        (SHEET.encode("cp1252"), "cp1252"),
        (codecs.BOM_UTF16_LE + SHEET.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + SHEET.encode("utf-16-be"), "utf-16-be"),
        (SHEET.encode("utf-16-le"), "utf-16-le"),
        (SHEET.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_the_encoding_is_recognised(data, encoding):
    read = table(data)
    assert read.raw.encoding == encoding
    assert read.headings == ["System", "Status", "Note"]
    assert read.rows[0] == (2, ["SV-1", "clean", "äöü €"])


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("System;IP\nA;1.1.1.1\nB;2.2.2.2", ";"),
        ("System\tIP\nA\t1.1.1.1\n", "\t"),
        ("System|IP\nA|1.1.1.1\n", "|"),
        ("System,IP\nA,1.1.1.1\n", ","),
        ("System;Note\nA;a.exe, b.exe\nB;c.exe, d.exe\n", ";"),
        ('System,Note\nA,"x; y; z"\nB,"1; 2; 3"\n', ","),
        ('System;Note\nA;"x,\ny"\nB;z\n', ";"),
        ("Incident Nordwind\n\nSystem,Status\nA,clean\nB,clean\n", ","),
        ("System\nSV-1\nSV-2\n", ONE_COLUMN),
        ("Note\na, b\nc\nd\ne\n", ONE_COLUMN),
        ("System,Status,Note\nA,clean,x\nB\nC,clean,y\n", ","),
        ("System", ONE_COLUMN),
    ],
)
def test_the_delimiter_is_recognised(text, delimiter):
    assert table(text).raw.delimiter == delimiter


def test_a_record_is_named_by_the_line_where_it_starts():
    read = table('System,Note\nA,"one\ntwo\r\nthree"\nB,"x"\n')
    assert [line for line, _ in read.rows] == [2, 5]
    assert read.rows[0][1][1] == "one\ntwo\r\nthree"


@pytest.mark.parametrize("before", [0, 1, 5, 18])
def test_headings_are_found_below_titles_and_empty_rows(before):
    read = table("Incident Nordwind;;\n" * before + ";;\nHostname;Verdict;IP\nA;clean;1.1.1.1\n")
    assert (read.header_line, read.headings) == (before + 2, ["Hostname", "Verdict", "IP"])
    assert len(read.rows) == 1


def test_empty_rows_and_columns_around_the_table_are_left_out():
    read = table("\n,,,\n,System,,Status,\n,A,,clean,\n,,,,\n,B,,,\n\n")
    assert read.headings == ["System", "Status"]
    assert list(read.rows) == [(4, ["A", "clean"]), (6, ["B", ""])]


def test_a_column_without_a_heading_is_kept_under_its_number():
    assert table("System,,Status\nA,x,clean\n").headings == ["System", "Column 2", "Status"]


def test_equal_headings_stay_apart():
    assert table("System,Note,Note\nA,x,y\n").headings == ["System", "Note", "Note (2)"]


@pytest.mark.parametrize("last", ["Total,2,", "SUMME:,,", "gesamt,,x", ",12,3.5"])
def test_a_totals_row_is_left_out_and_named(last):
    read = table(f"System,Count,Hours\nA,1,2\n{last}\n")
    assert len(read.rows) == 1
    assert "Line 3" in read.notes[0]


@pytest.mark.parametrize("last", [",10.1.9.51,clean", "total-recall,1,2"])
def test_a_last_row_that_only_looks_like_a_total_stays(last):
    assert len(table(f"System,IP,Status\nA,1.1.1.1,clean\n{last}\n").rows) == 2


def test_headings_repeated_between_the_rows_are_left_out_and_named():
    read = table("System,Status\nA,clean\nSystem,Status\nB,clean\n")
    assert [cells[0] for _, cells in read.rows] == ["A", "B"]
    assert "Line 3" in read.notes[0]


def test_a_list_of_names_needs_no_headings():
    read = table("SV-1\nSV-2\n")
    assert (read.header_line, read.headings, len(read.rows)) == (0, ["1"], 2)


def test_header_0_says_that_there_are_no_headings_and_a_number_says_where_they_are():
    assert table("System,Status\nA,clean\n", header=0).headings == ["1", "2"]
    assert table("System,Status\nName,Verdict\nA,clean\n", header=2).headings == ["Name", "Verdict"]


def test_our_own_export_loses_exactly_one_mark_and_other_files_lose_none():
    assert table("Name,Status\n'=cmd,clean\n''x,clean\n").rows[0][1][0] == "=cmd"
    assert table("Name,Status\n'=cmd,clean\n''x,clean\n").rows[1][1][0] == "'x"
    assert table("Name,Verdict\n'=cmd,clean\n").rows[0][1][0] == "'=cmd"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"  \n \r\n", "empty"),
        (b"a,b\0c\nd,e,f\n", "NUL"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "picture"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(100), "password"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x1f\x8b\x08" + bytes(20), "unpack"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b'<?xml version="1.0"?><a/>', "XML"),
        (b'{"a": 1}', "JSON"),
        (bytes(range(1, 9)) * 40, "text"),
        (b'System,Note\nA,"never closed\nB,x\n', "Line 2: a quotation mark"),
        (b"System,Note\nA," + b"x" * 100_001, "longer than"),
        (b"System" + b",x" * 1024, "1,024 columns"),
        (b"System\n" + b"a\n" * 200_001, "200,000 rows"),
    ],
)
def test_what_is_no_table_is_refused_with_one_clear_line(data, reason):
    with pytest.raises(ImportRefused, match=reason) as refused:
        table(data)
    assert "\n" not in str(refused.value)


_UTF16 = codecs.BOM_UTF16_LE + SHEET.encode("utf-16-le")
BROKEN = {
    "cut within a character": _UTF16[:-1],
    "a byte lost at the beginning and one at the end": _UTF16[:2] + _UTF16[3:-1],
    "a byte lost in the middle, one added at the end": _UTF16[:40] + _UTF16[41:] + b" ",
    "line ends of a text tool": _UTF16.replace(b"\n", b"\r\n"),
    "the mark of the other byte order": codecs.BOM_UTF16_BE + SHEET.encode("utf-16-le"),
    "the mark before UTF-8": codecs.BOM_UTF16_LE + SHEET.replace("ä", "").encode(),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_utf_16_file_is_refused_for_its_encoding(data):
    with pytest.raises(ImportRefused, match=r"no text in UTF-16.*: it is damaged, or its encoding"):
        table(data)


def test_an_encoding_that_was_chosen_wrongly_is_named():
    with pytest.raises(ImportRefused, match="no text in UTF-16: "):
        table(SHEET.encode(), encoding="utf-16-le")


@pytest.mark.parametrize("text", ["主机,备注\n甲,开最一　　　　　开始\n", "ホスト\n甲\n"])
def test_other_scripts_in_utf_16_are_read(text):
    assert table(text.encode("utf-16")).rows[0][1][0] == "甲"


def test_1024_columns_are_read():
    assert len(table(b"System" + b",x" * 1023 + b"\na\n").headings) == 1024
