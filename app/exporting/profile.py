"""An export profile: which records with which columns become which file; written as YAML."""

import re
from dataclasses import MISSING, asdict, dataclass, fields, replace
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

import yaml

from app.entities.entity import Entity, Field
from app.entities.query import BadQuery, Query, understand
from app.entities.registry import entities, entity
from app.exporting import explanations, extras
from app.exporting.columns import SPLITS, TIMES
from app.exporting.files import FORMATS

LONGEST = 100_000
LONGEST_HEADING = 100


class BadProfile(ValueError):
    """The profile contradicts itself or names what there is not; the text says everything that is wrong."""


@dataclass(frozen=True)
class Column:
    """A field in the file, under its own heading or another one."""

    field: str
    heading: str = ""


@dataclass(frozen=True)
class Profile:
    """What the YAML says. Left out: every field, every record, the usual order, a workbook.

    `spreadsheet_only` and `meta` are None where nothing was said: systems go by their *On spreadsheet*,
    workbooks say what they are.
    """

    entity: str
    columns: tuple[Column, ...] = ()
    filter: str = ""
    sort: str = ""
    format: str = "xlsx"
    split: str = ";"
    times: str = "exact"
    explanations: tuple[str, ...] = ()
    meta: bool | None = None
    internal: bool = False
    spreadsheet_only: bool | None = None
    name: str = ""

    @property
    def of(self) -> Entity:
        """The entity whose records it is about."""
        return entity(self.entity)

    def chosen(self) -> list[Field]:
        """The columns of the file, with their headings."""
        known = offered(self.of, internal=self.internal)
        columns = [
            replace(known[one.field], label=one.heading or known[one.field].label) for one in self.columns
        ]
        return columns or self.of.visible(self.internal)

    def query(self) -> Query:
        """The records of the file; `BadQuery` if they can't be told any more."""
        return understand(self.of, self.pairs, self.internal)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What is asked of the list, as its address has it."""
        pairs = self.filters
        pairs += [("sort", self.sort)] if self.sort else []
        return pairs + ([("on_spreadsheet", "yes")] if self.goes_by_mark else [])

    @property
    def address(self) -> str:
        """The list in the browser, without what it leaves out as usual."""
        asked = {key.partition(".")[0] for key, _ in self.pairs}
        lifted = [(key, "any") for key in self.of.usual if key.partition(".")[0] not in asked]
        return f"/{self.entity}?{urlencode(self.pairs + lifted, safe=':,')}"

    @property
    def filters(self) -> list[tuple[str, str]]:
        """The pairs of the filter."""
        return parse_qsl(self.filter.lstrip("?"), keep_blank_values=True)

    @property
    def goes_by_mark(self) -> bool:
        """True if only systems are taken that are marked for spreadsheets."""
        return self.of.has("on_spreadsheet") and self.spreadsheet_only is not False

    def says_what_it_is(self, file_format: str) -> bool:
        """True if the file carries what it says about itself."""
        return file_format == "xlsx" if self.meta is None else self.meta

    def stem(self, called: str) -> str:
        """The part of the file's name that is the same every time; `called`: the name of the profile."""
        text = self.name.replace("{profile}", called).replace("{entity}", self.entity) or called
        return re.sub(r"[^\w-]+", "_", text.casefold()).strip("_")[:80] or self.entity

    def as_yaml(self) -> str:
        """The profile as it is written, without what need not be said."""
        said: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.default is MISSING or value != one.default:
                said[one.name] = list(value) if isinstance(value, tuple) else value
        if self.columns:
            said["columns"] = [asdict(c) if c.heading else c.field for c in self.columns]
        return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=1000)

    @classmethod
    def read(cls, text: str) -> Self:
        """A profile from YAML that can be followed; `BadProfile` names what can't."""
        return cls.checked(_mapping(text))

    @classmethod
    def checked(cls, said: dict[str, Any]) -> Self:
        """A profile from its keys and values."""
        faults = [f"there is no key “{key}”" for key in said if key not in cls.__dataclass_fields__]
        if said.get("entity") not in [item.plural for item in entities()]:
            faults.append(f"entity: there are no “{said.get('entity')}”; say systems, artifacts, tasks …")
        faults += [fault for key, value in said.items() if (fault := _mistyped(key, value))]
        if faults:
            raise BadProfile(_sentence(faults))
        parts = {key: value for key, value in said.items() if value is not None}
        for key, make in (("columns", _column), ("explanations", str)):
            if key in parts:
                parts[key] = tuple(make(one) for one in parts[key])
        profile = cls(**parts)
        if faults := _contradictions(profile):
            raise BadProfile(_sentence(faults))
        return profile


def offered(of: Entity, *, internal: bool) -> dict[str, Field]:
    """Everything that can be a column, by name."""
    return {
        item.name: item for item in [*of.visible(internal), *extras.of(of)] if internal or not item.internal
    }


def _sentence(faults: list[str]) -> str:
    return "; ".join(dict.fromkeys(faults))


def _mapping(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise BadProfile("is too long for a profile")
    try:
        said = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadProfile(f"is no YAML: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(said, dict) or not all(isinstance(key, str) for key in said):
        raise BadProfile("must be keys with values, beginning with “entity: systems”")
    return said


_TEXTS = ("filter", "sort", "format", "split", "times", "name")
_FLAGS = ("meta", "internal", "spreadsheet_only")


def _mistyped(key: str, value: Any) -> str:
    """What is wrong with how a value is written."""
    if value is None:
        return ""
    if key in _TEXTS and (not isinstance(value, str) or "\0" in value):
        return f"{key} must be text"
    if key in _FLAGS and not isinstance(value, bool):
        return f"{key} must be yes or no"
    if key == "columns" and not (isinstance(value, list) and all(map(_is_column, value))):
        return "columns must be a list of names of fields, or of “field” with “heading”"
    if key == "explanations" and not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
        return "explanations must be a list of names of fields"
    return ""


def _is_column(one: Any) -> bool:
    if isinstance(one, dict):
        return "field" in one and set(one) <= {"field", "heading"} and all(map(_is_line, one.values()))
    return _is_line(one)


def _is_line(text: Any) -> bool:
    return isinstance(text, str) and text.isprintable() and len(text) <= LONGEST_HEADING


def _column(one: Any) -> Column:
    return (
        Column(one["field"], " ".join(one.get("heading", "").split()))
        if isinstance(one, dict)
        else Column(one)
    )


def _contradictions(profile: Profile) -> list[str]:
    """Everything that can't be meant, each with its reason."""
    of, faults = profile.of, []
    if of.internal and not profile.internal:
        faults.append(f"{of.label.lower()} are internal: say “internal: yes” to export them")
    if profile.format not in FORMATS:
        faults.append(f"format must be one of {', '.join(FORMATS)}")
    if profile.split not in SPLITS:
        faults.append("split must be one of ; , | a blank, a line break")
    if profile.times not in TIMES:
        faults.append(f"times must be one of {', '.join(TIMES)}")
    if profile.spreadsheet_only and not of.has("on_spreadsheet"):
        faults.append(f"{of.label.lower()} have no mark for spreadsheets: leave out spreadsheet_only")
    faults += _faults_of_columns(profile)
    if faults:
        return faults
    asked = {key.partition(".")[0] for key, _ in profile.filters}
    if profile.sort and "sort" in asked:
        faults.append("the filter sorts already: leave out one of both")
    if profile.goes_by_mark and "on_spreadsheet" in asked:
        faults.append("the filter asks for on_spreadsheet itself: say “spreadsheet_only: no”")
    try:
        profile.query()
    except BadQuery as error:
        faults.append(f"the list can't be understood: {error}")
    return faults


def _faults_of_columns(profile: Profile) -> list[str]:
    of, faults = profile.of, []
    known, secret = offered(of, internal=profile.internal), offered(of, internal=True)
    names = [column.field for column in profile.columns]
    for name in names:
        if name not in secret:
            faults.append(f"{of.plural} have no field “{name}”")
        elif name not in known:
            faults.append(f"“{name}” is internal: say “internal: yes”, or leave it out")
        elif names.count(name) > 1:
            faults.append(f"“{name}” is a column twice")
    if faults:
        return faults
    columns = {item.name: item for item in profile.chosen()}
    labels = [item.label.casefold() for item in columns.values()]
    faults += [f"two columns are called “{text}”" for text in dict.fromkeys(labels) if labels.count(text) > 1]
    for name in profile.explanations:
        if name not in columns:
            faults.append(f"“{name}” can't be explained: it is no column")
        elif not explanations.explainable(columns[name]):
            faults.append(f"“{name}” can't be explained: it is no short list")
    return faults
