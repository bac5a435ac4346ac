"""Kinds of values that point at other records: one, many, and the texts that a record owns."""

import datetime as dt
import json
import re
from typing import Any

import sqlalchemy as sa

from app.entities.kinds import Kind, has_text, without_nul
from app.entities.several import as_list, joined
from app.models.base import Record, key_of
from app.models.lookups import State
from app.services import search
from app.services.lookups import Pick, resolve, resolve_all
from app.services.shape import Attribute

_ID = re.compile(r"id:(\d{1,18})")
HIGHEST_ID = 2**31 - 1


def is_id(text: str) -> bool:
    """True if a text is a number that a record may have."""
    return text.isdecimal() and 0 < int(text) <= HIGHEST_ID


def id_in(text: str) -> int | None:
    """The id in a text such as `id:17`; None if it holds none."""
    return int(text[3:]) if text.startswith("id:") and is_id(text[3:]) else None


def pick(raw: Any) -> Pick | None:
    """What was picked: a JSON number or `id:17` is an id, other text a name; None for nothing."""
    if isinstance(raw, dict):
        raw = raw.get("id", raw.get("name"))
    if isinstance(raw, (bool, list, float)):
        raise ValueError("must be an id or a name")
    if isinstance(raw, int):
        return _by_id(raw)
    text = " ".join(without_nul(str("" if raw is None else raw)).split())
    if match := _ID.fullmatch(text):
        return _by_id(int(match[1]))
    return Pick(name=text) if text else None


def _by_id(number: int) -> Pick:
    if not 0 < number <= HIGHEST_ID:
        raise ValueError(f"there is nothing with the id {number}")
    return Pick(id=number)


class Reference(Kind):
    """A link to one row of another table; outside the database it goes by its name."""

    editor = "reference"

    @property
    def target(self) -> type[Record]:
        """The model pointed at."""
        return self.attribute.target

    @property
    def grows(self) -> bool:
        """True if an unknown name makes a new row."""
        return self.target.__grows__

    def parse(self, raw: Any, zone: dt.tzinfo | None = dt.UTC) -> Any:
        """A pick, or None."""
        return pick(raw)

    def resolve(self, change_set: Any, value: Any) -> Any:
        """The id that was picked."""
        return None if value is None else resolve(change_set, self.target, value)

    def show(self, value: Any) -> str:
        """The name."""
        return "" if value is None else value.name

    def json(self, value: Any) -> Any:
        """Id and name."""
        return None if value is None else value.brief()

    def base(self, value: Any) -> str:
        """The id, as query strings write it."""
        return "" if value is None else f"id:{value.id}"

    def schema(self) -> dict[str, Any]:
        """Id and name, or null."""
        named = {
            "type": "object",
            "required": ["id", "name"],
            "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
        }
        return {"anyOf": [named, {"type": "null"}]} if self.column.nullable else named

    def input_schema(self) -> dict[str, Any]:
        """An id, a name, or null."""
        return {"type": ["integer", "string", "null"]}

    def _targets(self, condition: Any) -> Any:
        table = self.target.__table__
        return sa.select(table.c.id).where(condition)

    def _named(self, text: str) -> Any:
        """The rows whose name contains a text."""
        return has_text(self.target.__table__, self.target.__label__, text)

    def leads(self) -> Any:
        """The records that point at a row whose name contains the text."""
        named = search.named(self.target.__table__, self.target.__label__)
        owner, target = self._ends()
        ends = sa.join(named, owner.table, target == named.c.id)
        led = sa.select(owner.label("id"), named.c.exact).select_from(ends)
        return led.distinct() if self.is_many else led

    def _ends(self) -> tuple[Any, Any]:
        """The columns of the record's id and of what it points at."""
        return self.model.__table__.c.id, self.column

    def _picked(self, raw: str) -> Any:
        """The rows that a filter's value means: by id, by name; an unknown name matches nothing."""
        chosen = pick(raw)
        if chosen is None:
            return sa.false()
        try:
            return self.target.__table__.c.id == resolve(None, self.target, chosen)
        except ValueError:
            return sa.false() if chosen.id is None else self.target.__table__.c.id == chosen.id

    def equals(self, raw: str) -> Any:
        """Points at this row."""
        return self.column.in_(self._targets(self._picked(raw)))

    def contains(self, text: str) -> Any:
        """Points at a row whose name contains the text."""
        return self.column.in_(self._targets(self._named(text)))

    def empty(self) -> Any:
        """Points nowhere."""
        return self.column.is_(None)

    def at_least(self, raw: str) -> Any:
        """References have no range."""
        raise ValueError("has no range")

    at_most = at_least

    def order(self) -> Any:
        """States by their position, everything else by name."""
        other = self.target.__table__.alias()
        if issubclass(self.target, State):
            sort: Any = other.c.position
        else:
            by_text = sa.func.lower(other.c[self.target.__label__])
            sort = other.c.get(f"{self.target.__label__}_sort", by_text)
        return sa.select(sort).where(other.c.id == self.column).scalar_subquery()


class References(Reference):
    """Links to many rows, such as tags and addresses; edited as what is added and removed."""

    editor = "references"
    is_many = True

    def parse(self, raw: Any, zone: dt.tzinfo | None = dt.UTC) -> Any:
        """A list of picks from a JSON list, a list, or text with `;` or line breaks between."""
        picks = [pick(item) for item in as_list(raw)]
        return [chosen for chosen in picks if chosen is not None]

    def resolve(self, change_set: Any, value: Any) -> Any:
        """The ids that were picked."""
        return sorted(set(resolve_all(change_set, self.target, value)))

    def show(self, value: Any) -> str:
        """The names; a name with a `;` in it makes the cell a JSON list."""
        return joined([item.name for item in value or ()])

    def json(self, value: Any) -> Any:
        """A list of id and name."""
        return [item.brief() for item in value or ()]

    def base(self, value: Any) -> str:
        """A JSON list of ids, as query strings write them."""
        return json.dumps([f"id:{item.id}" for item in value or ()])

    def schema(self) -> dict[str, Any]:
        """A list of id and name."""
        return {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
            },
        }

    def input_schema(self) -> dict[str, Any]:
        """A list of ids or names."""
        return {"type": ["array", "null"], "items": {"type": ["integer", "string"]}}

    def _ends(self) -> tuple[Any, Any]:
        return self.attribute.secondary.c.owner_id, self.attribute.secondary.c.target_id

    def _owners(self, condition: Any) -> Any:
        """The condition that some linked row fulfils the condition."""
        link = self.attribute.secondary
        owners = sa.select(link.c.owner_id).where(link.c.target_id.in_(self._targets(condition)))
        return self.model.__table__.c.id.in_(owners)

    def equals(self, raw: str) -> Any:
        """One of the linked rows is this one."""
        return self._owners(self._picked(raw))

    def contains(self, text: str) -> Any:
        """The name of one of the linked rows contains the text."""
        return self._owners(self._named(text))

    def empty(self) -> Any:
        """No link."""
        link = self.attribute.secondary
        return self.model.__table__.c.id.not_in(sa.select(link.c.owner_id))

    def order(self) -> Any:
        """By the first name."""
        link, other = self.attribute.secondary, self.target.__table__.alias()
        first = sa.select(sa.func.min(other.c.name_sort)).select_from(
            link.join(other, other.c.id == link.c.target_id)
        )
        return first.where(link.c.owner_id == self.model.__table__.c.id).scalar_subquery()


class Texts(Kind):
    """Texts that belong to the record alone, such as a system's aliases."""

    editor = "texts"
    is_many = True

    def parse(self, raw: Any, zone: dt.tzinfo | None = dt.UTC) -> Any:
        """A list of texts."""
        return sorted({text for item in as_list(raw) if (text := " ".join(without_nul(str(item)).split()))})

    def show(self, value: Any) -> str:
        """The texts, as references are shown."""
        return joined(value or [])

    def json(self, value: Any) -> Any:
        """The texts."""
        return list(value or [])

    def base(self, value: Any) -> str:
        """A JSON list."""
        return json.dumps(value or [], ensure_ascii=False)

    def schema(self) -> dict[str, Any]:
        """A list of texts."""
        return {"type": "array", "items": {"type": "string"}}

    def _owners(self, *conditions: Any) -> Any:
        table = self.attribute.target.__table__
        return self.model.__table__.c.id.in_(sa.select(table.c.system_id).where(*conditions))

    def leads(self) -> Any:
        """The records with a text that contains this one."""
        table = self.attribute.target.__table__
        led = sa.select(table.c.system_id.label("id"), search.exactly(table, ""))
        return led.where(search.has_it(table, "")).distinct()

    def equals(self, raw: str) -> Any:
        """One of the texts is this one."""
        return self._owners(self.attribute.target.__table__.c.key == key_of(raw))

    def contains(self, text: str) -> Any:
        """One of the texts contains this one."""
        column = self.attribute.target.__table__.c.key
        return self._owners(column.contains(key_of(text), autoescape=True))

    def empty(self) -> Any:
        """No text."""
        return sa.not_(self._owners())

    def at_least(self, raw: str) -> Any:
        """Texts have no range."""
        raise ValueError("has no range")

    at_most = at_least

    def order(self) -> Any:
        """By the first text."""
        table = self.attribute.target.__table__
        first = sa.select(sa.func.min(sa.func.lower(table.c.text)))
        return first.where(table.c.system_id == self.model.__table__.c.id).scalar_subquery()


def kind_of_link(attribute: Attribute, model: type[Record]) -> Kind:
    """The kind of a relationship."""
    return {"one": Reference, "many": References, "texts": Texts}[attribute.sort](attribute, model)
