"""REST of one record of any entity: its JSON, what a body may say, and the writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.entities import forms
from app.entities.computed import rows
from app.entities.entity import Entity, Field
from app.entities.links import Reference
from app.entities.query import BadQuery
from app.entities.registry import entities
from app.services import activity, merging, records
from app.services.changes import Recording
from app.services.drafts import Conflict, Draft, Missing, Refused
from app.services.reading import Named, Row, names_of, read_one

JSON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


ALWAYS = ("id", "revision", "etag")
"""What a record answers besides its fields."""


class Stale(ValueError):
    """`If-Match` names another state of the record than the present one."""

    def __init__(self, etag: str) -> None:
        super().__init__("the record has changed since")
        self.etag = etag


class Merged(Missing):
    """The record is in the bin because it was merged into another one."""

    def __init__(self, into: Named) -> None:
        super().__init__(f"merged into {into.name}")
        self.into = into


class Clashing(ValueError):
    """Fields that somebody else changed since they were seen: with mine, theirs, who and when."""

    def __init__(self, conflicts: list[dict[str, Any]]) -> None:
        super().__init__("changed by somebody else: " + ", ".join(item["field"] for item in conflicts))
        self.conflicts = conflicts


def etag_of(revision: int) -> str:
    """The etag of a record, as the header has it."""
    return f'"{revision}"'


def as_json(row: Row, fields: Sequence[Field]) -> dict[str, Any]:
    """A record as REST answers it."""
    values = {item.name: item.kind.json(row[item.name]) for item in fields}
    return {"id": row.id} | values | {"revision": row.revision, "etag": etag_of(row.revision)}


def chosen(entity: Entity, text: str, see_internal: bool) -> list[str]:
    """The names in `fields=`, separated by commas; none means all. `BadQuery` names an unknown one."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    known = {*ALWAYS, *(item.name for item in entity.visible(see_internal))}
    for name in names:
        if name not in known:
            raise BadQuery(f"fields: there is no field “{name}”")
    return names


def several(
    entity: Entity, ids: Sequence[int], see_internal: bool, names: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Records in this order; with `names` only these fields are read and answered."""
    fields = [item for item in entity.visible(see_internal) if not names or item.name in names]
    found = rows(entity, ids, [item.name for item in fields])
    return [_only(as_json(row, fields), names) for row in found]


def _only(record: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: record[name] for name in names} if names else record


def one(entity: Entity, record_id: int, see_internal: bool, names: Sequence[str] = ()) -> dict[str, Any]:
    """A live record; `Missing` if there is none."""
    fields = [item for item in entity.visible(see_internal) if not names or item.name in names]
    live(entity, record_id)
    (row,) = rows(entity, [record_id], [item.name for item in fields])
    return _only(as_json(row, fields), names)


def live(entity: Entity, record_id: int, names: Sequence[str] = ()) -> Row:
    """A record that is not in the bin; `Missing` if there is none."""
    row = read_one(entity.model, record_id, [*names, "deleted_at"])
    if row is None or row["deleted_at"]:
        if survivor := merging.survivor_of(entity.model, record_id):
            raise Merged(names_of(entity.model, [survivor])[survivor])
        raise Missing(f"{entity.plural} {record_id}")
    return row


def input_schema(item: Field) -> dict[str, Any]:
    """The JSON schema of what a field accepts; null empties it, unless it is required."""
    schema = dict(item.kind.input_schema())
    types = [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
    if isinstance(item.kind, Reference) and not item.kind.is_many:
        types.append("object")
    types = [name for name in types if name != "null"] + ([] if item.required else ["null"])
    schema["type"] = types[0] if len(types) == 1 else types
    if "enum" in schema and not item.required:
        schema["enum"] = [*schema["enum"], None]
    return schema


def accepted(item: Field) -> str:
    """What a field accepts, in words."""
    if not item.editable:
        return "nothing: it is only answered"
    schema = input_schema(item)
    words = _worded(schema["type"]) + (", required" if item.required else "")
    choices = [word for word in schema.get("enum", ()) if word is not None]
    return f"{words}: {', '.join(choices)}" if choices else words


def parse(entity: Entity, body: Any, see_internal: bool) -> dict[str, Any]:
    """The values that a body asks for; `Refused` names every field that is unknown or wrong."""
    if not isinstance(body, dict):
        raise Refused({"": "must be an object"})
    errors = {}
    for name, value in body.items():
        if name in entity.by_name and not _fits(input_schema(entity.by_name[name])["type"], value):
            errors[name] = f"must be {_worded(input_schema(entity.by_name[name])['type'])}"
    try:
        fitting = {name: value for name, value in body.items() if name not in errors}
        values = forms.parse(entity, fitting, zone=None, see_internal=see_internal)
    except Refused as error:
        errors |= error.errors
    if errors:
        raise Refused(errors)
    return values


def _fits(types: str | list[str], value: Any) -> bool:
    if isinstance(value, bool):
        return "boolean" in types
    wanted = [types] if isinstance(types, str) else types
    return any(isinstance(value, JSON_TYPES[name]) for name in wanted if name != "boolean")


def _worded(types: str | list[str]) -> str:
    return types if isinstance(types, str) else " or ".join(types)


def require_all(entity: Entity, values: Mapping[str, Any]) -> None:
    """A new record needs its required fields; `Refused` names those that are missing."""
    missing = [item.name for item in entity.fields if item.required and item.name not in values]
    if missing:
        raise Refused(dict.fromkeys(missing, "is required"))


def create(change_set: Recording, entity: Entity, values: Mapping[str, Any]) -> Draft:
    """Create a record of parsed values."""
    draft = records.create(change_set, entity.model, forms.resolve(change_set, entity, values))
    change_set.summary = f"{entity.called(draft)} created"
    return draft


def split_base(entity: Entity, body: Any, see_internal: bool) -> tuple[Any, dict[str, Any]]:
    """The body without its `base`, and the base: what was seen of some fields; `Refused` if it is none."""
    if not isinstance(body, dict) or "base" not in body:
        return body, {}
    wanted = {name: value for name, value in body.items() if name != "base"}
    known = {item.name for item in entity.visible(see_internal)}
    if not isinstance(body["base"], dict) or not set(body["base"]) <= known:
        raise Refused({"base": "must be an object of the values that were seen, by field"})
    return wanted, body["base"]


def change(
    change_set: Recording,
    entity: Entity,
    record_id: int,
    values: Mapping[str, Any],
    base: Mapping[str, Any],
    if_match: str = "",
) -> Draft:
    """Change a record to parsed values; `Missing`, `Stale`, `Clashing` or `Refused`."""
    row = live(entity, record_id)
    etags = {part.strip().removeprefix("W/").strip('"') for part in if_match.split(",")}
    if if_match and not {"*", str(row.revision)} & etags:
        raise Stale(etag_of(row.revision))
    plain = forms.resolve(change_set, entity, values)
    try:
        draft = records.update(change_set, entity.model, record_id, plain, forms.base_values(entity, base))
    except Conflict as conflict:
        raise Clashing(_conflicts(entity, conflict.draft)) from None
    labels = ", ".join(entity.field(name).label for name in draft.changed)
    change_set.summary = f"{entity.called(draft)}: {labels}"
    return draft


def _conflicts(entity: Entity, draft: Draft) -> list[dict[str, Any]]:
    found = activity.last_changes(entity.plural, draft.id or 0, draft.clashes)
    conflicts = []
    for name, clash in draft.clashes.items():
        kind, (who, at) = entity.field(name).kind, found.get(name, (None, None))
        mine = _named(kind, clash.mine) if isinstance(kind, Reference) else clash.mine
        values = {"mine": kind.json(mine), "theirs": kind.json(clash.theirs)}
        conflicts.append({"field": name} | values | {"who": who, "when": at.isoformat() if at else None})
    return conflicts


def _named(kind: Reference, record_id: int | None) -> Named | None:
    return None if record_id is None else names_of(kind.target, [record_id])[record_id]


def warnings_of(draft: Draft) -> list[dict[str, Any]]:
    """What was stored all the same."""
    return [warning.as_json() for warning in draft.warnings]


def internal_entities(see_internal: bool) -> list[str]:
    """The plurals that somebody may not see at all."""
    return [] if see_internal else [entity.plural for entity in entities() if entity.internal]
