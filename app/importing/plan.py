"""What an import would do: one outcome per record, old and new per cell. Reading only."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.entities.entity import Entity
from app.extensions import db
from app.importing import kin
from app.importing.cells import Fault, New, NewSystems, Parsed, Parser
from app.importing.contradictions import contradictions
from app.importing.decide import Decision, Rules
from app.importing.hosts import Host, hosts_of
from app.importing.matching import records_of
from app.importing.parts import parts_of
from app.importing.profile import Profile
from app.importing.refusal import ImportRefused
from app.importing.table import Table
from app.importing.trial import drafts_of, faults_of, keys_of
from app.models.base import Record
from app.models.systems import Memo, System
from app.services import changes
from app.services.drafts import Warned
from app.services.identity import Directory
from app.services.progress import counted
from app.services.reading import brief, chunks, read
from app.services.spool import Spool

OUTCOMES = ("new", "changed", "same", "ambiguous", "skipped")


@dataclass(frozen=True)
class Actor:
    """Who imports: the id, the person's zone, and whether missing statuses and people may be made."""

    id: int
    zone: dt.tzinfo = dt.UTC
    creatable: Any = lambda model: True


@dataclass(slots=True)
class HostPlan:
    """What happens to one host, or other record."""

    name: str
    written: list[str]
    lines: list[int]
    outcome: str
    id: int | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    kept: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    memos: list[str] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    same: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    """Who changed what the file has changed too."""
    planned: str = ""
    """The outcome before somebody excluded it."""

    @property
    def goes_in(self) -> bool:
        """True if something is written for it."""
        return self.outcome in ("new", "changed")


@dataclass
class Plan:
    """All of it, against one revision."""

    revision: int
    model: type[Record]
    hosts: Spool[HostPlan] = field(default_factory=Spool)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    faulty_rows: list[tuple[int, list[str]]] = field(default_factory=list)
    kept_by_column: Counter[str] = field(default_factory=Counter)

    claimed: set[int] = field(default_factory=set)
    """Of which records and keys the parts so far speak, as hashes: the worst that two of one hash can do is time."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """How many hosts there are of each outcome, and how many have protected cells."""

    def counts(self) -> dict[str, int]:
        """The numbers that people and scripts are told."""
        return {
            **{outcome: self.outcomes[outcome] for outcome in (*OUTCOMES, "protected")},
            "faulty": len(self.faulty_rows),
            "kept": self.kept_by_column.total(),
        }

    @property
    def has_any(self) -> bool:
        """True if anything is written."""
        return self.outcomes["new"] + self.outcomes["changed"] > 0

    @property
    def going_in(self) -> Iterator[HostPlan]:
        """The hosts that are written."""
        return (host for host in self.hosts if host.goes_in)

    def take(self, hosts: Sequence[HostPlan], rows: Iterable[Parsed]) -> None:
        """Add what was planned of some rows, and which of these are faulty."""
        for host in counted(hosts):
            self.hosts.append(host)
            self.outcomes[host.outcome] += 1
            self.outcomes["protected"] += bool(host.withheld)
        for row in rows:
            if row.faults:
                self.faults += row.faults
                self.faulty_rows.append((row.line, row.cells))

    def claim(self, claims: Iterable[Hashable]) -> None:
        """Note of what a part speaks; `Entangled` if another one does so too."""
        hashes = set(map(hash, claims))
        if not self.claimed.isdisjoint(hashes):
            raise Entangled
        self.claimed |= hashes

    def digest(self) -> str:
        """The same for two plans that would do the same; their order and what is excluded do not matter."""
        digests = []
        for host in counted(self.hosts):
            outcome = host.planned or host.outcome
            told = [host.id, host.name, outcome, host.memos, sorted(host.withheld), _told(host)]
            digests.append(hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest())
        digest = hashlib.sha256(b"".join(sorted(digests)))
        digest.update(json.dumps([fault.as_json() for fault in self.faults], sort_keys=True).encode())
        return digest.hexdigest()


def _told(host: HostPlan) -> list[Any]:
    pairs = [*host.changes.items(), *host.kept.items()]
    return sorted([name, [_flat(old), _flat(new)]] for name, (old, new) in pairs)


def _flat(value: Any) -> Any:
    if isinstance(value, (list, frozenset, set)):
        return sorted((_flat(item) for item in value), key=str)
    return value.name if isinstance(value, New) else brief(value)


def make_plan(
    table: Table, profile: Profile, entity: Entity, actor: Actor, excluded: frozenset[int] = frozenset()
) -> Plan:
    """Plan an import; rows on the excluded lines stay out. `ImportRefused` names contradictions."""
    problems = contradictions(profile, entity, is_export=table.is_export)
    if problems:
        raise ImportRefused("The profile can't be followed: " + "; ".join(problems) + ".")
    try:
        return _plan_parts(parts_of(table, profile, entity, _ids(table)), profile, entity, actor, excluded)
    except Entangled:
        return _plan_parts([table], profile, entity, actor, excluded)


class Entangled(Exception):
    """Two parts of a file speak of one record: it has to be planned as a whole."""


def _plan_parts(
    parts: Iterable[Table], profile: Profile, entity: Entity, actor: Actor, excluded: frozenset[int]
) -> Plan:
    plan = Plan(changes.newest(), entity.model)  # first, so that a later write is noticed
    spellings: NewSystems = (Directory(), [])
    for part in parts:
        _plan_part(plan, Parser(part, profile, entity, actor.zone, actor.creatable, spellings), excluded)
    plan.faults.sort(key=lambda fault: fault.line)
    plan.faulty_rows.sort(key=lambda row: row[0])
    return plan


def _plan_part(plan: Plan, parser: Parser, excluded: frozenset[int]) -> None:
    rows, rules = parser.rows(), Rules(parser.profile, parser.entity, parser)
    ids = _ids(parser.table)
    found = hosts_of(rows, parser, ids) if plan.model is System else records_of(rows, parser, rules, ids)
    kin.resolve(found, parser)
    hosts = _decide(plan, found, rules, excluded)
    claims = set().union(*(host.claims for host in found))
    if plan.model is not System:
        hosts, keys = _try(plan.model, hosts, rows, parser)
        claims |= keys
    plan.claim(claims)
    plan.take(kin.orphans(hosts, rows, parser), rows)


def _try(
    model: type[Record], hosts: list[HostPlan], rows: list[Parsed], parser: Parser
) -> tuple[list[HostPlan], set[Hashable]]:
    """The hosts without those that can't be, and the keys that they have or want.

    What the rules refuse is faulty, and all rows that say so; what is excluded is tried as well.
    """
    by_line = {row.line: row for row in rows}
    tried = [host for host in hosts if (host.planned or host.outcome) in ("new", "changed")]
    wanted = [{name: new for name, (_, new) in host.changes.items()} for host in tried]
    drafts = drafts_of(model, wanted, [host.id for host in tried])
    firsts = [(host.lines[0], by_line[host.lines[0]].cells) for host in tried]
    refused: set[int] = set()
    for host, faults in zip(tried, faults_of(drafts, firsts, parser), strict=True):
        for line in host.lines if faults else ():
            by_line[line].faults += faults
        refused.update(host.lines if faults else ())
    return [host for host in hosts if host.lines[0] not in refused], keys_of(model, drafts)


def _ids(table: Table) -> dict[int, str]:
    """The id or UUID that a row of our own exports carries, by line."""
    named = (table.heading_of(*pair) for pair in (("uuid", "UUID"), ("", "id"), ("id", "id")))
    heading = next(filter(None, named), "") if table.is_ours else ""
    if not heading:
        return {}
    index = table.headings.index(heading)
    return {line: cells[index].strip() for line, cells in table.rows if cells[index].strip()}


def _decide(plan: Plan, hosts: list[Host], rules: Rules, excluded: frozenset[int]) -> list[HostPlan]:
    planned = []
    ids = [host.id for host in hosts if host.id]
    stored = {row.id: row for row in read(plan.model, ids, rules.fields_read)}
    rules.look_back(ids)
    memos = _memos(ids) if any(row.memos for host in hosts for row in host.rows) else {}
    for host in counted(hosts, "Comparing the file with what is known"):
        lines = [row.line for row in host.rows]
        written = list(dict.fromkeys(row.name for row in host.rows))
        made = HostPlan(host.name, written, lines, "ambiguous", candidates=host.candidates)
        if not host.candidates:
            decision = rules.decide(host, stored.get(host.id or 0), memos.get(host.id or 0, set()))
            _enter(made, decision, stored.get(host.id or 0), rules.entity)
            made.id = host.id
        if not excluded.isdisjoint(lines):
            made.planned, made.outcome = made.outcome, "skipped"
        elif made.outcome in ("changed", "same", "new"):
            plan.kept_by_column.update(decision.kept_columns)
        planned.append(made)
    return planned


def _enter(made: HostPlan, decision: Decision, row: Any, entity: Entity) -> None:
    made.name = entity.title_of(row) if row else made.name
    made.outcome = decision.outcome
    if made.outcome == "skipped":
        return
    made.changes, made.kept, made.memos = decision.changes, decision.kept, decision.memos
    made.withheld, made.theirs = decision.withheld, decision.theirs
    made.same = {name: row[name] for name in decision.same}


def _memos(ids: list[int]) -> dict[int, set[str]]:
    """Every memo that these systems have or had."""
    found: dict[int, set[str]] = {}
    for part in chunks(ids):
        statement = sa.select(Memo.system_id, Memo.text).where(Memo.system_id.in_(part))
        for system_id, text in db.session.execute(statement):
            found.setdefault(system_id, set()).add(text)
    return found
