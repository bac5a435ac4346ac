"""The OpenAPI document of REST, derived from the registry; what it promises, the contract tests check."""

from collections.abc import Sequence
from typing import Any

from app.blueprints.rest.lists import LONGEST_LIST, MOST
from app.blueprints.rest.records import input_schema
from app.entities import orders
from app.entities.entity import Entity, Field
from app.models.jobs import JobState

JSON = dict[str, Any]
NUMBER: JSON = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
TEXT: JSON = {"type": "string"}
MAYBE_NUMBER: JSON = {"type": ["integer", "null"]}
NAMED: JSON = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": TEXT},
}


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
        "paths": paths | _history_paths() | _work_paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
            "responses": {"problem": {"description": "Why not", "content": _problem_content()}},
        },
    }


def _problem_content() -> JSON:
    return {"application/problem+json": {"schema": _ref("Problem")}}


def _ref(name: str) -> JSON:
    return {"$ref": f"#/components/schemas/{name}"}


def name_of(entity: Entity) -> str:
    """The name of an entity's schema."""
    return entity.model.__name__


def _object(properties: JSON, required: Sequence[str] | None = None, strict: bool = False) -> JSON:
    required = list(properties) if required is None else list(required)
    schema: JSON = {"type": "object", "properties": properties, "required": required}
    return schema | ({"additionalProperties": False} if strict else {})


def _list_of(schema: JSON) -> JSON:
    return {"type": "array", "items": schema}


def _schemas(entity: Entity) -> JSON:
    """A record, what makes one, what changes one."""
    name, editable = name_of(entity), [item for item in entity.fields if item.editable]
    record: JSON = {item.name: _described(item, item.kind.schema()) for item in entity.fields}
    record = {"id": NUMBER} | record | {"revision": {"type": "integer"}, "etag": TEXT}
    record["warnings"] = _list_of(_ref("Warning"))
    shown = [item for item in record if item != "warnings" and not _may_be_hidden(entity, item)]
    wanted: JSON = {item.name: _described(item, input_schema(item)) for item in editable}
    required = [item.name for item in editable if item.required]
    base: JSON = {"type": "object", "description": "What was seen of some fields, to find conflicts"}
    return {
        name: _object(record, shown),
        f"{name}New": _object(wanted, required, strict=True),
        f"{name}Change": _object(wanted | {"base": base}, [], strict=True),
        f"{name}Row": _object(wanted, [], strict=True),
        f"{name}Part": _object({key: record[key] for key in record if key != "warnings"}, [], strict=True),
        f"{name}Many": _object(_order(entity), [], strict=True),
    }


def _order(entity: Entity) -> JSON:
    """What many records can be given at once, and which records are meant."""
    fields = {item.name: input_schema(item) for item in orders.fields_for_many(entity, True)}
    several = {item.name: fields[item.name] for item in entity.fields if item.kind.is_many and item.bulk}
    maybe, text = {"type": "boolean"}, "The query string of a list's address: all that match"
    return {
        "ids": _list_of(NUMBER),
        "query": TEXT | {"description": text},
        "set": _object(fields, [], strict=True),
        "add": _object(several, [], strict=True),
        "remove": _object(several, [], strict=True),
        "dry_run": maybe | {"description": "Only tell what would happen"},
        "skip_refused": maybe | {"description": "Leave out what can't be changed, instead of all or none"},
    }


def _may_be_hidden(entity: Entity, name: str) -> bool:
    return name in entity.by_name and entity.field(name).internal


def _described(item: Field, schema: JSON) -> JSON:
    return schema | {"title": item.label} | ({"description": item.help} if item.help else {})


def _shared_schemas() -> JSON:
    error = _object({"row": MAYBE_NUMBER, "field": TEXT, "message": TEXT})
    problem = {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}
    change: JSON = {"entity": TEXT, "record": NUMBER, "name": TEXT, "action": TEXT}
    head: JSON = {"id": NUMBER, "at": TEXT | {"format": "date-time"}, "source": TEXT, "summary": TEXT}
    head |= {"actor": {"anyOf": [NAMED, {"type": "null"}]}, "hash": TEXT}
    skipped = _object({"entity": TEXT, "record": NUMBER, "field": TEXT, "reason": TEXT})
    item = {"id": NUMBER, "name": TEXT, "outcome": {"enum": ["created", "updated", "same"]}}
    return {
        "Problem": _object(problem | {"errors": _list_of(error)}, list(problem)),
        "Warning": _object({"field": TEXT, "message": TEXT, "record": {"type": ["object", "null"]}}),
        "Change": _object(change | {"diff": {"type": "object"}}),
        "ChangeSet": _object(
            head | {"undo_of": MAYBE_NUMBER, "undone_by": MAYBE_NUMBER, "changes": _list_of(_ref("Change"))}
        ),
        "Undone": _object(
            {"change_set": MAYBE_NUMBER, "undone": {"type": "integer"}, "skipped": _list_of(skipped)}
        ),
        "Written": _object(
            {
                "change_set": MAYBE_NUMBER,
                "items": _list_of(_object(item | {"warnings": _list_of(_ref("Warning"))})),
            }
        ),
        "ChangedMany": _changed_many(),
        "Job": _object({"job": NUMBER}),
    }


def _changed_many() -> JSON:
    whole, maybe = {"type": "integer"}, {"type": "boolean"}
    skipped = _object({"record": NUMBER, "name": TEXT, "field": TEXT, "reason": TEXT})
    counts: JSON = {"rows": whole, "changed": whole, "same": whole}
    counts["by_field"] = {"type": "object", "additionalProperties": whole}
    return _object(counts | {"skipped": _list_of(skipped), "dry_run": maybe, "change_set": MAYBE_NUMBER})


def _answer(status: str, schema: JSON | None, *refusals: int) -> JSON:
    content = {} if schema is None else {"content": {"application/json": {"schema": schema}}}
    problem = {"$ref": "#/components/responses/problem"}
    # errors that every address may answer
    every = (400, 401, 403, 404, 405)
    answers = {str(code): problem for code in (*every, *refusals)}
    return {status: {"description": "Done", **content}} | answers


def _query(name: str, schema: JSON, text: str) -> JSON:
    return {"name": name, "in": "query", "schema": schema, "description": text}


def _header(name: str, text: str) -> JSON:
    return {"name": name, "in": "header", "schema": TEXT, "description": text}


def _path_id(name: str) -> JSON:
    return {"name": name, "in": "path", "required": True, "schema": NUMBER}


PAGING = [
    _query("page", {"type": "integer", "minimum": 1, "maximum": 10**9}, "From 1"),
    _query("per_page", {"type": "integer", "minimum": 1, "maximum": MOST}, "100 unless told"),
]


FIELDS = _query("fields", TEXT, "Only these fields, by commas")


def _envelope(schema: JSON) -> JSON:
    whole: JSON = {"type": "integer"}
    return _object(
        {"items": _list_of(schema), "total": whole, "page": whole, "per_page": whole, "revision": whole}
    )


def _body(schema: JSON) -> JSON:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _paths(entity: Entity) -> JSON:
    path, name, tag = f"/api/v1/{entity.plural}", name_of(entity), {"tags": [entity.label]}
    record, several = _ref(name), _list_of(_ref(f"{name}Row")) | {"maxItems": LONGEST_LIST}
    key = _header("Idempotency-Key", "Sent again with the same key, the request does nothing twice")
    upsert = _query("upsert", {"type": "boolean"}, "Bring records up to date that the name finds")
    shown = {"anyOf": [record, _ref(f"{name}Part")]}
    collection = {
        "get": tag | {"parameters": _list_query(entity), "responses": _answer("200", _envelope(shown))},
        "post": tag
        | {
            "parameters": [upsert, key],
            "requestBody": _body({"anyOf": [_ref(f"{name}New"), several]}),
            "responses": _answer("201", record, 415, 422) | _answer("200", _ref("Written"), 415, 422),
        },
    }
    change = {
        "parameters": [_header("If-Match", "The etag that was seen; 412 if it is another one now")],
        "requestBody": _body(_ref(f"{name}Change")),
        "responses": _answer("200", record, 409, 412, 415, 422),
    }
    found = {
        "parameters": [_path_id("id")],
        "get": tag | {"parameters": [FIELDS], "responses": _answer("200", shown)},
        "patch": tag | change,
        "delete": tag | {"responses": _answer("204", None, 409)},
    }
    actions = ["restore", *(("grab", "free") if entity.has("assigned_to") else ())]
    posts = {
        f"{path}/{{id}}/{action}": {
            "parameters": [_path_id("id")],
            "post": tag | {"responses": _answer("200", record, 409, 422)},
        }
        for action in actions
    }
    many = {
        "parameters": [key],
        "requestBody": _body(_ref(f"{name}Many")),
        "responses": _answer("200", _ref("ChangedMany"), 415, 422) | _answer("202", _ref("Job")),
    }
    return {path: collection, f"{path}/bulk": {"post": tag | many}, f"{path}/{{id}}": found} | posts


def _list_query(entity: Entity) -> list[JSON]:
    text = "Name or id:17, several are “or”; also with .not .empty=1 .min= .max= at the name's end"
    filters = [
        _query(item.name, _list_of(TEXT), text)
        for item in entity.fields
        if item.filtered and not (item.internal or entity.internal)
    ]
    return [
        _query("q", TEXT, "Part of the text, ignoring case"),
        _query("sort", TEXT, "Fields by commas, - in front for descending"),
        _query("updated_since", TEXT, "Changed at or after this time"),
        FIELDS,
        *PAGING,
        *filters,
    ]


def _work_paths() -> JSON:
    counts = ("new", "changed", "same", "protected", "ambiguous", "skipped", "faulty", "kept")
    count: JSON = {"type": "integer"}
    error = {"line": count, "column": TEXT, "value": TEXT, "reason": TEXT}
    done = dict.fromkeys(counts, count) | {
        "id": MAYBE_NUMBER,
        "change_set": MAYBE_NUMBER,
        "errors": _list_of(_object(error)),
    }
    parts = {"file": {"type": "string", "format": "binary"}, "profile": TEXT, "kind": TEXT, "dry_run": TEXT}
    form = {"type": "object", "required": ["file"], "properties": parts}
    answers = _answer("200", _object(done), 413, 422) | _answer("202", _object(done | {"job": NUMBER}))
    body = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    posting = {"post": {"tags": ["Imports"], "requestBody": body, "responses": answers}}
    told = {"id": NUMBER, "kind": TEXT, "title": TEXT, "message": TEXT, "result": {"type": "object"}}
    told |= {"state": {"enum": [str(state) for state in JobState]}, "done": count, "total": count}
    job = {"get": {"tags": ["Jobs"], "responses": _answer("200", _object(told))}}
    return {
        "/api/v1/imports": posting,
        "/api/v1/jobs/{number}": {"parameters": [_path_id("number")]} | job,
    }


def _history_paths() -> JSON:
    tag, number = {"tags": ["Change sets"]}, {"parameters": [_path_id("number")]}
    path = "/api/v1/change-sets"
    asked = [_query(name, TEXT, text) for name, text in _HISTORY_FILTERS.items()]
    one = tag | {"responses": _answer("200", _ref("ChangeSet"))}
    undo = tag | {"responses": _answer("200", _ref("Undone")) | _answer("202", _ref("Job"))}
    pages = {"parameters": PAGING, "responses": _answer("200", _envelope(_ref("Change")))}
    sets = {"parameters": [*asked, *PAGING], "responses": _answer("200", _envelope(_ref("ChangeSet")))}
    return {
        path: {"get": tag | sets},
        f"{path}/{{number}}": number | {"get": one},
        f"{path}/{{number}}/changes": number | {"get": tag | pages},
        f"{path}/{{number}}/undo": number | {"post": undo},
    }


_HISTORY_FILTERS = {
    "since": "Only newer than this change set",
    "entity": "That touched this entity (its plural)",
    "record": "That touched this record of the entity",
    "actor": "By this person",
    "source": "By this operation: ui, api, bulk, import, undo …",
}
