"""The OpenAPI document of REST, derived from the registry; what it promises, the contract tests check."""

from collections.abc import Sequence

from app.blueprints.rest import openapi_others as others
from app.blueprints.rest.lists import LONGEST_LIST
from app.blueprints.rest.openapi_parts import (
    FIELDS,
    JSON,
    MAYBE_NUMBER,
    NAMED,
    NUMBER,
    PAGING,
    TEXT,
    WHOLE,
    answers,
    body,
    envelope,
    header,
    list_of,
    path_id,
    query,
    ref,
    structure,
)
from app.blueprints.rest.records import input_schema
from app.entities import orders
from app.entities.entity import Entity, Field
from app.fixtures.lines import MOST as MOST_LINES
from app.fixtures.lines import line_fields
from app.services import merging


def document(entities: Sequence[Entity]) -> JSON:
    """The whole document."""
    paths: JSON = {}
    schemas = _shared_schemas()
    for entity in entities:
        schemas |= _schemas(entity)
        paths |= _paths(entity)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Spoor", "version": "1", "description": "What can be tracked, and its history."},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths
        | others.history_paths()
        | others.work_paths()
        | others.search_paths()
        | others.names_paths()
        | others.export_paths()
        | others.snapshot_paths()
        | others.task_paths()
        | others.giving_paths()
        | others.system_merging_paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
            "responses": {"problem": {"description": "Why not", "content": _problem_content()}},
        },
    }


def _problem_content() -> JSON:
    return {"application/problem+json": {"schema": ref("Problem")}}


def name_of(entity: Entity) -> str:
    """The name of an entity's schema."""
    return entity.model.__name__


def _schemas(entity: Entity) -> JSON:
    """A record, what makes one, what changes one."""
    name, editable = name_of(entity), [item for item in entity.fields if item.editable]
    record: JSON = {item.name: _described(item, item.kind.schema()) for item in entity.fields}
    record = {"id": NUMBER} | record | {"revision": {"type": "integer"}, "etag": TEXT}
    record["warnings"] = list_of(ref("Warning"))
    shown = [item for item in record if item != "warnings" and not _may_be_hidden(entity, item)]
    wanted: JSON = {item.name: _described(item, input_schema(item)) for item in editable}
    required = [item.name for item in editable if item.required]
    lines = _lines(entity)
    base: JSON = {"type": "object", "description": "What was seen of some fields, to find conflicts"}
    return {
        name: structure(record, shown),
        f"{name}New": structure(wanted | lines, required, strict=True),
        f"{name}Change": structure(wanted | lines | {"base": base}, [], strict=True),
        f"{name}Row": structure(wanted, [], strict=True),
        f"{name}Part": structure({key: record[key] for key in record if key != "warnings"}, [], strict=True),
        f"{name}Many": structure(_order(entity), [], strict=True),
    }


def _lines(entity: Entity) -> JSON:
    """The lines that a record is written with."""
    found: JSON = {}
    for name, kind in line_fields(entity).items():
        line: JSON = {item.name: _described(item, input_schema(item)) for item in kind.child_fields}
        required = [item.name for item in kind.child_fields if item.required]
        found[name] = list_of(structure(line, required, strict=True)) | {"maxItems": MOST_LINES}
    return found


def _order(entity: Entity) -> JSON:
    """What many records can be given at once, and which records are meant."""
    fields = {item.name: input_schema(item) for item in orders.fields_for_many(entity, True)}
    several = {item.name: fields[item.name] for item in entity.fields if item.kind.is_many and item.bulk}
    maybe, text = {"type": "boolean"}, "The query string of a list's address: all that match"
    return {
        "ids": list_of(NUMBER),
        "query": TEXT | {"description": text},
        "set": structure(fields, [], strict=True),
        "add": structure(several, [], strict=True),
        "remove": structure(several, [], strict=True),
        "dry_run": maybe | {"description": "Only tell what would happen"},
        "skip_refused": maybe | {"description": "Leave out what can't be changed, instead of all or none"},
        "since": WHOLE | {"description": "The revision that was seen: what others changed after it can't be"},
    }


def _may_be_hidden(entity: Entity, name: str) -> bool:
    return name in entity.by_name and entity.field(name).internal


def _described(item: Field, schema: JSON) -> JSON:
    return schema | {"title": item.label} | ({"description": item.help} if item.help else {})


def _shared_schemas() -> JSON:
    error = structure({"row": MAYBE_NUMBER, "field": TEXT, "message": TEXT})
    problem = {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}
    change: JSON = {"entity": TEXT, "record": NUMBER, "name": TEXT, "action": TEXT}
    head: JSON = {"id": NUMBER, "at": TEXT | {"format": "date-time"}, "source": TEXT, "summary": TEXT}
    head |= {"actor": {"anyOf": [NAMED, {"type": "null"}]}, "hash": TEXT}
    skipped = structure({"entity": TEXT, "record": NUMBER, "field": TEXT, "reason": TEXT})
    item = {"id": NUMBER, "name": TEXT, "outcome": {"enum": ["created", "updated", "same"]}}
    return {
        "Problem": structure(problem | {"errors": list_of(error)}, list(problem)),
        "Warning": structure({"field": TEXT, "message": TEXT, "record": {"type": ["object", "null"]}}),
        "Change": structure(change | {"diff": {"type": "object"}}),
        "ChangeSet": structure(
            head | {"undo_of": MAYBE_NUMBER, "undone_by": MAYBE_NUMBER, "changes": list_of(ref("Change"))}
        ),
        "Undone": structure(
            {"change_set": MAYBE_NUMBER, "undone": {"type": "integer"}, "skipped": list_of(skipped)}
        ),
        "Written": structure(
            {
                "change_set": MAYBE_NUMBER,
                "items": list_of(structure(item | {"warnings": list_of(ref("Warning"))})),
            }
        ),
        "ChangedMany": _changed_many(),
        "Job": structure({"job": NUMBER}),
    }


def _changed_many() -> JSON:
    maybe = {"type": "boolean"}
    skipped = structure({"record": NUMBER, "name": TEXT, "field": TEXT, "reason": TEXT})
    skipped["properties"] |= {"change_set": NUMBER | {"description": "What somebody else changed since then"}}
    counts: JSON = {"rows": WHOLE, "changed": WHOLE, "same": WHOLE}
    noted = {
        "row": NUMBER,
        "name": TEXT,
        "field": TEXT,
        "message": TEXT,
        "record": {"type": ["object", "null"]},
    }
    counts["warnings"] = list_of(structure(noted))
    counts["by_field"] = {"type": "object", "additionalProperties": WHOLE}
    return structure(counts | {"skipped": list_of(skipped), "dry_run": maybe, "change_set": MAYBE_NUMBER})


def _paths(entity: Entity) -> JSON:
    path, name, tag = f"/api/v1/{entity.plural}", name_of(entity), {"tags": [entity.label]}
    record, several = ref(name), list_of(ref(f"{name}Row")) | {"maxItems": LONGEST_LIST}
    key = header("Idempotency-Key", "Sent again with the same key, the request does nothing twice")
    upsert = query("upsert", {"type": "boolean"}, "Bring records up to date that the name finds")
    shown = {"anyOf": [record, ref(f"{name}Part")]}
    collection = {
        "get": tag | {"parameters": _list_query(entity), "responses": answers("200", envelope(shown))},
        "post": tag
        | {
            "parameters": [upsert, key],
            "requestBody": body({"anyOf": [ref(f"{name}New"), several]}),
            "responses": answers("201", record, 415, 422) | answers("200", ref("Written"), 415, 422),
        },
    }
    change = {
        "parameters": [header("If-Match", "The etag that was seen; 412 if it is another one now")],
        "requestBody": body(ref(f"{name}Change")),
        "responses": answers("200", record, 409, 412, 415, 422),
    }
    found = {
        "parameters": [path_id("id")],
        "get": tag | {"parameters": [FIELDS], "responses": answers("200", shown)},
        "patch": tag | change,
        "delete": tag | {"responses": answers("204", None, 409)},
    }
    many = {
        "parameters": [key],
        "requestBody": body(ref(f"{name}Many")),
        "responses": answers("200", ref("ChangedMany"), 415, 422) | answers("202", ref("Job")),
    }
    return {path: collection, f"{path}/bulk": {"post": tag | many}, f"{path}/{{id}}": found} | _actions(
        entity, key
    )


def _actions(entity: Entity, key: JSON) -> JSON:
    """What is done to one record besides changing its fields."""
    path, record, tag = f"/api/v1/{entity.plural}/{{id}}", ref(name_of(entity)), {"tags": [entity.label]}
    names = ["restore", *(("grab", "free") if entity.has("assigned_to") else ())]
    plain = tag | {"responses": answers("200", record, 409, 422)}
    posts = {f"{path}/{name}": plain for name in names}
    if merging.is_mergeable(entity.model):
        posts[f"{path}/merge"] = tag | others.merging_post(key)
    return {address: {"parameters": [path_id("id")], "post": post} for address, post in posts.items()}


def _list_query(entity: Entity) -> list[JSON]:
    text = "Name or id:17, several are “or”; also with .not .empty=1 .min= .max= at the name's end"
    filters = [
        query(item.name, list_of(TEXT), text)
        for item in entity.fields
        if item.filtered and not (item.internal or entity.internal)
    ]
    return [
        query("q", TEXT, "Part of the text, ignoring case"),
        query("sort", TEXT, "Fields by commas, - in front for descending"),
        query("updated_since", TEXT, "Changed at or after this time"),
        FIELDS,
        *PAGING,
        *filters,
    ]
