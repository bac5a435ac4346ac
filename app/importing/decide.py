"""The rules of one host: which cell is written, kept or withheld."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.entities.entity import Entity
from app.extensions import db
from app.importing.cells import New, Parser
from app.importing.headings import MEMO
from app.importing.hosts import Host
from app.importing.past import EDITED, MINE, Past
from app.importing.profile import Profile
from app.importing.refusal import ImportRefused
from app.models.base import key_of
from app.models.lookups import Meaning, State, SystemStatus
from app.models.systems import System
from app.services import settings
from app.services.defaults import default_of
from app.services.reading import Row, plain
from app.services.shape import defaults_of
from app.services.system_rules import casing


@dataclass
class Decision:
    """What the rules say of one host."""

    outcome: str = "same"
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    kept: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    kept_columns: list[str] = field(default_factory=list)
    withheld: dict[str, str] = field(default_factory=dict)
    memos: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    theirs: dict[str, str] = field(default_factory=dict)


class Wanted(NamedTuple):
    """A value for a field, by which rule, from which column."""

    value: Any
    rule: str
    column: str


class Rules:
    """A profile, ready to judge hosts."""

    def __init__(self, profile: Profile, entity: Entity, parser: Parser) -> None:
        self.profile, self.entity, self.parser = profile, entity, parser
        self.is_many = {field.name: field.kind.is_many for field in entity.fields}
        self.columns = [
            (heading, column.field, profile.rule_of(column.rule, self.is_many[column.field]))
            for heading, column in profile.mapped()
            if column.field != MEMO and (entity.model is not System or column.field != "name")
        ]
        self.constants = {name: self._constant(name, c.value) for name, c in profile.constants.items()}
        self.states = {
            name: {when: self._constant(name, getattr(rule, when)) for when in ("new", "existing", "tagless")}
            for name, rule in (("status", profile.status), ("analysis_status", profile.analysis_status))
            if entity.has(name)
        }
        self.locks = {name: key_of(tag) for name, tag in profile.locks.items() if tag}
        self.defaults = _defaults(entity)
        unknown = sa.select(SystemStatus.id).where(SystemStatus.meaning == Meaning.UNKNOWN)
        self.unknown_statuses = set(db.session.scalars(unknown)) if entity.model is System else set()
        self.cased, self.may_rename = casing(), settings.get("name_editable")
        self.exported = parser.moments("updated_at")
        self.origin = parser.table.origin
        self.past: Past | None = None

    @property
    def fields_read(self) -> list[str]:
        """What must be known of a record that exists."""
        mapped = [name for _, name, _ in self.columns]
        fixed = ["tags", "is_protected", "status", "analysis_status"]
        fixed = [self.entity.title_field.name, *(name for name in fixed if self.entity.has(name))]
        fixed += ["updated_at"] if self.exported else []
        return list(dict.fromkeys([*fixed, *mapped, *self.constants]))

    def look_back(self, ids: Sequence[int]) -> None:
        """Learn what these records were when an own export was made, if it says when that was."""
        if self.origin and self.origin.revision:
            self.past = Past(self.entity.model, self.origin, ids)

    def decide(self, host: Host, row: Row | None, memos: set[str]) -> Decision:
        """What happens to a host, given the system as it is stored (None: there is none)."""
        decision = Decision()
        if self.profile.existing == "skip" if row else self.profile.new == "report":
            decision.outcome = "skipped"
            return decision
        if row is None:
            self._create(decision, host)
            return decision
        edited = self._edited(host, row)
        for name, wanted in self.wanted(host, is_new=False).items():
            is_edited = wanted.rule in EDITED
            if is_edited and self.past:
                self._merge(decision, row, name, wanted, self.past)
                continue
            told = wanted._replace(rule=edited[self.is_many[name]]) if is_edited else wanted
            self._judge(decision, row, name, told)
        self._judge_name(decision, row, host)
        self._judge_memos(decision, row, host, memos)
        decision.outcome = "changed" if decision.changes or decision.memos else "same"
        return decision

    def _create(self, decision: Decision, host: Host) -> None:
        decision.outcome = "new"
        for name, wanted in self.wanted(host, is_new=True).items():
            if wanted.value is not None and wanted.value != frozenset():
                decision.changes[name] = (None, _listed(wanted.value))
        decision.memos = _memo_texts(host)

    def _edited(self, host: Host, row: Row) -> tuple[str, str]:
        """The rule for what was edited in an own export, for single values and for several.

        What differs was edited in the sheet if nobody has changed the record since it was exported;
        if somebody has, it stays as it is and is shown.
        """
        seen = self.exported.get(host.rows[0].line)
        if seen is None:
            return "fill", "add"
        return ("overwrite-empty", "replace") if seen == row["updated_at"] else ("keep", "keep")

    def wanted(self, host: Host, *, is_new: bool) -> dict[str, Wanted]:
        """What the rows, then the constants, then the status settings want of each field."""
        found: dict[str, Wanted] = {}
        for heading, name, rule in self.columns:
            value: Any = host.rows[0].values[name]
            if len(host.rows) > 1:
                said = [row.values[name] for row in host.rows]
                if self.is_many[name]:
                    value = frozenset().union(*said)
                else:
                    latest = said if name in self.entity.identity else reversed(said)
                    value = next((v for v in latest if v is not None), None)
            found[name] = Wanted(value, rule, heading)
        for name, value in self.constants.items():
            if name not in found or found[name].value in (None, frozenset()):
                rule = self.profile.rule_of(self.profile.constants[name].rule, self.is_many[name])
                found[name] = Wanted(value, rule, name)
        for name, by_case in self.states.items():
            self._want_state(found, name, by_case, is_new)
        return found

    def _want_state(self, found: dict[str, Wanted], name: str, by_case: dict[str, Any], is_new: bool) -> None:
        """The status settings count where no cell and no constant says anything."""
        if name in found and found[name].value is not None:
            return
        value = by_case["new"] if is_new else by_case["existing"]
        tagless = "tags" in found and found["tags"].value == frozenset()
        if tagless and by_case["tagless"] is not None and (is_new or by_case["existing"] is not None):
            value = by_case["tagless"]
        if value is not None:
            found[name] = Wanted(value, "overwrite", name)

    def _judge(self, decision: Decision, row: Row, name: str, wanted: Wanted) -> None:
        if wanted.value in _NOTHING and wanted.rule not in _EMPTYING:
            return
        old = plain(row[name])
        is_many = self.is_many[name]
        new = self._merged(row, name, wanted) if is_many else self._replaced(name, old, wanted)
        if new is not _KEEP and new != old:
            self._change(decision, row, name, new)
        elif name not in self.entity.identity and self._differs(old, wanted.value, row, is_many):
            decision.kept[name] = (row[name], _listed(wanted.value))
            decision.kept_columns.append(wanted.column)
        elif wanted.value not in _NOTHING:
            decision.same.append(name)

    def _change(self, decision: Decision, row: Row, name: str, new: Any) -> None:
        if reason := self._lock(row, name):
            decision.withheld[name] = reason
        else:
            decision.changes[name] = (row[name], new)

    def _merge(self, decision: Decision, row: Row, name: str, wanted: Wanted, past: Past) -> None:
        """Three ways: what was exported, what the sheet says, what is there now."""
        base, old = past.value(row, name), plain(row[name])
        if self.is_many[name]:
            items = self._spelled(wanted.value, [*base, *old], row)
            new = _listed((set(old) | (items - set(base))) - (set(base) - items))
            if new != old:
                self._change(decision, row, name, new)
            return
        new = self.defaults.get(name) if wanted.value is None else wanted.value
        if new == old or past.is_same(new, base):
            return
        if past.is_same(old, base) or wanted.rule == MINE:
            self._change(decision, row, name, new)
        else:
            decision.kept[name] = (row[name], wanted.value)
            decision.kept_columns.append(wanted.column)
            decision.theirs[name] = past.who(row, name)

    def _differs(self, old: Any, value: Any, row: Row, is_many: bool) -> bool:
        """True if the file says something else than what stays."""
        if is_many:
            return any(item not in old for item in self._spelled(value, old, row))
        return value not in (None, "", old)

    def _replaced(self, name: str, old: Any, wanted: Wanted) -> Any:
        value = wanted.value
        if wanted.rule == "overwrite-empty":
            return self.defaults.get(name) if value is None else value
        if value is None or value == "" or wanted.rule == "keep":
            return _KEEP
        if wanted.rule == "fill":
            is_empty = old in (None, "") or (name == "status" and old in self.unknown_statuses)
            return value if is_empty else _KEEP
        return value

    def _merged(self, row: Row, name: str, wanted: Wanted) -> Any:
        old = plain(row[name])
        items = self._spelled(wanted.value, old, row)
        if wanted.rule == "keep":
            return _KEEP
        if wanted.rule == "add":
            kept = old
        elif wanted.rule == "replace-own" and name == "tags" and self.profile.prefix:
            own = {tag.id for tag in row[name] if self.profile.is_own(tag.name)}
            kept = [item for item in old if item not in own]
        else:
            kept = []
        return _listed({*kept, *items})

    def _spelled(self, value: frozenset[Any], old: list[Any], row: Row) -> set[Any]:
        """Texts in the spelling that is stored, without the system's own name."""
        known = {key_of(item): item for item in old if isinstance(item, str)}
        texts = {item for item in value if isinstance(item, str)}
        if not texts:
            return set(value)
        own = key_of(row["name"])
        return set(value - texts) | {known.get(key_of(t), t) for t in texts if key_of(t) != own}

    def _lock(self, row: Row, name: str) -> str:
        """Why a cell must not be touched, judged by the system as it was before the import."""
        if row.get("is_protected"):
            return "the system is protected"
        if name == "name" and self.entity.model is System and not self.may_rename:
            return "names of systems are locked in the settings"
        lock = self.locks.get(name)
        return next((tag.name for tag in row.get("tags", ()) if lock and key_of(tag.name) == lock), "")

    def _judge_name(self, decision: Decision, row: Row, host: Host) -> None:
        """The name of a system, where its row was found by the id and the sheet gives it another name."""
        if not host.called or not self.past or host.called == self.past.value(row, "name"):
            return
        for heading, column in self.profile.mapped():
            if column.field == "name" and column.rule in EDITED:
                wanted = Wanted(self.cased(host.called), column.rule, heading)
                self._merge(decision, row, "name", wanted, self.past)

    def _judge_memos(self, decision: Decision, row: Row, host: Host, memos: set[str]) -> None:
        rules = [self.profile.rule_of(c.rule, True) for _, c in self.profile.mapped() if c.field == MEMO]
        texts = [text for text in _memo_texts(host) if text not in memos]
        if not texts or all(rule == "keep" for rule in rules):
            return
        if row["is_protected"]:
            decision.withheld[MEMO] = "the system is protected"
        else:
            decision.memos = texts

    def _constant(self, name: str, raw: Any) -> Any:
        if raw is None:
            return None
        try:
            return self.parser.constant(name, raw)
        except ValueError as error:
            raise ImportRefused(f"The profile can't be followed: {name}: {error}.") from None


_KEEP = object()
_NOTHING: tuple[Any, ...] = (None, "", frozenset())
_EMPTYING = ("overwrite-empty", "replace", "replace-own")
"""Rules under which an empty cell means something."""


def _defaults(entity: Entity) -> dict[str, Any]:
    """What a field becomes when it is emptied: the default of its status, of its column, or nothing."""
    made = defaults_of(entity.model)
    for name, attribute in ((item.name, item.kind.attribute) for item in entity.fields):
        if attribute.sort == "one" and not attribute.column.nullable and issubclass(attribute.target, State):
            made[name] = default_of(attribute.target)
    return made


def _memo_texts(host: Host) -> list[str]:
    return list(dict.fromkeys(text for row in host.rows for text in row.memos))


def _listed(value: Any) -> Any:
    """Several values in an order that is the same every time."""
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=lambda item: (1, item.key) if isinstance(item, New) else (0, item))
    return value
