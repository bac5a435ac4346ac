"""Pairs of systems that may be one and the same: found by what they share, never by comparing all with all.

Only systems that fall into the same small group (a short name, an address, an identifier, a name but for
one letter) are looked at twice. What somebody has said to be two systems is left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.lookups import DnsName, Domain, Ip
from app.models.systems import Distinct, HostName, NameKind, System, systems_ips
from app.services import records
from app.services.alike import are_alike, misspelled
from app.services.changes import Recording
from app.services.drafts import Missing, Refused
from app.services.identity import Known
from app.services.reading import chunks, names_of

CROWD = 5
"""What more systems share is no sign: the address of a gateway, a scheme of names."""
Key = tuple[int, int]
"""Two systems, the lower id first."""


@dataclass
class Pair:
    """Two systems and why they may be one; `weight` puts the surest first."""

    low: int
    high: int
    reasons: list[str] = field(default_factory=list)
    weight: int = 0


@dataclass
class _Names:
    """Every text that names a live system, and the names of each."""

    texts: dict[int, list[str]] = field(default_factory=dict)
    by_short: dict[str, list[int]] = field(default_factory=dict)
    by_id: dict[str, set[int]] = field(default_factory=dict)

    def shorts(self, system: int) -> set[str]:
        return {text.partition(".")[0] for text in self.texts.get(system, ())}


def suspected() -> list[Pair]:
    """Every pair that may be one system, the surest first, without those that are known to be two."""
    names = _names()
    found: dict[Key, Pair] = {}
    for rule in (_same_identifier, _short_and_full, _same_address, _misspelled):
        for one, other, weight, reason in rule(names):
            low, high = sorted((one, other))
            pair = found.setdefault((low, high), Pair(low, high))
            pair.weight += weight
            pair.reasons.append(reason)
    known = said_to_differ()
    return sorted(
        (p for key, p in found.items() if key not in known), key=lambda p: (-p.weight, p.low, p.high)
    )


Found = Iterator[tuple[int, int, int, str]]
"""Two systems, how sure it is, and why."""


def _names() -> _Names:
    names = _Names()
    bare: Any = HostName.key
    for sign in "-{}:":
        bare = sa.func.replace(bare, sign, "")
    statement = sa.select(HostName.system_id, HostName.kind, HostName.key, HostName.short, bare)
    for system, kind, key, short, identifier in db.session.execute(statement.order_by(HostName.key)):
        if kind is NameKind.ID:
            names.by_id.setdefault(identifier, set()).add(system)
        if short:
            names.texts.setdefault(system, []).append(key)
            names.by_short.setdefault(short, []).append(system)
    return names


def _same_identifier(names: _Names) -> Found:
    """The same identifier of a tool, written in two ways; written in the same way it can't be there twice."""
    for systems in names.by_id.values():
        for one, other in combinations(sorted(systems), 2):
            yield one, other, 100, "They have the same identifier of a tool"


def _short_and_full(names: _Names) -> Found:
    """A short name, and an FQDN that begins with it, where no domain speaks against it."""
    groups = {short: systems for short, systems in names.by_short.items() if len(set(systems)) > 1}
    known = _known(system for systems in groups.values() for system in systems)
    for short, systems in groups.items():
        bare = next((one for one in systems if short in names.texts[one]), None)
        full = [(one, name) for one in systems for name in names.texts[one] if name.startswith(f"{short}.")]
        fitting = {
            one: name for one, name in full if bare and one != bare and _fit(known, bare, one, short, name)
        }
        if len(fitting) <= CROWD and bare:
            for one, name in fitting.items():
                yield bare, one, 90, f"“{short}” is the short name of “{name}”"


def _fit(known: dict[int, Known], bare: int, full: int, short: str, name: str) -> bool:
    rest = name.partition(".")[2]
    domains = {known[bare].domain, known[full].domain} - {""}
    return known[bare].fits(short, rest) and known[full].fits(short, rest) and len(domains) < 2


def _known(systems: Iterable[int]) -> dict[int, Known]:
    """The domains of these systems."""
    known: dict[int, Known] = {}
    for part in chunks(sorted(set(systems))):
        statement = (
            sa.select(System.id, Domain.name_key, DnsName.name_key)
            .outerjoin(Domain, Domain.id == System.domain_id)
            .outerjoin(DnsName, DnsName.id == System.dns_name_id)
            .where(System.id.in_(part))
        )
        for one, domain, dns_name in db.session.execute(statement):
            known[one] = Known(one, domain or "", dns_name or "")
    return known


def _same_address(names: _Names) -> Found:
    """The same IP, and names that are alike."""
    groups: dict[int, list[int]] = {}
    for system, ip in db.session.execute(sa.select(systems_ips)):
        if system in names.texts:
            groups.setdefault(ip, []).append(system)
    found = [
        (one, other, ip)
        for ip, systems in groups.items()
        if 1 < len(systems) <= CROWD
        for one, other in combinations(systems, 2)
        if any(are_alike(a, b) for a in names.shorts(one) for b in names.shorts(other))
    ]
    addresses = names_of(Ip, {ip for _, _, ip in found})
    for one, other, ip in found:
        yield one, other, 60, f"Both have the IP {addresses[ip].name}, and their names are alike"


def _misspelled(names: _Names) -> Found:
    """Names that differ by one letter, or by nothing but signs and zeros, in domains that may be the same."""
    for one, other, difference in misspelled(names.by_short, CROWD):
        first, second = names.by_short[one], names.by_short[other]
        if len(first) > CROWD or len(second) > CROWD:
            continue
        for a in first:
            for b in second:
                if a != b and not _apart(names, a, one, b, other):
                    sure = 40 if difference == "one letter" else 70
                    yield a, b, sure, f"“{one}” and “{other}” differ by {difference}"


def _apart(names: _Names, one: int, short: str, other: int, other_short: str) -> bool:
    """True if both have a domain in their name, and not the same one."""
    rests = [
        {text.partition(".")[2] for text in names.texts[system] if text.partition(".")[0] == start} - {""}
        for system, start in ((one, short), (other, other_short))
    ]
    return bool(rests[0] and rests[1] and rests[0].isdisjoint(rests[1]))


def said_to_differ() -> dict[Key, int]:
    """The pairs that somebody said to be two systems, with the id of what was said."""
    statement = sa.select(Distinct.low_id, Distinct.high_id, Distinct.id).where(Distinct.deleted_at.is_(None))
    return {(low, high): one for low, high, one in db.session.execute(statement)}


def tell_apart(change_set: Recording, one: int, other: int) -> None:
    """Keep that two systems are not the same; `Missing` without them, `Refused` if it was said already."""
    low, high = sorted((one, other))
    live = sa.select(System.id).where(System.id.in_((low, high)), System.deleted_at.is_(None))
    if len(set(db.session.scalars(live))) < 2:
        raise Missing(f"systems {low} and {high}")
    if (low, high) in said_to_differ():
        raise Refused({"": "it was said already that they are two systems"})
    named = names_of(System, (low, high))
    name = " and ".join(named[system].name[:120] for system in (low, high))
    records.create(change_set, Distinct, {"name": name, "low_id": low, "high_id": high})
    change_set.summary = f"{name} are two systems"
