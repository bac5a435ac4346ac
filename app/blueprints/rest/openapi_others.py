"""The OpenAPI document of what belongs to no single entity: history, imports, jobs, search."""

from app.blueprints.rest.openapi_parts import (
    JSON,
    MAYBE_NUMBER,
    NAMED,
    NUMBER,
    PAGING,
    TEXT,
    answers,
    body,
    envelope,
    header,
    list_of,
    maybe,
    path_id,
    query,
    ref,
    structure,
)
from app.blueprints.rest.records import input_schema
from app.entities.entity import Entity
from app.entities.registry import entity
from app.exporting.files import FORMATS
from app.importing import creators
from app.models.base import entity_of
from app.models.jobs import JobState
from app.services import task_actions
from app.services.naming import Found


def work_paths() -> JSON:
    """Imports and jobs."""
    counts = ("new", "changed", "same", "protected", "ambiguous", "skipped", "faulty", "kept")
    count: JSON = {"type": "integer"}
    error = {"line": count, "column": TEXT, "value": TEXT, "reason": TEXT}
    done = dict.fromkeys(counts, count) | {
        "id": MAYBE_NUMBER,
        "change_set": MAYBE_NUMBER,
        "errors": list_of(structure(error)),
    }
    parts = {"file": {"type": "string", "format": "binary"}, "profile": TEXT, "profile_yaml": TEXT}
    parts |= {"kind": TEXT, "dry_run": TEXT}
    form = {"type": "object", "required": ["file"], "properties": parts}
    answered = answers("200", structure(done), 413, 422) | answers("202", structure(done | {"job": NUMBER}))
    sent = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    posting = {"post": {"tags": ["Imports"], "requestBody": sent, "responses": answered}}
    told = {"id": NUMBER, "kind": TEXT, "title": TEXT, "message": TEXT, "result": {"type": "object"}}
    told |= {"state": {"enum": [str(state) for state in JobState]}, "done": count, "total": count}
    job = {"get": {"tags": ["Jobs"], "responses": answers("200", structure(told))}}
    return {
        "/api/v1/imports": posting,
        "/api/v1/jobs/{number}": {"parameters": [path_id("number")]} | job,
    }


def merging_post(key: JSON) -> JSON:
    """Merging a row of a lookup into another one."""
    into = structure({"into": {"type": ["integer", "string"]}}, strict=True)
    done = structure({"change_set": NUMBER, "moved": {"type": "integer"}})
    return {"parameters": [key], "requestBody": body(into), "responses": answers("200", done, 409, 415, 422)}


def system_merging_paths() -> JSON:
    """Systems that are one: merging them, which may be, which are not."""
    tag, path, ids = {"tags": ["Systems"]}, "/api/v1/systems", list_of(NUMBER)
    choose = {"type": "object", "additionalProperties": NUMBER, "description": "Field: whose value stays"}
    wanted = structure({"into": NUMBER, "from": ids, "choose": choose}, ["into", "from"], strict=True)
    done = structure({"change_set": NUMBER, "moved": {"type": "integer"}, "doubles": {"type": "integer"}})
    pair = structure({"systems": list_of(NAMED), "reasons": list_of(TEXT)})
    two = structure({"systems": ids | {"minItems": 2, "maxItems": 2}}, strict=True)
    said = structure({"change_set": NUMBER})
    merge = {"requestBody": body(wanted), "responses": answers("200", done, 415, 422)}
    tell = {"requestBody": body(two), "responses": answers("200", said, 415, 422)}
    return {
        f"{path}/merge": {"post": tag | merge},
        f"{path}/duplicates": {
            "get": tag | {"parameters": PAGING, "responses": answers("200", envelope(pair))}
        },
        f"{path}/distinct": {"post": tag | tell},
    }


def task_paths() -> JSON:
    """What is done to tasks in one step."""
    step = {"tags": ["Tasks"], "responses": answers("200", ref("Task"), 409)}
    return {
        f"/api/v1/tasks/{{id}}/{name}": {"parameters": [path_id("id")], "post": step}
        for name in task_actions.STEPS
    }


def giving_paths() -> JSON:
    """Applying a workflow to systems; artifacts and tasks of many systems."""
    path = "/api/v1/workflows/{id}/apply"
    apply: JSON = {"parameters": [path_id("id")], "post": {"tags": ["Workflows"]} | _giving({})}
    return {path: apply} | {
        f"/api/v1/{entity_of(model)}/create-many": {"post": _creator(entity(entity_of(model)))}
        for model in creators.EACH
    }


def _creator(of: Entity) -> JSON:
    each = creators.each_of(of).name
    shared = {item.name: input_schema(item) for item in creators.fields_of(of, see_internal=True)}
    several = {"type": "array", "items": {"type": ["integer", "string"]}, "minItems": 1}
    several["description"] = "Ids or names: every system gets one of each"
    again = {"type": "boolean", "description": "Also where an open one is there already"}
    asked = {"set": structure({each: several} | shared, [each], strict=True), "again": again}
    return {"tags": [of.label]} | _giving(asked, "set")


def _giving(more: JSON, *required: str) -> JSON:
    """A request that names systems, and the answer that tells what each of them got and had."""
    whole: JSON = {"type": "integer"}
    text = "The query string of a list's address: all systems that match"
    which = {"type": "array", "items": {"type": ["integer", "string"]}, "description": "Ids or names"}
    asked: JSON = {"systems": which, "ids": which, "query": TEXT | {"description": text}}
    asked["dry_run"] = {"type": "boolean", "description": "Only tell what would be made"}
    record = structure({"entity": TEXT, "id": MAYBE_NUMBER, "name": TEXT})
    share = structure({"id": NUMBER, "name": TEXT, "made": list_of(record), "there": list_of(record)})
    skipped = structure({"record": NUMBER, "name": TEXT, "field": TEXT, "reason": TEXT})
    counts: JSON = dict.fromkeys(("rows", "changed", "same", "artifacts", "tasks", "there"), whole)
    done = counts | {"systems": list_of(share), "skipped": list_of(skipped), "change_set": MAYBE_NUMBER}
    done["dry_run"] = {"type": "boolean"}
    answered = answers("200", structure(done), 415, 422) | answers("202", ref("Job"))
    key = header("Idempotency-Key", "Sent again with the same key, the request does nothing twice")
    sent = body(structure(asked | more, required, strict=True))
    return {"parameters": [key], "requestBody": sent, "responses": answered}


def history_paths() -> JSON:
    """Change sets."""
    tag, number = {"tags": ["Change sets"]}, {"parameters": [path_id("number")]}
    path = "/api/v1/change-sets"
    asked = [query(name, TEXT, text) for name, text in _HISTORY_FILTERS.items()]
    one = tag | {"responses": answers("200", ref("ChangeSet"))}
    undo = tag | {"responses": answers("200", ref("Undone")) | answers("202", ref("Job"))}
    pages = {"parameters": PAGING, "responses": answers("200", envelope(ref("Change")))}
    sets = {"parameters": [*asked, *PAGING], "responses": answers("200", envelope(ref("ChangeSet")))}
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


def search_paths() -> JSON:
    """The global search."""
    matched = structure({"field": TEXT, "value": TEXT})
    item = {"id": NUMBER, "name": TEXT, "address": TEXT}
    item |= {"status": maybe(NAMED), "matched": maybe(matched)}
    group: JSON = {"entity": TEXT, "total": {"type": "integer"}, "is_more": {"type": "boolean"}}
    group |= {"address": TEXT, "items": list_of(structure(item))}
    found = structure({"q": TEXT, "groups": list_of(structure(group)), "revision": {"type": "integer"}})
    few = {"type": "integer", "minimum": 1, "maximum": 100}
    asked = [
        query("q", TEXT, "Part of a name or of what else is searched"),
        query("per_group", few, "10 unless told"),
        query("cases", TEXT, "Only systems of this case: its name, or id: and its id; repeated, one of them"),
    ]
    get = {"tags": ["Search"], "parameters": asked, "responses": answers("200", found)}
    return {"/api/v1/search": {"get": get}}


def names_paths() -> JSON:
    """Which systems pasted names mean."""
    line: JSON = {"line": NUMBER, "name": TEXT, "found": {"enum": [str(found) for found in Found]}}
    line |= {"systems": list_of(NAMED), "same_as": MAYBE_NUMBER, "reason": TEXT}
    counts = {"type": "object", "additionalProperties": {"type": "integer"}}
    told = structure({"lines": list_of(structure(line)), "counts": counts, "set": MAYBE_NUMBER})
    given = {"anyOf": [TEXT, list_of(TEXT)], "description": "A text with a name per line, or a list"}
    kept = {"type": "boolean", "description": "Keep the known systems: `set=` filters their list"}
    sent = structure({"names": given, "keep": kept}, ["names"], strict=True)
    post = {"tags": ["Systems"], "requestBody": body(sent), "responses": answers("200", told, 415, 422)}
    return {"/api/v1/names": {"post": post}}


def export_paths() -> JSON:
    """The file that an export profile makes."""
    file: JSON = {"type": "string", "format": "binary"}
    kinds = {kind.partition(";")[0]: {"schema": file} for name, kind in FORMATS.items() if name != "json"}
    kinds["application/json"] = {"schema": list_of({"type": "object"})}
    answered = answers("200", None, 422)
    answered["200"]["content"] = kinds
    asked = [query("format", {"enum": list(FORMATS)}, "Instead of the format of the profile")]
    get = {"tags": ["Export profiles"], "parameters": asked, "responses": answered}
    return {"/api/v1/export-profiles/{id}/file": {"parameters": [path_id("id")], "get": get}}


def snapshot_paths() -> JSON:
    """The kept numbers of the status page."""
    tag, path, whole = {"tags": ["Snapshots"]}, "/api/v1/snapshots", {"type": "integer"}
    figure = structure({"id": whole, "name": TEXT, "tone": TEXT, "count": whole})
    counted = structure({"total": whole, "by": {"type": "object", "additionalProperties": list_of(figure)}})
    head: JSON = {"id": NUMBER, "label": TEXT, "created_at": TEXT | {"format": "date-time"}}
    head |= {"created_by": maybe(NAMED), "revision": whole, "etag": TEXT}
    head["totals"] = {"type": "object", "additionalProperties": whole, "description": "By the plural"}
    whole_one = structure(head | {"numbers": {"type": "object", "additionalProperties": counted}})
    key = header("Idempotency-Key", "Sent again with the same key, the request does nothing twice")
    sent = body(structure({"label": TEXT | {"maxLength": 255}}, [], strict=True))
    take = {"parameters": [key], "requestBody": sent, "responses": answers("201", whole_one, 415, 422)}
    pages = {"parameters": PAGING, "responses": answers("200", envelope(structure(head)))}
    shown = {"responses": answers("200", whole_one)}
    one, parameters = f"{path}/{{id}}", {"parameters": [path_id("id")]}
    return {
        path: {"get": tag | pages, "post": tag | take},
        one: parameters | {"get": tag | shown, "delete": tag | {"responses": answers("204", None)}},
        f"{one}/restore": parameters | {"post": tag | shown},
    }
