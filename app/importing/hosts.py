"""Which rows of a file are one host, and which system that is; rows resolve in any order."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from app.extensions import db
from app.importing.carried import Carried
from app.importing.cells import Fault, Parsed, Parser
from app.models.base import key_of
from app.models.systems import System
from app.services.identity import Directory, directory, short_of
from app.services.progress import counted


@dataclass(slots=True)
class Host:
    """The rows that speak of one system (or other record): `id` if it exists; several `candidates` are
    ambiguous."""

    rows: list[Parsed] = field(default_factory=list)
    id: int | None = None
    candidates: list[str] = field(default_factory=list)
    called: str = ""
    """The name in the row that carries the system's id."""
    claims: set[Hashable] = field(default_factory=set)
    """The records and keys that no other part of a large file may speak of."""

    @property
    def name(self) -> str:
        """The name as the first row writes it."""
        return self.rows[0].name


def hosts_of(rows: list[Parsed], parser: Parser, given: dict[int, str]) -> list[Host]:
    """The hosts that the good rows name, in the order of the file; rows without a name are faulty."""
    for row in counted(rows):
        row.faults += row.doubts.values()
        _check_name(row, parser)
        _drop_own_domain(row, parser)
    rows = [row for row in rows if not row.faults]
    carried = Carried(rows, given, parser)
    names = directory([row.name for row in rows if row.line not in carried.owners])
    sayings = _sayings((row for row in rows if row.line not in carried.owners), parser)
    meant = _resolve(names, sayings)
    _refuse_disagreement(names, sayings, meant, _overwrites_domain(parser))
    carried.rename(meant)
    hosts: dict[object, Host] = {}
    for row in counted([row for row in rows if not row.faults]):
        key, own = key_of(row.name), carried.owners.get(row.line)
        found = [own] if own else meant[key]
        owner = found[0] if len(found) == 1 else f"ambiguous {key}"
        host = hosts.setdefault(owner, Host())
        host.rows.append(row)
        host.called = host.called or (row.name if own else "")
        if len(found) > 1:
            host.candidates = _names(names, sayings, found)
        elif isinstance(found[0], int) and found[0] > 0:
            host.id = found[0]
    return list(hosts.values())


def _check_name(row: Parsed, parser: Parser) -> None:
    heading = next((h for _, h, column in parser.columns if column.field == "name"), "")
    if not row.name:
        row.faults.append(Fault(row.line, heading, "", "there is no name: fill it in"))


def _drop_own_domain(row: Parsed, parser: Parser) -> None:
    """Tools report a machine's own name as the domain of its local accounts."""
    domain = row.values.get("domain")
    if domain is not None and key_of(parser.text_of("domain", domain)) == key_of(row.name):
        row.values["domain"] = None


@dataclass
class Saying:
    """What the rows with one spelling say: its number among the unknown ones, domain, DNS name."""

    text: str
    number: int
    domains: set[str] = field(default_factory=set)
    dns_names: set[str] = field(default_factory=set)

    def fits(self, key: str) -> bool:
        """True if what the rows say agrees with an FQDN."""
        rest = key.partition(".")[2]
        return self.domains <= {rest} and self.dns_names <= {rest, key}


def _sayings(rows: Iterable[Parsed], parser: Parser) -> dict[str, Saying]:
    found: dict[str, Saying] = {}
    for row in rows:
        saying = found.setdefault(key_of(row.name), Saying(row.name, -1 - len(found)))
        for name, texts in (("domain", saying.domains), ("dns_name", saying.dns_names)):
            if (value := row.values.get(name)) is not None:
                texts.add(key_of(parser.text_of(name, value)))
    return found


def _resolve(names: Directory, sayings: dict[str, Saying]) -> dict[str, list[int]]:
    """What each spelling means: one system or new host (negative), or several.

    A spelling that no system has exactly is compared with the systems and, by the same rule, with
    the other new spellings of the file; two of them are one host only if each means the other alone.
    """
    fresh = {key: saying for key, saying in sayings.items() if key not in names.by_key}
    by_short: dict[str, list[str]] = {}
    for key in fresh:
        by_short.setdefault(short_of(key), []).append(key)
    near = {key: _near(names, fresh, by_short, key) for key in counted(fresh)}
    meant = {key: [names.by_key[key]] for key in sayings if key in names.by_key}
    numbers = {saying.number: key for key, saying in fresh.items()}
    for key, found in near.items():
        own = fresh[key].number
        if len(found) == 1 and found[0] < 0:
            mutual = near[numbers[found[0]]] == [own]
            meant[key] = [max(own, found[0])] if mutual else [own]
        else:
            meant[key] = found or [own]
    return meant


def _near(names: Directory, fresh: dict[str, Saying], by_short: dict[str, list[str]], key: str) -> list[int]:
    """The systems and other new spellings that a spelling may mean."""
    short = short_of(key)
    if not short:
        return []
    found = [i for i in names.find(key) if any(fresh[key].fits(whole) for whole in _wholes(names, key, i))]
    for other in by_short.get(short, ()):
        whole = key if "." in key else other
        if ("." in key) != ("." in other) and fresh[key].fits(whole) and fresh[other].fits(whole):
            found.append(fresh[other].number)
    return found


def _overwrites_domain(parser: Parser) -> bool:
    """True if the file may replace a domain or DNS name that a system has."""
    rules = [column.rule for _, _, column in parser.columns if column.field in ("domain", "dns_name")]
    return any(rule.startswith("overwrite") for rule in rules)


def _refuse_disagreement(
    names: Directory, sayings: dict[str, Saying], meant: dict[str, list[int]], overwrites: bool
) -> None:
    """Spellings that mean one system only by their short name must agree on its domain.

    Otherwise the first would set a domain that the next one contradicts when the same file comes
    again. What contradicts the rows with the system's own name is another host at once; what
    contradicts each other is ambiguous.
    """
    groups: dict[int, list[str]] = {}
    for key, found in meant.items():
        if len(found) == 1 and found[0] > 0:
            groups.setdefault(found[0], []).append(key)
    for owner, keys in groups.items():
        loose = [key for key in keys if names.by_key.get(key) != owner]
        may_change = overwrites or _is_open(names, owner)
        said = [sayings[key] for key in keys if key not in loose and may_change]
        for key in loose:
            if not _agree(said, _wholes(names, key, owner)):
                meant[key] = [sayings[key].number]
        loose = [key for key in loose if meant[key] == [owner]]
        wholes = [whole for key in loose for whole in _wholes(names, key, owner)]
        if not _agree([sayings[key] for key in loose], wholes):
            for key in loose:
                meant[key] = [owner, sayings[key].number]


def _is_open(names: Directory, system_id: int) -> bool:
    """True if the system has no domain or DNS name yet, so that the file may set one."""
    known = names.systems[system_id]
    return not (known.domain and known.dns_name)


def _agree(sayings: list[Saying], wholes: list[str]) -> bool:
    return all(saying.fits(whole) for saying in sayings for whole in wholes)


def _wholes(names: Directory, key: str, system_id: int) -> list[str]:
    """The FQDNs that a spelling and a system it loosely means have in common."""
    if "." in key:
        return [key]
    return [name for name in names.systems[system_id].names if name.startswith(f"{key}.")]


def _names(names: Directory, sayings: dict[str, Saying], found: list[int]) -> list[str]:
    new = {saying.number: saying.text for saying in sayings.values()}
    ids = [i for i in found if i > 0]
    stored = dict(db.session.execute(sa.select(System.id, System.name).where(System.id.in_(ids))).all())
    return [stored.get(i) or new.get(i, "") for i in found]
