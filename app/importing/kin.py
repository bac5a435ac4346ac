"""Rows that refer to rows of the same file: a task's parent, the system that hosts a virtual one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from app.importing.cells import Fault, InFile, Parsed, Parser
from app.importing.hosts import Host

if TYPE_CHECKING:
    from app.importing.plan import HostPlan


def resolve(hosts: Sequence[Host], parser: Parser) -> None:
    """A row that is a record already stands for it; one that is left out, for what else has its name."""
    owners = {row.line: host for host in hosts for row in host.rows}
    names = [name for name in parser.kin if any(column.field == name for _, _, column in parser.columns)]
    for host in hosts if names else ():
        for row in host.rows:
            for name in names:
                if isinstance(value := row.values.get(name), InFile):
                    row.values[name] = _record(value, owners.get(value.line), host, parser, name) or value


def _record(value: InFile, target: Host | None, own: Host, parser: Parser, name: str) -> int | None:
    if target is not None and target is not own and not target.candidates:
        return target.id
    return parser.known[name].get(value.text)


def needs(host: HostPlan) -> list[InFile]:
    """The rows of the file that a record refers to and that are made with it."""
    return [new for _, new in host.changes.values() if isinstance(new, InFile)]


def waves(hosts: Sequence[HostPlan]) -> list[list[HostPlan]]:
    """The records in an order in which what is referred to comes first; those in a ring are left out."""
    if not any(map(needs, hosts)):
        return [list(hosts)]
    makers = {line: number for number, host in enumerate(hosts) for line in host.lines}
    waiting: dict[int, int] = {}
    followers: dict[int, list[int]] = {}
    for number, host in enumerate(hosts):
        for value in needs(host):
            waiting[number] = waiting.get(number, 0) + 1
            followers.setdefault(makers.get(value.line, -1), []).append(number)
    wave = [number for number in range(len(hosts)) if number not in waiting]
    found = []
    while wave:
        found.append([hosts[number] for number in wave])
        following = []
        for number in (one for done in wave for one in followers.get(done, ())):
            waiting[number] -= 1
            if not waiting[number]:
                following.append(number)
        wave = following
    return found


def orphans(hosts: Sequence[HostPlan], rows: Iterable[Parsed], parser: Parser) -> list[HostPlan]:
    """The hosts without those whose row is left out, or that refer to each other in a ring: faulty rows, all told."""
    going = [host for host in hosts if host.goes_in]
    if not any(needs(host) for host in going):
        return list(hosts)
    lines = {row.line: row for row in rows}
    made = {line for host in going if host.id is None for line in host.lines}
    ordered = {id(host) for wave in waves(going) for host in wave}
    refused = set()
    for host in going:
        if id(host) in ordered:
            continue
        refused.add(id(host))
        for name, value in _kin(host):
            ring = value.line in made
            reason = "refers to itself in a ring" if ring else f"needs line {value.line}, which is left out"
            _blame(host, lines, parser, name, value, reason)
    return [host for host in hosts if id(host) not in refused]


def _kin(host: HostPlan) -> list[tuple[str, InFile]]:
    return [(name, new) for name, (_, new) in host.changes.items() if isinstance(new, InFile)]


def _blame(
    host: HostPlan, lines: dict[int, Parsed], parser: Parser, name: str, value: Any, reason: str
) -> None:
    heading = next((heading for _, heading, column in parser.columns if column.field == name), name)
    for line in host.lines:
        lines[line].faults.append(Fault(line, heading, value.text, f"{reason}: repair it, or empty the cell"))
