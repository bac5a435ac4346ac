"""A profile: what becomes what when a file is imported; stored as JSON, written as YAML."""

import dataclasses
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from app.entities.entity import Entity, within
from app.importing.headings import MEMO, REASON_HEADING, normal, targets
from app.importing.kinds import needed
from app.importing.read import Reading
from app.importing.refusal import ImportRefused

RULES = {
    "keep": "keep what is there",
    "fill": "fill if empty",
    "overwrite": "overwrite",
    "overwrite-empty": "overwrite, even with empty",
    "edited": "take what was edited in the sheet",
    "edited-mine": "take what was edited in the sheet, also over later changes",
}
MANY_RULES = {
    "keep": "keep what is there",
    "add": "add",
    "replace-own": "replace those this profile set",
    "replace": "replace all",
    "edited": "take what was edited in the sheet",
    "edited-mine": "take what was edited in the sheet, also over later changes",
}
UNKNOWN = {"create": "create", "empty": "leave empty", "reject": "reject the row"}
_STRICT = {"status", "analysis_status", "priority", "assigned_to", "contact", "host_system"}
_STRICT |= {"system", "seen_on", "artifact", "parent"}
"""Where a written profile rejects values that nobody knows, unless it says otherwise."""
LOCKS = {"status": "LOCK_SYSTEMSTATUS", "analysis_status": "LOCK_ANALYSISSTATUS"}


@dataclass
class Column:
    """What a column becomes; no field: it is ignored."""

    field: str = ""
    split: str = ""
    rule: str = ""
    unknown: str = ""
    values: dict[str, str | None] = dataclasses.field(default_factory=dict)


@dataclass
class Constant:
    """A value for all rows whose cell is empty."""

    value: Any = None
    rule: str = ""


@dataclass
class StatusRule:
    """A status for new systems, for existing ones (None: leave it), for rows without tags."""

    new: str | None = None
    existing: str | None = None
    tagless: str | None = None


@dataclass
class Profile:
    """How files with certain headings are imported."""

    name: str = ""
    kind: str = "systems"
    file: dict[str, Any] = dataclasses.field(default_factory=dict)
    columns: dict[str, Column] = dataclasses.field(default_factory=dict)
    constants: dict[str, Constant] = dataclasses.field(default_factory=dict)
    status: StatusRule = dataclasses.field(default_factory=StatusRule)
    analysis_status: StatusRule = dataclasses.field(default_factory=StatusRule)
    existing: str = "update"
    new: str = "create"
    tags: dict[str, str] = dataclasses.field(default_factory=dict)
    locks: dict[str, str] = dataclasses.field(default_factory=lambda: dict(LOCKS))
    rows: str = "good"

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """A profile as it was stored or written; `ImportRefused` names what nobody knows."""
        unknown = set(data) - set(cls.__dataclass_fields__) - {"guards"}
        if unknown:
            raise ImportRefused(f"The profile has unknown keys: {', '.join(sorted(unknown))}.")
        parts = {key: value for key, value in data.items() if value is not None and key != "guards"}
        try:
            for key, kind in (("columns", Column), ("constants", Constant)):
                if key in parts:
                    parts[key] = {name: kind(**(part or {})) for name, part in parts[key].items()}
            for key in ("status", "analysis_status"):
                if key in parts:
                    parts[key] = StatusRule(**parts[key])
        except (TypeError, AttributeError):
            raise ImportRefused("The profile is not written as it should be.") from None
        return cls(**parts)

    def to_dict(self) -> dict[str, Any]:
        """The profile as JSON holds it."""
        return asdict(self)

    @property
    def reading(self) -> Reading:
        """How the file is to be read, as far as the profile says."""
        given = {key: self.file.get(key) for key in ("encoding", "delimiter", "quote", "sheet")}
        known = {key: value for key, value in given.items() if value and value != "auto"}
        return Reading(**known, header=self.file.get("header"))

    @property
    def prefix(self) -> str:
        """What imported tags begin with; empty if they are stored as written."""
        prefix = self.tags.get("prefix") or ""
        return f"{prefix}{self.tags.get('delimiter') or ''}" if prefix else ""

    def mapped(self) -> list[tuple[str, Column]]:
        """The columns that become something."""
        return [(heading, column) for heading, column in self.columns.items() if column.field]

    def rule_of(self, given: str, is_many: bool) -> str:
        """The rule in force: the given one, else the default."""
        return given or ("add" if is_many else "fill")

    def unknown_of(self, column: Column) -> str:
        """What happens to a value that nobody knows."""
        return column.unknown or ("reject" if column.field in _STRICT else "create")

    def fitted(self, headings: Iterable[str]) -> Self:
        """The profile with the headings as this file spells them; refused if one is missing."""
        spelled = {normal(heading): heading for heading in headings}
        missing = [heading for heading, _ in self.mapped() if normal(heading) not in spelled]
        if missing:
            names = ", ".join(f"“{heading}”" for heading in missing)
            raise ImportRefused(f"The profile expects columns that the file does not have: {names}.")
        columns = {
            spelled[normal(heading)]: column
            for heading, column in self.columns.items()
            if normal(heading) in spelled
        }
        rest = {heading: Column() for heading in spelled.values() if heading not in columns}
        return type(self)(**{**self.__dict__, "columns": columns | rest})


def contradictions(profile: Profile, entity: Entity, *, is_export: bool = False) -> list[str]:
    """Everything in a profile that can't be meant, each with its reason; `is_export`: for an own export."""
    known = {target.name: target for target in targets(entity)}
    problems = _column_problems(profile, known)
    mapped = {column.field for _, column in profile.mapped()} | set(profile.constants)
    problems += [
        f"no column is the {within(field.label)} of the {entity.one}"
        for field in needed(entity, is_export=is_export)
        if field.name not in mapped
    ]
    for name in profile.constants:
        if name not in known or (name,) in ((MEMO,), tuple(entity.identity)):
            problems.append(f"“{name}” can't be the same for all rows")
    choices = (
        ("existing", ("update", "skip")),
        ("new", ("create", "report")),
        ("rows", ("good", "all-or-nothing")),
    )
    for key, allowed in choices:
        if getattr(profile, key) not in allowed:
            problems.append(f"{key} must be {' or '.join(allowed)}")
    has_tags = any(column.field == "tags" for _, column in profile.mapped())
    for name in ("status", "analysis_status"):
        rule: StatusRule = getattr(profile, name)
        words = name.replace("_", " ")
        if rule.tagless and not has_tags:
            problems.append(f"a {words} for rows without tags needs a column of tags")
        if rule.existing and profile.existing == "skip":
            problems.append(f"a {words} for existing systems contradicts skipping them")
    if profile.prefix and not has_tags and "tags" not in profile.constants:
        problems.append("a prefix for tags needs a column of tags")
    unknown_locks = sorted(set(profile.locks) - set(known) - set(LOCKS))
    problems += [f"“{name}” is no field that can be locked" for name in unknown_locks]
    return problems


def _column_problems(profile: Profile, known: dict[str, Any]) -> list[str]:
    problems = []
    columns_of: dict[str, list[str]] = {}
    for heading, column in profile.mapped():
        if heading == REASON_HEADING or column.field not in known:
            problems.append(f"“{heading}” can't become “{column.field}”")
            continue
        target = known[column.field]
        columns_of.setdefault(column.field, []).append(heading)
        if column.rule and column.rule not in (MANY_RULES if target.is_many else RULES):
            problems.append(f"“{heading}”: “{column.rule}” is no rule for {target.label}")
        if column.unknown and column.unknown not in UNKNOWN:
            problems.append(f"“{heading}”: unknown values can't be treated by “{column.unknown}”")
        if profile.existing == "skip" and column.rule.startswith(("overwrite", "replace")):
            problems.append(f"“{heading}”: overwriting contradicts skipping existing systems")
    for name, headings in columns_of.items():
        if len(headings) > 1 and not known[name].is_many:
            listed = " and ".join(f"“{heading}”" for heading in headings)
            problems.append(f"{listed} can't both become {known[name].label}")
    return problems
