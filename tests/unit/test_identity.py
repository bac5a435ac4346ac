"""Which system a text means."""

import pytest

from app.models.lookups import DnsName, Domain
from app.services.identity import directory, is_host_name
from tests.records import make, system

pytestmark = pytest.mark.usefixtures("app")


def find(text):
    return directory([text]).find(text)


def test_case_and_white_space_do_not_matter():
    srv = system("SRV01")
    assert find(" srv01 ") == [srv]


def test_a_short_name_and_its_fqdn_are_one_host_in_both_directions():
    short, long = system("SRV01"), system("db7.corp.example.com")
    assert find("srv01.corp.example.com") == [short]
    assert find("DB7") == [long]


def test_a_domain_that_contradicts_means_another_host():
    system("SRV01", domain=make(Domain, name="corp.example.com"))
    assert find("srv01.other.example.com") == []
    assert len(find("SRV01.CORP.example.com")) == 1


def test_the_dns_name_may_be_the_whole_fqdn_or_its_rest():
    whole = system("SRV01", dns_name=make(DnsName, name="srv01.a.example"))
    assert find("srv01.a.example") == [whole]
    assert find("srv01.b.example") == []


def test_two_that_fit_are_ambiguous():
    one, two = system("srv01.a.example"), system("srv01.b.example")
    assert find("SRV01") == sorted([one, two])
    assert find("srv01.c.example") == []


@pytest.mark.parametrize("text", ["10.0.0.1", "C.0123456789abcdef", "2001:db8::1", "=cmd|calc", ""])
def test_addresses_and_tool_ids_are_no_host_names(text):
    assert not is_host_name(text)


def test_a_tool_id_is_matched_whole():
    srv = system("SRV01", aliases=["C.0123456789abcdef"])
    assert find("c.0123456789ABCDEF") == [srv]
    assert find("C") == []


def test_an_alias_answers_like_a_name():
    srv = system("SRV01", aliases=["old01"])
    assert find("OLD01.corp.example.com") == [srv]
