"""Which rows mean which system: exact names, short names and FQDNs, in any order."""

import itertools

import pytest

from app.models.systems import System
from tests.importing.files import bring, counts, stored
from tests.records import change, make, system

pytestmark = pytest.mark.usefixtures("app", "any_size")


def test_an_fqdn_finds_the_short_name_and_the_other_way_round():
    system("SRV01")
    system("srv02.corp.example.com")
    assert counts(bring("System,Status\nsrv01.corp.example.com,clean\nSRV02,clean\n")) == {"changed": 2}


def test_an_alias_finds_its_system():
    system("SRV01", aliases=["C.0123456789abcdef"])
    assert counts(bring("System,Status\nC.0123456789ABCDEF,clean\n")) == {"changed": 1}


def test_two_that_fit_are_ambiguous_named_and_left_alone():
    system("srv.a.example.com")
    system("srv.b.example.com")
    done = bring("System,Status\nsrv,clean\nSRV,clean\n")
    assert counts(done) == {"ambiguous": 1}
    assert done.plan.hosts[0].candidates == ["srv.a.example.com", "srv.b.example.com"]


@pytest.mark.parametrize("order", list(itertools.permutations(["s1", "s1.corp.example.com", "other"])))
def test_rows_of_one_file_resolve_among_themselves_in_any_order(order):
    text = "System,Tags\n" + "".join(f"{name},t{number}\n" for number, name in enumerate(order))
    assert counts(bring(text)) == {"new": 2}
    assert counts(bring(text)) == {"same": 2}


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["s1", "s1.a.example.com", "s1.b.example.com"]))
)
def test_a_short_name_that_fits_two_rows_is_ambiguous_in_any_order(order):
    text = "System\n" + "".join(f"{name}\n" for name in order)
    assert counts(bring(text)) == {"new": 2, "ambiguous": 1}
    assert counts(bring(text)) == {"same": 2, "ambiguous": 1}


@pytest.mark.parametrize(
    "rows",
    [
        ["SRV.corp.example.com,CORP"],
        ["SRV,other.example.com", "SRV.corp.example.com,"],
        ["SRV.a.example.com,a.example.com", "SRV.b.example.com,b.example.com"],
        ["SRV.a.example.com,a.example.com", "SRV,"],
    ],
)
@pytest.mark.parametrize("known", [[], ["SRV"], ["SRV.a.example.com"]])
def test_whatever_the_domains_say_the_same_file_again_changes_nothing(rows, known):
    for name in known:
        system(name)
    text = "System,Domain\n" + "\n".join(rows) + "\n"
    first = counts(bring(text))
    again = counts(bring(text))
    assert not {"new", "changed"} & set(again), (first, again)


def test_a_domain_that_contradicts_makes_another_system():
    system("SRV", domain=make_domain("a.example.com"))
    assert counts(bring("System,Status\nSRV.b.example.com,clean\n")) == {"new": 1}


def test_a_deprecated_system_gives_its_name_free():
    import datetime as dt

    change(System, system("SRV"), deprecated_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert counts(bring("System,Status\nSRV,clean\n")) == {"new": 1}
    assert stored("SRV")["status"] == "Clean"


def make_domain(name: str) -> int:
    from app.models.lookups import Domain

    return make(Domain, name=name)
