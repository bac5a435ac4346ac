"""From what a surface sent to plain values: parse without the database, resolve inside the write."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.entities.entity import Entity
from app.services.changes import Recording
from app.services.drafts import Refused

NOWHERE = object()
"""A base that no stored value equals: it named something that does not exist."""


def parse(
    entity: Entity, raw: Mapping[str, Any], *, zone: dt.tzinfo | None = dt.UTC, see_internal: bool = True
) -> dict[str, Any]:
    """Read raw values of editable fields; `Refused` names every field that is wrong or unknown."""
    editable = {item.name: item for item in entity.visible(see_internal) if item.editable}
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, text in raw.items():
        if name not in editable:
            errors[name] = "is not a field that can be set"
            continue
        try:
            values[name] = editable[name].kind.parse(text, zone)
        except ValueError as error:
            errors[name] = str(error)
            continue
        if editable[name].required and values[name] in ("", None, []):
            errors[name] = "is required"
    if errors:
        raise Refused(errors)
    return values


def resolve(change_set: Recording | None, entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values of parsed ones; with a change set, lookups that grow are created. `Refused` by field."""
    plain: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in values.items():
        try:
            plain[name] = entity.field(name).kind.resolve(change_set, value)
        except Refused as error:
            errors[name] = "; ".join(error.errors.values())
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise Refused(errors)
    return plain


def base_values(entity: Entity, raw: Mapping[str, Any], zone: dt.tzinfo = dt.UTC) -> dict[str, Any]:
    """What somebody saw, as plain values; what can't be read or found equals nothing stored."""
    seen: dict[str, Any] = {}
    for name, text in raw.items():
        kind = entity.field(name).kind
        try:
            seen[name] = kind.resolve(None, kind.parse(text, zone))
        except ValueError:
            seen[name] = [] if kind.is_many else NOWHERE
    return seen
