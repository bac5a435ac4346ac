"""The customer's systems, made up from the seed: families of host names with what belongs to them."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.services.demo import stage

DOMAINS = {"Gdańsk": "baltic-freight.example"}
DOMAIN = "corp.nordwind.example"
_SERVERS = (
    "Windows Server 2022", "Windows Server 2019", "Windows Server 2019", "Windows Server 2016",
    "Windows Server 2012 R2",
)  # fmt: skip
_CLIENTS = ("Windows 11", "Windows 11", "Windows 10")
_LINUX = ("Debian 12", "Ubuntu 24.04 LTS", "Red Hat Enterprise Linux 9", "SUSE Linux Enterprise Server 15")


@dataclass(frozen=True)
class Family:
    """Systems that are named and built alike; `share` is their part of a thousand."""

    prefix: str
    share: int
    type: str
    systems: tuple[str, ...] = ()
    net: int = 1
    digits: int = 3
    wave: int = 1
    is_vm: bool | None = None
    by_site: bool = False
    joins: bool = True


FAMILIES = (
    Family("SV-DC", 8, "Domaincontroller", _SERVERS[:2], net=1, digits=2, wave=0, is_vm=True),
    Family("SV-ESXI", 14, "Virtualisation host", ("VMware ESXi 8", "VMware ESXi 7"), net=8, digits=2, joins=False),
    Family("SV-EX", 3, "Mailserver", ("Windows Server 2019",), net=1, digits=2, is_vm=True),
    Family("SV-FILE", 12, "Fileserver", _SERVERS, net=2, digits=2, is_vm=True),
    Family("SV-SQL", 16, "Server", _SERVERS, net=2, digits=2, is_vm=True),
    Family("SV-WIN", 262, "Server", _SERVERS, net=2, is_vm=True),
    Family("SV-LIN", 96, "Server", _LINUX, net=3, is_vm=True, joins=False),
    Family("NB", 396, "Client", _CLIENTS, net=16, digits=4, wave=2, is_vm=False, by_site=True),
    Family("PC", 148, "Client", _CLIENTS, net=24, digits=4, wave=2, is_vm=False, by_site=True),
    Family("NAS", 9, "Storage", net=5, digits=2, wave=3, joins=False),
    Family("FW", 10, "Firewall", net=0, digits=2, wave=3, by_site=True, joins=False),
    Family("SW", 22, "Switch", net=0, digits=2, wave=3, by_site=True, joins=False),
    Family("USB", 4, "USB-Drive", net=0, digits=2, wave=3, joins=False),
)  # fmt: skip


@dataclass
class Host:
    """One system as it comes from an inventory, and what is true about it behind the scenes."""

    name: str
    family: Family
    values: dict[str, Any]
    is_compromised: bool = False
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def is_server(self) -> bool:
        """True for what is looked at first."""
        return self.family.prefix.startswith("SV-")


class Landscape:
    """The hosts of the incident, in the waves in which the inventories arrive."""

    def __init__(self, rng: random.Random, size: int) -> None:
        self.rng = rng
        self.addresses = {(site, net): _addresses(number, net) for site, number, net in _networks()}
        self.hosts: list[Host] = []
        self.virtual_hosts: list[str] = []
        for family, count in zip(FAMILIES, _counts(size), strict=True):
            self.hosts += [self._host(family, number) for number in self._numbers(family, count)]
        self.by_name = {host.name: host for host in self.hosts}

    def wave(self, number: int) -> list[Host]:
        """The hosts of one inventory, virtualisation hosts first."""
        return [host for host in self.hosts if host.family.wave == number]

    def _numbers(self, family: Family, count: int) -> list[int]:
        if family.digits < 3:
            return list(range(1, count + 1))
        highest = max(10**family.digits - 1, 2 * count)
        return sorted(self.rng.sample(range(10, highest), count))

    def _host(self, family: Family, number: int) -> Host:
        rng = self.rng
        site = rng.choices(list(stage.SITES), weights=(46, 20, 14, 14, 6))[0]
        code, company, _ = stage.SITES[site]
        parts = [family.prefix, code] if family.by_site else [family.prefix]
        name = "-".join([*parts, f"{number:0{family.digits}d}" if family.digits < 3 else str(number)])
        values = {
            "name": name,
            "uuid": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            "type": family.type,
            "location": site,
            "companies": [company],
            "contact": rng.choice([contact[0] for contact in stage.CONTACTS]) if rng.random() < 0.5 else None,
            "service_provider": rng.choice(stage.PROVIDERS) if rng.random() < 0.15 else None,
            "is_vm": family.is_vm,
            "ips": self._ips(family, site),
        }
        host = Host(name, family, values | self._software(family, name, site))
        if family.prefix == "SV-ESXI":
            self.virtual_hosts.append(name)
        elif family.is_vm and self.virtual_hosts:
            host.values["host_system"] = rng.choice(self.virtual_hosts)
        odds = {
            "SV-DC": 0.6,
            "SV-EX": 0.7,
            "SV-FILE": 0.5,
            "SV-WIN": 0.16,
            "SV-SQL": 0.2,
            "NB": 0.05,
            "PC": 0.04,
        }
        host.is_compromised = rng.random() < odds.get(family.prefix, 0)
        return host

    def _ips(self, family: Family, site: str) -> list[str]:
        if family.prefix == "USB":
            return []
        count = self.rng.choices((1, 2, 3), weights=(80, 16, 4))[0]
        return [next(self.addresses[site, family.net]) for _ in range(count)]

    def _software(self, family: Family, name: str, site: str) -> dict[str, Any]:
        rng = self.rng
        values: dict[str, Any] = {"os": rng.choice(family.systems) if family.systems else None}
        values["os_arch"] = "64-Bit" if family.systems else None
        domain = DOMAINS.get(site, DOMAIN)
        if family.joins:
            values["domain"] = domain
        if family.prefix.startswith("SV-") and rng.random() < 0.6:
            values["dns_name"] = f"{name.lower()}.{domain}"
        if family.joins and rng.random() < 0.35:
            values["aliases"] = [f"C.{rng.getrandbits(64):016x}"]
        return values


def _networks() -> Iterator[tuple[str, int, int]]:
    for site, (_, _, number) in stage.SITES.items():
        for net in {family.net for family in FAMILIES}:
            yield site, number, net


def _addresses(site: int, net: int) -> Iterator[str]:
    """Addresses of a site's network, one after the other."""
    for block in range(net, 256):
        for last in range(10, 250):
            yield f"10.{site}.{block}.{last}"


def _counts(size: int) -> list[int]:
    """How many hosts each family has, so that they add up to the size."""
    counts = [max(1, round(size * family.share / 1000)) for family in FAMILIES]
    counts[[family.prefix for family in FAMILIES].index("NB")] += size - sum(counts)
    return counts
