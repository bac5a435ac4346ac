"""A profile: what becomes what when a file is imported; stored as JSON, written as YAML."""

import dataclasses
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from app.importing.headings import normal
from app.importing.read import Reading
from app.importing.refusal import ImportRefused
from app.importing.text import ENCODINGS
from app.models.base import key_of

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


_ANY = "*"
"""Stands for keys that are headings, fields or values."""
_SHAPE: dict[str, Any] = {
    **dict.fromkeys(("name", "kind", "existing", "new", "rows"), str),
    "file": dict.fromkeys(("format", "delimiter", "quote", "encoding", "sheet"), str) | {"header": int},
    "columns": {_ANY: dict.fromkeys(("field", "split", "rule", "unknown"), str) | {"values": {_ANY: str}}},
    "constants": {_ANY: {"value": list, "rule": str}},
    **dict.fromkeys(("status", "analysis_status"), dict.fromkeys(("new", "existing", "tagless"), str)),
    "tags": dict.fromkeys(("prefix", "delimiter"), str),
    "locks": {_ANY: str},
    "guards": dict.fromkeys(("max_changed_percent", "max_rows"), int),
}
"""What a profile is made of; everything may be left out. A `list` may be a single text."""
_WORDS = {str: "a text", int: "a whole number", list: "a text or a list of texts"}


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
    guards: dict[str, int] = dataclasses.field(default_factory=dict)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """A profile as it was stored or written; `ImportRefused` names what nobody knows or expects."""
        parts = {key: value for key, value in _fitting("", data, _SHAPE).items() if value is not None}
        for key, kind in (("columns", Column), ("constants", Constant)):
            if key in parts:
                parts[key] = {name: kind(**_said(part)) for name, part in parts[key].items()}
        for key in ("status", "analysis_status"):
            if key in parts:
                parts[key] = StatusRule(**parts[key])
        for key in ("tags", "locks", "guards"):
            if key in parts:
                parts[key] = _said(parts[key])
        return cls(**parts)

    def to_dict(self) -> dict[str, Any]:
        """The profile as JSON holds it."""
        return asdict(self)

    @property
    def reading(self) -> Reading:
        """How the file is to be read, as far as the profile says; `ImportRefused` if it can't be read like that."""
        if problems := file_problems(self.file):
            raise ImportRefused("The file can't be read like that: " + "; ".join(problems) + ".")
        given = {key: self.file.get(key) for key in ("encoding", "delimiter", "quote", "sheet")}
        known = {key: value for key, value in given.items() if value and value != "auto"}
        return Reading(**known, header=self.file.get("header"))

    @property
    def prefix(self) -> str:
        """What imported tags begin with; empty if they are stored as written."""
        prefix = (self.tags.get("prefix") or "").strip()
        return f"{prefix}{self.tags.get('delimiter', '_')}" if prefix else ""

    def is_own(self, tag: str) -> bool:
        """True if a tag begins with the prefix; a blank at its end counts, though keys of names have none there."""
        return bool(self.prefix) and key_of(tag).startswith(key_of(f"{self.prefix}x")[:-1])

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
        """The profile with the headings as this file spells them, each once; refused if one is missing."""
        columns = {heading: Column() for heading in headings}
        free: dict[str, list[str]] = {}
        for heading in (one for one in columns if one not in self.columns):
            free.setdefault(normal(heading), []).append(heading)
        missing = []
        for heading, column in self.columns.items():
            alike = free.get(normal(heading))
            if heading in columns:
                columns[heading] = column
            elif alike:
                columns[alike.pop(0)] = column
            elif column.field:
                missing.append(f"“{heading}”")
        if missing:
            raise ImportRefused(
                f"The profile expects columns that the file does not have: {', '.join(missing)}."
            )
        return type(self)(**{**self.__dict__, "columns": columns})


def file_problems(file: dict[str, Any]) -> list[str]:
    """What is wrong with how a file is to be read."""
    problems = []
    if file.get("format") not in (None, "", "csv", "tsv", "xlsx"):
        problems.append("file: format must be csv, tsv or xlsx")
    if file.get("encoding") not in (None, "", "auto", *ENCODINGS):
        problems.append(f"file: encoding must be auto or one of {', '.join(ENCODINGS)}")
    if len(file.get("delimiter") or ",") > 1:
        problems.append("file: delimiter must be one character")
    if len(file.get("quote") or '"') > 1:
        problems.append("file: quote must be one character")
    if (file.get("header") or 0) < 0:
        problems.append("file: header must be the line of the headings, or 0 for none")
    return problems


def _said(part: dict[str, Any] | None) -> dict[str, Any]:
    """A section without what was left empty."""
    return {key: value for key, value in (part or {}).items() if value is not None}


def _fitting(place: str, value: Any, shape: Any) -> Any:
    """A part of a profile if it is what belongs there; `ImportRefused` names the key if it is not."""
    if value is None:
        return None
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise ImportRefused(
                f"The profile is not written as it should be: {place or 'it'} must have keys."
            )
        unknown = [] if _ANY in shape else sorted(str(key) for key in value if key not in shape)
        if unknown:
            within = f" in {place}" if place else ""
            raise ImportRefused(f"The profile has unknown keys{within}: {', '.join(unknown)}.")
        return {
            str(key): _fitting(f"{place}.{key}".lstrip("."), part, shape.get(_ANY) or shape[key])
            for key, part in value.items()
        }
    fits = _fits(value, shape)
    if fits is None:
        raise ImportRefused(f"The profile is not written as it should be: {place} must be {_WORDS[shape]}.")
    return fits


def _fits(value: Any, shape: type) -> Any:
    """A value as its type, or None: words of YAML are texts until a number is asked for."""
    is_text = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    if shape is int:
        text = str(value).strip() if is_text else ""
        return int(text) if text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 10 else None
    if shape is list and isinstance(value, list):
        return [str(item) for item in value] if all(isinstance(item, (str, int)) for item in value) else None
    return str(value) if is_text else None
