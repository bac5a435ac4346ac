"""REST of one change for many records: those named by id, or all that a query finds."""

from typing import Any

from flask import Response, jsonify
from flask_login import current_user

from app.blueprints.grid.many import enqueue
from app.blueprints.rest import records as rest
from app.blueprints.rest.history import NUMBER
from app.blueprints.rest.views import body, bp, once, writable
from app.entities import orders, query
from app.entities.entity import Entity
from app.entities.links import HIGHEST_ID
from app.errors import answer
from app.extensions import db
from app.models.jobs import Job
from app.security.access import sees_internal
from app.security.permissions import EDIT, FOLLOW, needs
from app.services import bulk, changes, jobs
from app.services.drafts import Missing, Refused

KNOWN = ("ids", "query", *orders.WORDS, "dry_run", "skip_refused", "since")


@bp.errorhandler(bulk.NotAll)
def not_all(error: bulk.NotAll) -> Response:
    """422: nothing was changed, and each record that stands against it, with the reason."""
    db.session.rollback()
    errors = [
        {"row": item["record"], "name": item["name"], "field": item["field"], "message": item["reason"]}
        for item in error.skipped
    ]
    return answer(422, str(error), errors=errors)


@bp.post("/v1/<plural>/bulk")
@needs(EDIT)
def change_many(plural: str) -> Response:
    """Change many records in one change set: 200 with counts, or 202 with the job that does it."""
    wanted, asked, see = writable(plural), body(), sees_internal(current_user)
    parsed = _parsed(wanted, asked, see)
    if _count(wanted, asked, see) > bulk.AT_ONCE:
        return once("bulk", lambda change_set: (202, {"job": enqueue(wanted, asked).id}))
    deed = orders.Deed(wanted, asked, parsed, see)
    if asked.get("dry_run"):
        tried = changes.rehearse(deed, current_user.id, "bulk")
        return jsonify(orders.told(deed.done, tried, dry_run=True))

    def change(change_set: changes.Recording) -> tuple[int, Any]:
        deed(change_set)
        return 200, orders.told(deed.done, change_set)

    return once("bulk", change)


def _parsed(wanted: Entity, asked: Any, see: bool) -> orders.Parsed:
    """The values that the body asks for; `Refused` names everything in it that makes no sense."""
    if not isinstance(asked, dict):
        raise Refused({"": "must be an object"})
    errors = dict.fromkeys((name for name in asked if name not in KNOWN), "is not known here")
    for name in ("dry_run", "skip_refused"):
        if not isinstance(asked.get(name, False), bool):
            errors[name] = "must be true or false"
    since = asked.get("since", 0)
    if type(since) is not int or not 0 <= since <= HIGHEST_ID:
        errors["since"] = "must be the revision that was seen"
    errors |= _wrong_choice(asked)
    hows = [how for how in orders.WORDS if asked.get(how) not in (None, {})]
    parsed = {}
    for how in hows:
        try:
            parsed[how] = rest.parse(wanted, asked[how], see)
            orders.check(wanted, {how: parsed[how]}, see)
        except Refused as error:
            errors |= {name or how: text for name, text in error.errors.items()}
    if not hows and not errors:
        errors["set"] = "say what to set, add or remove"
    if errors:
        raise Refused(errors)
    orders.check(wanted, parsed, see)
    return parsed


def _wrong_choice(asked: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the choice of records."""
    ids, text = asked.get("ids"), asked.get("query")
    if (ids is None) == (text is None):
        return {"ids": "give either the ids, or the query that finds the records"}
    if text is not None:
        return {} if isinstance(text, str) else {"query": "must be the query string of a list's address"}
    good = isinstance(ids, list) and all(type(item) is int and 0 < item <= HIGHEST_ID for item in ids)
    return {} if good else {"ids": "must be a list of whole numbers"}


def _count(wanted: Entity, asked: dict[str, Any], see: bool) -> int:
    if asked.get("ids") is not None:
        return len(asked["ids"])
    return query.count(orders.understood(wanted, asked["query"], see))


@bp.get(f"/v1/jobs/{NUMBER}")
@needs(FOLLOW)
def job(number: int) -> Response:
    """A job: where it stands, and in the end its result."""
    row = db.session.get(Job, number)
    if row is None:
        raise Missing(f"job {number}")
    heard = jobs.heard(row)
    told = {"id": row.id, "kind": row.kind, "title": row.title, "state": str(row.state)}
    told |= {name: heard[name] for name in ("done", "total", "message")}
    return jsonify(told | {"result": row.result})
