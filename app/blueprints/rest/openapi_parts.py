"""What the OpenAPI document is put together from."""

from collections.abc import Sequence
from typing import Any

from app.blueprints.rest.lists import MOST

JSON = dict[str, Any]
NUMBER: JSON = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
WHOLE: JSON = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
TEXT: JSON = {"type": "string"}
MAYBE_NUMBER: JSON = {"type": ["integer", "null"]}
NAMED: JSON = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": TEXT},
}


def ref(name: str) -> JSON:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def structure(properties: JSON, required: Sequence[str] | None = None, strict: bool = False) -> JSON:
    """An object; without `required` every property is."""
    required = list(properties) if required is None else list(required)
    schema: JSON = {"type": "object", "properties": properties, "required": required}
    return schema | ({"additionalProperties": False} if strict else {})


def list_of(schema: JSON) -> JSON:
    """A list of such things."""
    return {"type": "array", "items": schema}


def answers(status: str, schema: JSON | None, *refusals: int) -> JSON:
    """The answer of this status, and the refusals as problems."""
    content = {} if schema is None else {"content": {"application/json": {"schema": schema}}}
    problem = {"$ref": "#/components/responses/problem"}
    # errors that every address may answer
    every = (400, 401, 403, 404, 405)
    answers = {str(code): problem for code in (*every, *refusals)}
    return {status: {"description": "Done", **content}} | answers


def query(name: str, schema: JSON, text: str) -> JSON:
    """A parameter in the query string."""
    return {"name": name, "in": "query", "schema": schema, "description": text}


def header(name: str, text: str) -> JSON:
    """A parameter in the header."""
    return {"name": name, "in": "header", "schema": TEXT, "description": text}


def path_id(name: str) -> JSON:
    """A number in the path."""
    return {"name": name, "in": "path", "required": True, "schema": NUMBER}


PAGING = [
    query("page", {"type": "integer", "minimum": 1, "maximum": 10**9}, "From 1"),
    query("per_page", {"type": "integer", "minimum": 1, "maximum": MOST}, "100 unless told"),
]


FIELDS = query("fields", TEXT, "Only these fields, by commas")


def envelope(schema: JSON) -> JSON:
    """A page of a list."""
    whole: JSON = {"type": "integer"}
    return structure(
        {"items": list_of(schema), "total": whole, "page": whole, "per_page": whole, "revision": whole}
    )


def body(schema: JSON) -> JSON:
    """A JSON body."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def maybe(schema: JSON) -> JSON:
    """This or nothing."""
    return {"anyOf": [schema, {"type": "null"}]}
