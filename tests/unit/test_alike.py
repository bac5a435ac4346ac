"""How alike host names are: numbers tell machines apart, one letter may be a slip."""

import random
import string
import time

import pytest

from app.services.alike import are_alike, differ_by_one_letter, misspelled, parts_of


def test_signs_and_leading_zeros_count_for_nothing():
    assert parts_of("srv-01_b") == parts_of("srv1b") == ("srv", "1", "b")
    assert parts_of("srv-00") == ("srv", "0")
    assert parts_of("übung7") == ("übung", "7")


@pytest.mark.parametrize(
    ("one", "other"), [("server", "sever"), ("server", "servre"), ("server", "serveer"), ("server", "serven")]
)
def test_one_letter_is_missing_too_much_another_or_elsewhere(one, other):
    assert differ_by_one_letter(one, other)
    assert differ_by_one_letter(other, one)


@pytest.mark.parametrize(("one", "other"), [("server", "server"), ("server", "svr"), ("abcd", "badc")])
def test_nothing_or_more_is_not_one_letter(one, other):
    assert not differ_by_one_letter(one, other)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("srv01", "srv-1", True),
        ("dc01", "dc01-old", True),
        ("fileserver01", "filesrv01", True),
        ("srv01", "srv02", False),
        ("fileserver01", "fileserver02", False),
        ("dc01", "laptop01", False),
        ("pc", "pc-anna", False),
    ],
)
def test_names_are_alike(one, other, expected):
    assert are_alike(one, other) is are_alike(other, one) is expected


def test_slips_are_found_and_series_are_not():
    names = [
        "berlin-dc01",
        "berlim-dc01",
        "berlin-dc1",
        "berlin-dc02",
        "srv01",
        "srv02",
        "anna",
        "hanna",
        "mail",
        "main",
    ]
    found = {(one, other): difference for one, other, difference in misspelled(names, 5)}
    assert found == {
        ("berlin-dc01", "berlin-dc1"): "signs and zeros",
        ("berlin-dc01", "berlim-dc01"): "one letter",
        ("berlim-dc01", "berlin-dc1"): "one letter",
        ("anna", "hanna"): "one letter",
    }


def test_a_scheme_of_names_is_no_series_of_slips():
    assert list(misspelled([f"client{letter}" for letter in string.ascii_lowercase], 5)) == []


def test_every_pair_that_differs_by_one_letter_meets():
    """Compared with all pairs: nothing is missed because names meet in groups."""
    dice = random.Random(5)
    names = sorted({"".join(dice.choices("ab", k=dice.choice((5, 6)))) + str(n % 2) for n in range(40)})
    expected = {
        (one, other)
        for one in names
        for other in names
        if one < other
        and parts_of(one)[1] == parts_of(other)[1]
        and differ_by_one_letter(parts_of(one)[0], parts_of(other)[0])
    }
    assert expected
    assert {tuple(sorted(pair[:2])) for pair in misspelled(names, len(names))} == expected


def test_it_takes_well_below_a_second_for_as_many_names_as_there_are():
    dice = random.Random(7)
    names = [f"{''.join(dice.choices(string.ascii_lowercase, k=7))}-{n:05}" for n in range(20_000)]
    began = time.process_time()
    assert list(misspelled(names, 5)) == []
    assert time.process_time() - began < 2
