"""What is wanted of many records at once: from parsed values to the order that `services.bulk` carries out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from app.entities import forms, query
from app.entities.entity import Entity, Field
from app.services import bulk
from app.services.bulk import Applied, Order
from app.services.changes import Recording
from app.services.drafts import Refused

WORDS = {"set": "Set", "add": "Add", "remove": "Remove"}
PLACES = ("page", "per_page", "after", "since")
Parsed = Mapping[str, Mapping[str, Any]]
"""Parsed values by what to do with them (`set`, `add`, `remove`) and by field."""


def fields_for_many(entity: Entity, see_internal: bool) -> list[Field]:
    """The fields that many records can be given at once."""
    return [item for item in entity.visible(see_internal) if item.bulk and item.editable]


def check(entity: Entity, parsed: Parsed, see_internal: bool = True) -> None:
    """`Refused` names every field that many records can't be given in this way."""
    errors: dict[str, str] = {}
    known = {item.name: item for item in fields_for_many(entity, see_internal)}
    added = {*parsed.get("add", ()), *parsed.get("remove", ())}
    for how, values in parsed.items():
        for name in values:
            if name not in known:
                errors[name] = "can't be changed in many records at once"
            elif how != "set" and not known[name].kind.is_many:
                errors[name] = f"holds one value: it can be set, not {how}{'ed' if how == 'add' else 'd'}"
            elif how == "set" and name in added:
                errors[name] = "is either set, or added to and removed from"
    if errors:
        raise Refused(errors)


def resolve(change_set: Recording | None, entity: Entity, parsed: Parsed) -> Order:
    """The order in plain values; with a change set, names that are added or set may create lookups."""
    order = Order()
    for how, values in parsed.items():
        setattr(order, how, forms.resolve(None if how == "remove" else change_set, entity, values))
    return order


def parse(entity: Entity, asked: Mapping[str, Any], zone: dt.tzinfo, see_internal: bool) -> Parsed:
    """The values that a body asks for, times without a zone in this one; `Refused` names what is wrong."""
    parsed = {
        how: forms.parse(entity, asked[how], zone=zone, see_internal=see_internal)
        for how in WORDS
        if asked.get(how)
    }
    check(entity, parsed, see_internal)
    return parsed


def summary(entity: Entity, order: Order, done: Applied) -> str:
    """What the change set of an order says."""
    parts: list[str] = []
    for how, word in WORDS.items():
        if values := getattr(order, how):
            labels = ", ".join(entity.field(name).label for name in values)
            parts.append(f"{word.lower() if parts else word} {labels}")
    fields = f"{'; '.join(parts)} of {done.changed:,} {entity.label.lower()}" if parts else ""
    return "; ".join(filter(None, (fields, done.made.summary if done.made else "")))


def understood(entity: Entity, text: str, see_internal: bool) -> query.Query:
    """The query whose records are meant: all of them, so a page of a list is `BadQuery`."""
    for key, _ in parse_qsl(text.lstrip("?"), keep_blank_values=True):
        if key in PLACES:
            raise query.BadQuery(f"{key}: all records that match are meant, not a part of them")
    return query.understand_text(entity, text, see_internal)


def ids_of(entity: Entity, asked: Mapping[str, Any], see_internal: bool) -> Sequence[int]:
    """The records that are meant: those named, or all that the query finds."""
    ids = asked.get("ids")
    return query.ids(understood(entity, asked["query"], see_internal)) if ids is None else ids


@dataclass
class Deed:
    """What a body asks, as the work of a change set; `done` is what came of it last.

    `Refused`, or `bulk.NotAll` unless `skip_refused` is asked for. The caller commits.
    """

    entity: Entity
    asked: Mapping[str, Any]
    parsed: Parsed
    see_internal: bool
    done: Applied = field(default_factory=Applied)

    def __call__(self, change_set: Recording) -> None:
        """Do it within the open change set."""
        ids = ids_of(self.entity, self.asked, self.see_internal)
        order = resolve(change_set, self.entity, self.parsed if ids else {})
        order.workflows = self.asked.get("workflows", [])
        skip, since = bool(self.asked.get("skip_refused")), self.asked.get("since")
        self.done = bulk.apply(change_set, self.entity.model, ids, order, skip=skip, since=since)
        change_set.summary = summary(self.entity, order, self.done)


def told(done: Applied, change_set: Recording, *, dry_run: bool = False) -> dict[str, Any]:
    """What was done, or would be, as REST and jobs answer it."""
    answer = {"rows": done.rows, "changed": done.changed, "same": done.same, "by_field": done.by_field}
    answer |= {"skipped": done.skipped, "dry_run": dry_run}
    answer["warnings"] = [one.as_json() for one in done.warnings]
    if done.made:
        answer["workflows"] = done.made.counts
    return answer | {"change_set": change_set.id if change_set.changes and not dry_run else None}
