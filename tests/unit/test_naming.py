"""What pasted names mean: known, ambiguous, new, doubled, faulty, with line numbers."""

import pytest
from sqlalchemy import event

import app.blueprints  # noqa: F401  (declares the entities)
from app.extensions import db
from app.importing.pasted import MOST, understood
from app.models.base import now
from app.models.lookups import Domain
from app.models.systems import System
from app.services.drafts import Refused
from app.services.naming import Answer, Found
from tests.records import change, make, remove, system

pytestmark = pytest.mark.usefixtures("app")


def seen(answer: Answer) -> list[tuple]:
    return [(line.number, line.name, str(line.found)) for line in answer.lines]


def test_a_line_is_a_known_system_by_name_alias_or_tool_id_whatever_its_case():
    srv = system("SRV01", aliases=["mail-gateway", "C.0123456789ABCDEF"])
    answer = understood("srv01\nMAIL-GATEWAY\nc.0123456789abcdef")
    assert [line.ids for line in answer.lines] == [[srv]] * 3
    assert answer.ids == [srv]
    assert [line.of for line in answer.lines] == [0, 1, 1]


def test_short_names_and_full_names_are_one_host_in_both_directions():
    short, full = system("SRV01"), system("srv02.corp.example.com")
    answer = understood("srv01.corp.example.com\nSRV02")
    assert [line.ids for line in answer.lines] == [[short], [full]]


def test_a_full_name_of_another_domain_is_new():
    make(Domain, name="corp.example.com")
    other = make(System, name="SRV01", domain="corp.example.com")
    (line,) = understood("srv01.lab.example.com").lines
    assert (line.found, line.ids, line.reason) == (Found.NEW, [other], "called like a host of another domain")


def test_what_may_be_several_systems_is_ambiguous_and_in_no_set():
    one, two = system("srv01.a.example.com"), system("srv01.b.example.com")
    answer = understood("SRV01")
    assert (answer.lines[0].found, answer.lines[0].ids) == (Found.AMBIGUOUS, [one, two])
    assert answer.ids == []


def test_blank_lines_count_for_the_numbers_and_for_nothing_else():
    assert seen(understood("\n \t \r\nSRV01\r\n\u00a0\n\nSRV02\n")) == [
        (3, "SRV01", "new"),
        (6, "SRV02", "new"),
    ]


@pytest.mark.parametrize(
    "text", ['"SRV01"', "'SRV01'", "“SRV01”", "SRV01.", "- SRV01", "  SRV01,", "\u200bSRV01"]
)
def test_what_surrounds_a_name_on_paper_is_no_part_of_it(text):
    assert seen(understood(text)) == [(1, "SRV01", "new")]


def test_defanged_names_are_read():
    srv = system("srv01.corp.example.com")
    assert understood("srv01[.]corp[.]example[.]com.").ids == [srv]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x" * 256, "is longer than 255 characters"),
        ("SRV\x0701", "holds a character that can't be seen (U+0007): type it anew"),
        ("SRV\u202e01", "holds a character that can't be seen (U+202E): type it anew"),
        ("S\x00RV", "holds a character that can't be seen (U+0000): type it anew"),
        ("10.0.0.1", "is an IP address, not a name"),
        ("10.0.0.0/24", "is an IP address, not a name"),
        ("10.0.0.1:445", "is an IP address, not a name"),
        ("fe80::1", "is an IP address, not a name"),
        ("https://srv01.example.com/", "is a web address, not a name"),
        ("bob@example.com", "is an e-mail address, not a name"),
    ],
)
def test_faults_are_named(text, reason):
    (line,) = understood(text).lines
    assert (line.found, line.reason) == (Found.FAULTY, reason)


def test_an_address_that_is_the_name_of_a_system_means_it():
    srv = system("10.0.0.1")
    assert understood("10.0.0.1").ids == [srv]


def test_odd_names_are_new_and_said_to_be_odd():
    answer = understood("Blue USB stick")
    assert [(line.found, line.reason) for line in answer.lines] == [
        (Found.NEW, "no host name: check the spelling")
    ]


def test_repeated_lines_say_which_line_they_repeat():
    system("OLD-1")
    answer = understood("new-1\nOLD-1\nNEW-1\nold-1.corp.example.com\n\nnew-1")
    assert [(line.number, str(line.found), line.of) for line in answer.lines] == [
        (1, "new", 0), (2, "known", 0), (3, "doubled", 1), (4, "doubled", 2), (6, "doubled", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["srv9\nsrv9.corp.example.com", "srv9.corp.example.com\nsrv9"])
def test_new_names_are_one_host_among_themselves_in_any_order(text):
    assert [str(line.found) for line in understood(text).lines] == ["new", "doubled"]


def test_a_short_name_that_fits_two_new_full_names_is_ambiguous():
    answer = understood("srv9\nsrv9.a.example.com\nsrv9.b.example.com")
    assert [str(line.found) for line in answer.lines] == ["ambiguous", "new", "new"]
    assert answer.lines[0].reason == "may be line 2 or 3"


def test_systems_in_the_bin_and_deprecated_ones_are_not_meant():
    gone, old = system("GONE"), system("OLD")
    remove(System, gone)
    change(System, old, deprecated_at=now())
    assert understood("GONE\nOLD").ids == []


def test_of_a_block_of_cells_the_column_counts_that_a_heading_names():
    answer = understood("Nr\tStatus\tHostname\n1\tClean\tSRV01\n2\tClean\tSRV02")
    assert seen(answer) == [(2, "SRV01", "new"), (3, "SRV02", "new")]
    assert answer.note == "Line 1 holds headings and is left out."


@pytest.mark.parametrize(
    "text",
    [
        "1\tSRV01\n2\tSRV02\n3\tSRV03",
        "SRV01\tClean\nSRV02\tClean\nSRV03",
        "2026-11-20\tSRV01\n\tSRV02\n\tSRV03",
    ],
)
def test_of_a_block_without_headings_it_is_the_first_or_the_one_with_host_names(text):
    assert [line.name for line in understood(text).lines] == ["SRV01", "SRV02", "SRV03"]


def test_a_heading_alone_above_a_list_is_left_out():
    assert seen(understood("Computer name\nSRV01")) == [(2, "SRV01", "new")]


def test_several_hosts_in_a_line_are_several_names_but_a_line_of_a_csv_is_not():
    assert [line.name for line in understood("SRV01, srv02.corp; SRV-03").lines] == [
        "SRV01",
        "srv02.corp",
        "SRV-03",
    ]
    assert [line.name for line in understood("SRV01,Clean,High").lines] == ["SRV01,Clean,High"]


def test_an_empty_text_means_nothing():
    assert understood("").lines == understood("\n\n").lines == []


def test_too_many_lines_are_an_import():
    with pytest.raises(Refused, match="import them as a file"):
        understood("\n".join(f"h-{n}" for n in range(MOST + 1)))


def test_five_thousand_names_take_a_dozen_statements():
    statements = []
    listen = (db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    event.listen(*listen)
    try:
        answer = understood("\n".join(f"host-{n:04}.corp.example.com" for n in range(5000)))
    finally:
        event.remove(*listen)
    assert answer.counts["new"] == 5000
    assert len(statements) <= 12
