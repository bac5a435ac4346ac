"""REST of every entity below `/api/v1/`: lists, records, writes. Change sets are in `history`."""

import json
import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask_login import current_user

from app.blueprints.rest import lists, openapi
from app.blueprints.rest import records as rest
from app.entities.entity import Entity
from app.entities.query import BadQuery
from app.entities.registry import entities, entity
from app.errors import answer
from app.extensions import db
from app.security.access import may_delete, may_write, require, sees_internal
from app.security.permissions import DELETE, EDIT, SEE, needs
from app.services import assignment, changes, idempotency, records, restoring
from app.services.assignment import Taken
from app.services.changes import Recording
from app.services.drafts import Draft, Impossible, Missing, Refused
from app.services.reading import read_one

bp = Blueprint("api", __name__, url_prefix="/api")

ID = "<int(max=2147483647):record_id>"


@bp.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """422, with every field that is wrong."""
    db.session.rollback()
    errors = [{"row": error.row, "field": name, "message": text} for name, text in error.errors.items()]
    return answer(422, str(error), errors=errors)


@bp.errorhandler(lists.Faulty)
def faulty(error: lists.Faulty) -> Response:
    """422, with every row and field that is wrong."""
    db.session.rollback()
    return answer(422, str(error), errors=error.errors)


@bp.errorhandler(BadQuery)
def bad_query(error: BadQuery) -> Response:
    """400: a query string that can't be answered, with the parameter."""
    named = re.match(r"([\w.]+): ", str(error)) or re.search(r"“(.*)”", str(error), re.DOTALL)
    field = named[1] if named else ""
    return answer(400, str(error), errors=[{"row": None, "field": field, "message": str(error)}])


@bp.errorhandler(Missing)
def missing(error: Missing) -> Response:
    """404: no such record, or it is in the bin."""
    db.session.rollback()
    merged = {"merged_into": error.into.brief()} if isinstance(error, rest.Merged) else {}
    return answer(404, "There is no such record; it may be in the bin.", **merged)


@bp.errorhandler(rest.Stale)
def stale(error: rest.Stale) -> Response:
    """412, with the present etag."""
    db.session.rollback()
    response = answer(412, str(error), etag=error.etag)
    response.headers["ETag"] = error.etag
    return response


@bp.errorhandler(rest.Clashing)
def clashing(error: rest.Clashing) -> Response:
    """409, with both values of every field, who changed it and when."""
    db.session.rollback()
    return answer(409, str(error), conflicts=error.conflicts)


@bp.errorhandler(Impossible)
def impossible(error: Impossible) -> Response:
    """409: it can't be done now, and why."""
    db.session.rollback()
    return answer(409, str(error))


@bp.errorhandler(Taken)
def taken(error: Taken) -> Response:
    """409, with the name of who has it."""
    db.session.rollback()
    return answer(409, str(error), owner=error.owner.brief())


def found(plural: str) -> Entity:
    """The entity of an address; 404 if there is none, 403 if it is internal and the person a reader."""
    try:
        wanted = entity(plural)
    except KeyError:
        abort(404)
    require(not wanted.internal or sees_internal(current_user))
    return wanted


def writable(plural: str) -> Entity:
    """The entity of an address, if the person may change its records; else 403."""
    wanted = found(plural)
    require(may_write(current_user, wanted.model))
    return wanted


def body() -> Any:
    """The JSON of the request: 415 if it says to be something else, 400 if it is none."""
    if not request.is_json:
        abort(415)
    try:
        read = json.loads(request.get_data(), parse_constant=_no_number)
        json.dumps(read, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        abort(400)
    return read


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON")


@bp.get("/v1/<plural>")
@needs(SEE)
def listing(plural: str) -> Response:
    """A page of a list."""
    page = lists.page_of(request.args)
    pairs = list(request.args.items(multi=True))
    return jsonify(lists.listed(found(plural), pairs, page, sees_internal(current_user)))


@bp.get(f"/v1/<plural>/{ID}")
@needs(SEE)
def show(plural: str, record_id: int) -> Response:
    """A record, or only the fields of it that `fields` names."""
    wanted, see = found(plural), sees_internal(current_user)
    names = rest.chosen(wanted, request.args.get("fields", ""), see)
    return jsonify(rest.one(wanted, record_id, see, names)) if names else record(wanted, record_id)


def record(wanted: Entity, record_id: int, draft: Draft | None = None) -> Response:
    """A record as an answer, with its etag; of a draft, what is noteworthy about it."""
    shown = rest.one(wanted, record_id, sees_internal(current_user))
    response = jsonify(shown if draft is None else shown | {"warnings": rest.warnings_of(draft)})
    response.headers["ETag"] = shown["etag"]
    return response


@bp.post("/v1/<plural>")
@needs(EDIT)
def create(plural: str) -> Response:
    """A new record: 201; a list of records: 200, all of them or none."""
    wanted, asked, see = writable(plural), body(), sees_internal(current_user)
    if isinstance(asked, list):
        plan, upsert = lists.read_rows(wanted, asked, see), _is_upsert()
        return once("bulk", lambda change_set: _write_list(change_set, plan, upsert))
    values = rest.parse(wanted, asked, see)
    rest.require_all(wanted, values)
    return once("api", lambda change_set: _create(change_set, wanted, values, see))


def _is_upsert() -> bool:
    text = request.args.get("upsert", "false")
    if text not in ("true", "false", "1", "0"):
        raise BadQuery("upsert: must be true or false")
    return text in ("true", "1")


def _write_list(change_set: Recording, plan: lists.Plan, upsert: bool) -> tuple[int, Any]:
    items = lists.write(change_set, plan, upsert)
    return 200, {"change_set": change_set.id if change_set.changes else None, "items": items}


def _create(change_set: Recording, wanted: Entity, values: dict[str, Any], see: bool) -> tuple[int, Any]:
    draft = rest.create(change_set, wanted, values)
    shown = rest.one(wanted, draft.id or 0, see)
    return 201, shown | {"warnings": rest.warnings_of(draft)}


def once(source: str, work: Callable[[Recording], tuple[int, Any]]) -> Response:
    """Do it in one change set; with an `Idempotency-Key` only the first time."""
    key = request.headers.get("Idempotency-Key", "")[:255]
    address = request.full_path.encode()
    digest = idempotency.digest(request.method.encode(), address, request.get_data())
    with changes.recording(current_user.id, source) as change_set:
        known = idempotency.recall(current_user.id, key, digest) if key else None
        status, result = (known.status, known.answer) if known else work(change_set)
        if key and not known:
            idempotency.remember(current_user.id, key, digest, status, result)
    told = len(change_set.warnings)
    db.session.commit()
    if late := change_set.warnings[told:]:
        result["warnings"] = [*result.get("warnings", ()), *(one.as_json() for one in late)]
    response = jsonify(result)
    response.status_code = status
    if status == 201:
        response.headers["Location"] = f"{request.path}/{result['id']}"
        response.headers["ETag"] = result["etag"]
    return response


@bp.patch(f"/v1/<plural>/{ID}")
@needs(EDIT)
def change(plural: str, record_id: int) -> Response:
    """Change fields of a record; `If-Match` or `base` keep what somebody else has saved meanwhile."""
    wanted, see = writable(plural), sees_internal(current_user)
    asked, base = rest.split_base(wanted, body(), see)
    values, if_match = rest.parse(wanted, asked, see), request.headers.get("If-Match", "")
    with changes.recording(current_user.id, "api") as change_set:
        draft = rest.change(change_set, wanted, record_id, values, base, if_match)
    db.session.commit()
    return record(wanted, record_id, draft)


@bp.delete(f"/v1/<plural>/{ID}")
@needs(DELETE)
def remove(plural: str, record_id: int) -> Response | tuple[str, int]:
    """Put a record into the bin: 204; 409 says what still uses it."""
    wanted = writable(plural)
    with changes.recording(current_user.id, "api") as change_set:
        row = rest.live(wanted, record_id, [wanted.title_field.name, "created_by"])
        _require_own(wanted, row)
        reasons = records.delete(change_set, wanted.model, [record_id])
        change_set.summary = f"{wanted.title_of(row)[:80]} into the bin"
    db.session.commit()
    return answer(409, reasons[record_id], reasons=list(reasons.values())) if reasons else ("", 204)


def _require_own(wanted: Entity, row: Any) -> None:
    owner = row["created_by"]
    require(may_delete(current_user, wanted.model, owner.id if owner else None))


@bp.post(f"/v1/<plural>/{ID}/restore")
@needs(DELETE)
def restore(plural: str, record_id: int) -> Response:
    """Bring a record back from the bin, with what went there together with it."""
    wanted = writable(plural)
    with changes.recording(current_user.id, "api") as change_set:
        row = read_one(wanted.model, record_id, [wanted.title_field.name, "created_by", "deleted_at"])
        if row is None:
            raise Missing(f"{plural} {record_id}")
        _require_own(wanted, row)
        errors = restoring.restore(change_set, wanted.model, [record_id])
        if errors:
            raise Refused(errors[record_id])
        change_set.summary = f"{wanted.title_of(row)[:80]} back from the bin"
    db.session.commit()
    return record(wanted, record_id)


@bp.post(f"/v1/<plural>/{ID}/grab")
@needs(EDIT)
def grab(plural: str, record_id: int) -> Response:
    """Take a record that nobody has."""
    return _assign(plural, record_id, assignment.grab, "grabbed")


@bp.post(f"/v1/<plural>/{ID}/free")
@needs(EDIT)
def free(plural: str, record_id: int) -> Response:
    """Give one's own record back."""
    return _assign(plural, record_id, assignment.free, "freed")


def _assign(plural: str, record_id: int, act: Callable[..., Draft], word: str) -> Response:
    wanted = writable(plural)
    if not wanted.has("assigned_to"):
        abort(404)
    return do(wanted, record_id, word, lambda s: act(s, wanted.model, record_id, current_user.id))


def do(wanted: Entity, record_id: int, word: str, act: Callable[[Recording], Draft]) -> Response:
    """Something that is done to a record in one step: 200 with the record."""
    with changes.recording(current_user.id, "api") as change_set:
        rest.live(wanted, record_id)
        draft = act(change_set)
        change_set.summary = f"{wanted.called(draft)} {word}"
    db.session.commit()
    return record(wanted, record_id, draft)


@bp.get("/v1/openapi.json")
@needs(SEE)
def document() -> Response:
    """The OpenAPI document."""
    return jsonify(openapi.document(entities()))


@bp.get("/docs")
@needs(SEE)
def docs() -> str:
    """How to use the API, for people."""
    return render_template("api/docs.html", entities=entities(), accepted=rest.accepted)
