"""Which systems may be there twice, why, and which somebody said to be two."""

import datetime as dt
import time

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.base import key_of, sort_key
from app.models.lookups import DnsName, Domain, Ip, Priority, SystemStatus
from app.models.systems import Distinct, HostName, NameKind, System, systems_ips
from app.services import changes, twins
from app.services.defaults import default_of
from app.services.drafts import Missing, Refused
from app.services.identity import short_of
from tests.invariants import assert_history_replays
from tests.records import change, make, remove, system, undo_last

pytestmark = pytest.mark.usefixtures("app")


def pairs() -> dict:
    return {(pair.low, pair.high): pair.reasons for pair in twins.suspected()}


def tell_apart(one: int, other: int) -> None:
    with changes.recording(None, "ui") as change_set:
        twins.tell_apart(change_set, one, other)
    db.session.commit()


def test_a_short_name_and_its_full_name():
    corp = make(Domain, name="corp.example.com")
    one, full = system("SRV01"), system("srv01.corp.example.com", domain=corp)
    assert pairs() == {(one, full): ["“srv01” is the short name of “srv01.corp.example.com”"]}
    change(System, one, domain=corp)
    assert list(pairs()) == [(one, full)]
    change(System, one, domain=make(Domain, name="other.example.com"))
    assert pairs() == {}


def test_the_dns_name_speaks_against_it_too():
    one, full = system("SRV01"), system("srv01.corp.example.com")
    change(System, one, dns_name=make(DnsName, name="srv01.corp.example.com"))
    assert list(pairs()) == [(one, full)]
    change(System, one, dns_name=make(DnsName, name="srv01.else.example.com"))
    assert pairs() == {}


def test_the_same_machine_name_in_two_domains_is_no_pair():
    system("www.a.example.com")
    system("www.b.example.com")
    assert pairs() == {}


def test_an_alias_is_a_name_as_well():
    one, full = system("OLD", aliases=["srv01"]), system("srv01.corp.example.com")
    assert list(pairs()) == [(one, full)]


def test_the_same_address_and_names_that_are_alike():
    ip = make(Ip, name="10.0.0.1")
    one, other = system("FILESERVER01", ips=[ip]), system("FILESRV01", ips=[ip])
    system("PRINTER", ips=[ip])
    assert pairs() == {(one, other): ["Both have the IP 10.0.0.1, and their names are alike"]}
    for number in range(5):
        system(f"GATEWAY-{number}", ips=[ip])
    assert pairs() == {}


def test_an_identifier_of_a_tool_that_is_written_in_two_ways():
    bare = "0123456789abcdef0123456789abcdef"
    one = system("LAPTOP-ANNA", aliases=[bare])
    other = system("WS-17", aliases=[f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"])
    assert pairs() == {(one, other): ["They have the same identifier of a tool"]}


def test_names_that_differ_by_a_letter_or_by_signs_and_zeros():
    one, slip = system("BERLIN-DC01"), system("BERLIM-DC01")
    zero = system("BERLIN-DC1")
    system("BERLIN-DC02")
    assert pairs() == {
        (one, slip): ["“berlim-dc01” and “berlin-dc01” differ by one letter"],
        (one, zero): ["“berlin-dc01” and “berlin-dc1” differ by signs and zeros"],
        (slip, zero): ["“berlim-dc01” and “berlin-dc1” differ by one letter"],
    }
    assert (twins.suspected()[0].low, twins.suspected()[0].high) == (one, zero)


def test_another_domain_in_the_name_speaks_against_a_slip():
    system("berlin.a.example.com")
    system("berlim.b.example.com")
    assert pairs() == {}


def test_what_is_deprecated_or_in_the_bin_is_no_twin():
    one, other = system("BERLIN"), system("BERLIM")
    change(System, other, deprecated_at=dt.datetime.now(dt.UTC))
    assert pairs() == {}
    change(System, other, deprecated_at=None)
    assert list(pairs()) == [(one, other)]
    remove(System, other)
    assert pairs() == {}


def test_who_is_said_to_be_another_is_not_suspected_until_that_is_undone():
    one, other = system("BERLIN"), system("BERLIM")
    tell_apart(other, one)
    assert pairs() == {}
    assert list(twins.said_to_differ()) == [(one, other)]
    with pytest.raises(Refused, match="already"):
        tell_apart(one, other)
    db.session.rollback()
    assert undo_last().skipped == []
    assert list(pairs()) == [(one, other)]
    tell_apart(one, other)
    assert pairs() == {}
    assert_history_replays()


def test_what_was_said_stands_against_no_deletion_and_lasts():
    one, other = system("BERLIN"), system("BERLIM")
    tell_apart(one, other)
    assert remove(System, one) == {}
    assert undo_last().skipped == []
    assert pairs() == {}


def test_only_what_is_there_is_told_apart():
    one = system("BERLIN")
    with pytest.raises(Missing):
        tell_apart(one, 4711)
    db.session.rollback()
    with pytest.raises(Missing):
        tell_apart(one, one)


def test_twenty_thousand_systems_are_looked_through_in_a_second():
    _many(20_000)
    twins.suspected()
    db.session.rollback()
    began = time.process_time()
    found = twins.suspected()
    took = time.process_time() - began
    assert [pair.reasons for pair in found] == [
        ["“server00042” and “sever00042” differ by one letter"],
    ]
    assert took < 1


def _many(total: int) -> None:
    """A landscape, stored without history: names with numbers, every second as FQDN, an address each."""
    shared = {"priority_id": default_of(Priority), "status_id": default_of(SystemStatus)}
    names = [
        f"{'server' if n % 3 else 'client'}{n:05}{'.corp.example.com' if n % 2 else ''}" for n in range(total)
    ]
    names.append("sever00042")
    names[42] = "server00042"
    first = (db.session.scalar(sa.select(sa.func.max(System.id))) or 0) + 1
    changes.begin_write()
    made = [
        {"id": first + n, "name": name, "name_key": key_of(name), "name_sort": sort_key(name)} | shared
        for n, name in enumerate(names)
    ]
    db.session.execute(sa.insert(System.__table__), made)
    db.session.execute(
        sa.insert(HostName.__table__),
        [
            {
                "key": row["name_key"],
                "kind": NameKind.NAME,
                "short": short_of(row["name"]),
                "system_id": row["id"],
            }
            for row in made
        ],
    )
    ip = (db.session.scalar(sa.select(sa.func.max(Ip.id))) or 0) + 1
    addresses = [
        {"id": ip + n, "name": name, "name_key": name, "name_sort": sort_key(name)}
        for n in range(total // 2)
        if (name := f"10.{n // 65536}.{n // 256 % 256}.{n % 256}")
    ]
    db.session.execute(sa.insert(Ip.__table__), addresses)
    links = [{"owner_id": row["id"], "target_id": ip + n // 2} for n, row in enumerate(made[:total])]
    db.session.execute(sa.insert(systems_ips), links)
    db.session.commit()


def test_what_was_said_is_a_record_with_a_name():
    one, other = system("BERLIN"), system("BERLIM")
    tell_apart(one, other)
    assert db.session.scalar(sa.select(Distinct.name)) == "BERLIN and BERLIM"
