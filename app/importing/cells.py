"""From a row of cells to values: parsed by the kinds, references found or wished for."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from app.entities.entity import Entity, Field
from app.importing.headings import MEMO
from app.importing.profile import Column, Profile
from app.importing.splitting import split
from app.importing.table import Table
from app.importing.values import name_for
from app.models.base import Named, Record, key_of
from app.models.lookups import Contact, Ip, State
from app.models.systems import System
from app.models.users import User
from app.services.identity import Directory
from app.services.ip_rules import canonical
from app.services.lookups import find, loose_key, why_not
from app.services.progress import counted

MAX_NAME = 255
MADE_BY_NAME = (Named, User, System)
"""What an import can make of a name alone."""
_UTC = re.compile(r"(?<![a-z])utc(?![a-z])", re.IGNORECASE)
"""In a heading: the times below it are UTC, whoever imports them."""


@dataclass(frozen=True)
class New:
    """A row that does not exist yet: it is made if a row that goes in needs it."""

    model: type[Record]
    key: str
    name: str = field(compare=False)
    text: str = field(compare=False)


NewSystems = tuple[Directory, list[New]]
"""The systems that a file makes, by all their spellings."""


@dataclass(frozen=True)
class InFile(New):
    """What another row of the same file is, or makes; `line` is where that row starts."""

    line: int = 0


class Unclear(ValueError):
    """A text that means no record, or several: a fault, unless the record holds it already."""


@dataclass(frozen=True)
class Fault:
    """Why a row is left out: where, what was there, what to do about it."""

    line: int
    column: str
    value: str
    reason: str

    @property
    def text(self) -> str:
        """The fault in one line."""
        return f"line {self.line}, {self.column}: {self.reason}"

    def as_json(self) -> dict[str, Any]:
        """The fault as commands and REST report it."""
        return {"line": self.line, "column": self.column, "value": self.value, "reason": self.reason}


@dataclass(slots=True)
class Parsed:
    """A row of the file: what it says of its record; in `doubts` what is a fault unless it is there already."""

    line: int
    cells: list[str]
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    memos: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    doubts: dict[str, Fault] = field(default_factory=dict)


class Parser:
    """Parses cells; what a text of a column means is worked out once per import."""

    def __init__(
        self,
        table: Table,
        profile: Profile,
        entity: Entity,
        zone: dt.tzinfo,
        creatable: Callable[[type[Record]], bool],
        new_systems: NewSystems | None = None,
    ) -> None:
        self.table, self.profile, self.entity = table, profile, entity
        self.zone = zone
        self.creatable = creatable
        self.columns = [(table.headings.index(h), h, c) for h, c in profile.mapped() if h in table.headings]
        self.titles = [index for index, _, c in self.columns if c.field == entity.title_field.name]
        self.kin = [item.name for item in entity.fields if points_at(item, entity.model)]
        self.called = self._lines_by_name() if self.kin else {}
        self.in_utc = {c.field for _, h, c in self.columns if table.is_export or _UTC.search(h)}
        self.known: dict[str, dict[str, int]] = {}
        self.cache: dict[tuple[int, str], Any] = {}
        self.new_systems = new_systems or (Directory(), [])
        self._find_references()

    def rows(self) -> list[Parsed]:
        """Every row, parsed; those with faults say so."""
        return [self._row(line, cells) for line, cells in counted(self.table.rows, "Reading the cells")]

    def moments(self, name: str) -> dict[int, dt.datetime]:
        """When the records of an own export were made or last changed, by line."""
        table, field = self.table, self.entity.field(name)
        heading = table.heading_of(name, field.label) if table.is_export else ""
        if not heading:
            return {}
        index, found = table.headings.index(heading), {}
        for line, cells in table.rows:
            with suppress(ValueError):
                found[line] = field.kind.parse(cells[index])
        return {line: moment for line, moment in found.items() if moment}

    def constant(self, name: str, raw: Any) -> Any:
        """The value of a constant; `ValueError` says what is wrong with it."""
        items = raw if isinstance(raw, (list, tuple)) else [raw]
        target = self.entity.field(name)
        texts = [str(item) for item in items if str(item).strip()]
        column = Column(field=name, unknown=proposed_unknown(target))
        self._find(target, column, texts)
        values = [self._one(target, column, text) for text in texts]
        if target.kind.is_many:
            return frozenset(value for value in values if value is not None)
        return values[0] if values else None

    def _row(self, line: int, cells: list[str]) -> Parsed:
        row = Parsed(line, cells)
        for index, heading, column in self.columns:
            text = cells[index].strip()
            if column.field == MEMO:
                if text:
                    row.memos.append(text.replace("\r\n", "\n").replace("\r", "\n"))
                continue
            if (index, text) not in self.cache:
                self.cache[index, text] = self._cell(column, text)
            value = self.cache[index, text]
            if isinstance(value, Unclear):
                row.doubts[column.field] = Fault(line, heading, text, str(value))
                row.values.setdefault(column.field, self._nothing(column))
            elif isinstance(value, ValueError):
                row.faults.append(Fault(line, heading, text, str(value)))
            elif isinstance(value, frozenset):
                row.values[column.field] = row.values.get(column.field, frozenset()) | value
            else:
                row.values[column.field] = value
        row.name = next((" ".join(cells[index].split()) for index in self.titles), "")
        return row

    def _nothing(self, column: Column) -> Any:
        return frozenset() if self.entity.field(column.field).kind.is_many else None

    def text_of(self, name: str, value: Any) -> str:
        """The text behind a reference of a single-valued field."""
        if isinstance(value, New):
            return value.name
        return next((text for text, found in self.known.get(name, {}).items() if found == value), "")

    def _cell(self, column: Column, text: str) -> Any:
        """The value of a cell, or the `ValueError` that says why it has none."""
        target = self.entity.field(column.field)
        try:
            if target.kind.is_many:
                parts = split(text, column.split, target)
                values = (self._one(target, column, part) for part in parts)
                return frozenset(value for value in values if value is not None)
            return self._one(target, column, text)
        except Unclear as error:
            return error
        except ValueError as error:
            text = str(error)
            return ValueError(text if ":" in text else f"{text}: correct it, or leave the cell empty")

    def _one(self, target: Field, column: Column, text: str) -> Any:
        if text == "":
            return None
        mapped = self._mapped(column, text)
        if not mapped:
            return None
        if target.kind.attribute.target is None or target.kind.attribute.sort == "texts":
            return self._plain(target, mapped)
        found: Any = self.known[target.name].get(mapped)
        if target.name in self.kin and (found is None or self.entity.model is not System):
            line = self._line_called(mapped)
            found = InFile(self.entity.model, key_of(mapped), mapped, mapped, line) if line else found
        return self._unknown(target, column, mapped) if found is None else found

    def _lines_by_name(self) -> dict[str, list[int]]:
        """Where the rows of a name start, by its key."""
        found: dict[str, list[int]] = {}
        for line, cells in self.table.rows:
            for index in self.titles[:1]:
                found.setdefault(key_of(cells[index]), []).append(line)
        return found

    def _line_called(self, text: str) -> int:
        """The row of this name; 0 if there is none, or several that may differ."""
        lines = self.called.get(key_of(text), [])
        return lines[0] if len(lines) == 1 or (lines and self.entity.model is System) else 0

    def _plain(self, target: Field, text: str) -> Any:
        if target.kind.is_many:
            return text
        value = target.kind.parse(text, dt.UTC if target.name in self.in_utc else self.zone)
        length = getattr(getattr(target.kind.column, "type", None), "length", None)
        if isinstance(value, str) and length and len(value) > length:
            raise ValueError(f"is longer than {length} characters: shorten it")
        return value

    def _mapped(self, column: Column, text: str) -> str:
        """The text after the profile's own dictionary of values; empty: it means nothing."""
        prefix = self.profile.prefix if column.field == "tags" else ""
        by_key = {loose_key(key): value for key, value in column.values.items()}
        mapped = by_key.get(loose_key(text), text) if by_key else text
        return f"{prefix}{mapped}" if mapped else ""

    def _unknown(self, target: Field, column: Column, text: str) -> Any:
        """What a text means that no row has: a row to be made, nothing, or a fault."""
        model = target.kind.attribute.target
        if model is Ip:
            text = canonical(text)
        policy = self.profile.unknown_of(column)
        word = target.label
        if policy == "empty":
            return None
        if policy == "reject" or not issubclass(model, MADE_BY_NAME):
            raise Unclear(f"{why_not(model, text)}: create it, map the value, or correct it")
        if model is Contact and "@" not in text:
            raise ValueError(f"there is no {word} “{text}”: create it with its e-mail address first")
        if not self.creatable(model):
            raise ValueError(f"there is no {word} “{text}”, and this import may not create it: ask a lead")
        name = name_for(model, text)
        limit = 150 if model.__label__ == "username" else MAX_NAME
        if len(name) > limit:
            raise ValueError(f"is longer than {limit} characters: shorten it")
        new = New(model, loose_key(name) if issubclass(model, State) else key_of(name), name, text)
        return self._new_system(new) if model is System else new

    def _new_system(self, new: New) -> New:
        """Spellings of one host make one system: the file's new names are compared like known ones."""
        names, made = self.new_systems
        found = names.find(new.name)
        if len(found) == 1:
            return made[found[0]]
        names.add(len(made), [new.name])
        made.append(new)
        return new

    def _find_references(self) -> None:
        for index, _, column in self.columns:
            if column.field == MEMO:
                continue
            target = self.entity.field(column.field)
            texts = {cells[index].strip() for _, cells in counted(self.table.rows)}
            if target.kind.is_many:
                texts = {part for text in counted(texts) for part in split(text, column.split, target)}
            self._find(target, column, texts)

    def _find(self, target: Field, column: Column, texts: Iterable[str]) -> None:
        if target.kind.attribute.sort not in ("one", "many"):
            return
        wanted = {mapped for text in texts if text and (mapped := self._mapped(column, text))}
        found = find(target.kind.attribute.target, wanted)
        self.known.setdefault(target.name, {}).update(found)


def points_at(item: Field, model: type[Record]) -> bool:
    """True if a single-valued field refers to records of a model."""
    attribute = item.kind.attribute
    return item.editable and attribute.sort == "one" and attribute.target is model


def proposed_unknown(target: Field) -> str:
    """What proposals do about unknown values: systems, artifacts and tasks are never made unasked."""
    attribute = target.kind.attribute
    is_list = attribute.sort not in ("one", "many") or issubclass(attribute.target, (Named, User))
    return "create" if is_list else "reject"
