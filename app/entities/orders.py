"""What is wanted of many records at once: from parsed values to the order that `services.bulk` carries out."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from app.entities import forms, query
from app.entities.entity import Entity, Field
from app.extensions import db
from app.services import bulk
from app.services.bulk import Order
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
    plain = {
        how: forms.resolve(None if how == "remove" else change_set, entity, values)
        for how, values in parsed.items()
    }
    return Order(**plain)


def summary(entity: Entity, order: Order, changed: int) -> str:
    """What the change set of an order says."""
    parts: list[str] = []
    for how, word in WORDS.items():
        if values := getattr(order, how):
            labels = ", ".join(entity.field(name).label for name in values)
            parts.append(f"{word.lower() if parts else word} {labels}")
    return f"{'; '.join(parts)} of {changed} {entity.label.lower()}"


def understood(entity: Entity, text: str, see_internal: bool) -> query.Query:
    """The query whose records are meant: all of them, so a page of a list is `BadQuery`."""
    for key, _ in parse_qsl(text.lstrip("?"), keep_blank_values=True):
        if key in PLACES:
            raise query.BadQuery(f"{key}: all records that match are meant, not a part of them")
    return query.understand_text(entity, text, see_internal)


def carry_out(
    change_set: Recording, entity: Entity, asked: Mapping[str, Any], parsed: Parsed, see_internal: bool
) -> dict[str, Any]:
    """Do what a REST body asks and tell what was done; with `dry_run` nothing of it stays.

    `Refused`, or `bulk.NotAll` unless `skip_refused` is asked for. The caller commits.
    """
    ids = asked.get("ids")
    if ids is None:
        ids = query.ids(understood(entity, asked["query"], see_internal))
    order = resolve(change_set, entity, parsed if ids else {})
    done = bulk.apply(change_set, entity.model, ids, order, skip=bool(asked.get("skip_refused")))
    change_set.summary = summary(entity, order, done.changed)
    told = {"rows": len(set(ids)), "changed": done.changed, "same": done.same, "by_field": done.by_field}
    told |= {"skipped": done.skipped, "dry_run": bool(asked.get("dry_run"))}
    told["warnings"] = [one.as_json() for one in done.warnings]
    if asked.get("dry_run"):
        db.session.rollback()
        change_set.changes.clear()
    return told | {"change_set": change_set.id if change_set.changes else None}
