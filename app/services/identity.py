"""Which system a text means: exact key first, then short name against FQDN, else ask."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import sqlalchemy as sa

from app.extensions import db
from app.models.base import key_of
from app.models.lookups import DnsName, Domain
from app.models.systems import HostName, NameKind, System
from app.services.reading import chunks

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_TOOL_ID = re.compile(r"c\.[0-9a-f]{16}|[0-9a-f]{24,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_host_name(text: str) -> bool:
    """True for what DNS or a directory could call a host: no address, no tool's identifier."""
    key = key_of(text)
    if len(key) > 253 or _TOOL_ID.fullmatch(key) or not _HOST.fullmatch(key):
        return False
    return not (key.replace(".", "").isdigit() and _is_address(key))


def _is_address(key: str) -> bool:
    try:
        ipaddress.ip_address(key)
    except ValueError:
        return False
    return True


def kind_of(text: str) -> NameKind:
    """The kind of an additional name: another spelling, or an identifier matched whole."""
    return NameKind.ALIAS if is_host_name(text) else NameKind.ID


@lru_cache(maxsize=2**16)
def short_of(text: str) -> str:
    """The first label of a host name; empty for what is no host name."""
    return key_of(text).split(".")[0] if is_host_name(text) else ""


@dataclass
class Known:
    """A live system as far as identity needs it, with the texts that name it."""

    id: int
    domain: str = ""
    dns_name: str = ""
    names: set[str] = field(default_factory=set)

    def fits(self, short: str, rest: str) -> bool:
        """True if its domain and DNS name, where set, agree with the rest of an FQDN."""
        whole = f"{short}.{rest}"
        return self.domain in ("", rest) and self.dns_name in ("", rest, whole)


@dataclass
class Directory:
    """The live names, as many as a batch needs; rows of one file are added as they are planned."""

    by_key: dict[str, int] = field(default_factory=dict)
    by_short: dict[str, set[int]] = field(default_factory=dict)
    systems: dict[int, Known] = field(default_factory=dict)

    def add(self, system_id: int, texts: Iterable[str], domain: str = "", dns_name: str = "") -> None:
        """Make a system known under these texts."""
        known = self.systems.setdefault(system_id, Known(system_id))
        known.domain, known.dns_name = key_of(domain), key_of(dns_name)
        for text in texts:
            self.by_key.setdefault(key_of(text), system_id)
            if short := short_of(text):
                known.names.add(key_of(text))
                self.by_short.setdefault(short, set()).add(system_id)

    def find(self, text: str) -> list[int]:
        """The systems a text may mean: one id, several (ambiguous), or none (unknown)."""
        key = key_of(text)
        if key in self.by_key:
            return [self.by_key[key]]
        short = short_of(text)
        if not short:
            return []
        candidates = (self.systems[i] for i in self.by_short.get(short, ()))
        return sorted(known.id for known in candidates if self._meant(known, short, key))

    @staticmethod
    def _meant(known: Known, short: str, key: str) -> bool:
        if "." in key:
            return short in known.names and known.fits(short, key.partition(".")[2])
        rests = (name.partition(".")[2] for name in known.names if name.startswith(f"{short}."))
        return any(known.fits(short, rest) for rest in rests)


def directory(texts: Sequence[str]) -> Directory:
    """The part of the live names that can answer for these texts, in a few statements."""
    found = Directory()
    keys = sorted({key_of(text) for text in texts})
    shorts = sorted({short for text in texts if (short := short_of(text))})
    for part in chunks(keys):
        _fill(found, HostName.key.in_(part))
    for part in chunks(shorts):
        _fill(found, HostName.short.in_(part))
    return found


def holders(texts: Iterable[str]) -> dict[str, int]:
    """Which live systems these texts name exactly: {key: system}."""
    held: dict[str, int] = {}
    for part in chunks(sorted({key_of(text) for text in texts})):
        statement = sa.select(HostName.key, HostName.system_id).where(HostName.key.in_(part))
        held.update(db.session.execute(statement).all())
    return held


def _fill(found: Directory, condition) -> None:
    statement = (
        sa.select(HostName.system_id, HostName.key, Domain.name, DnsName.name)
        .join(System, System.id == HostName.system_id)
        .outerjoin(Domain, Domain.id == System.domain_id)
        .outerjoin(DnsName, DnsName.id == System.dns_name_id)
        .where(condition)
    )
    for system_id, key, domain, dns_name in db.session.execute(statement):
        found.add(system_id, [key], domain or "", dns_name or "")
