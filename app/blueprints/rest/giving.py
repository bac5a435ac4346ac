"""REST of what is given to many systems: artifacts and tasks of them; workflows answer in the same way."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import Response, abort, jsonify
from flask_login import current_user

from app.blueprints import creators as pages
from app.blueprints.giving import Order
from app.blueprints.rest import records as rest
from app.blueprints.rest.views import body, bp, once, writable
from app.entities import orders, query, registry
from app.entities.entity import Entity
from app.entities.links import pick
from app.importing import creators
from app.models.systems import System
from app.security.access import sees_internal
from app.security.permissions import EDIT, needs
from app.services import giving, lookups
from app.services.changes import Recording
from app.services.drafts import Refused
from app.services.giving import Plan, Share, Step

NAMED = 1000
"""So many systems are told one by one."""
CHOICES = ("systems", "ids", "query")


@bp.post("/v1/<plural>/create-many")
@needs(EDIT)
def create_many(plural: str) -> Response:
    """Make artifacts or tasks of many systems: 200 with what each got and had, or 202 with a job."""
    entity = writable(plural)
    if entity.model not in creators.EACH:
        abort(404)
    asked = checked(body(), {"set": dict, "again": bool})
    wanted = _wanted(entity, asked)
    return answer(pages.order(wanted, asked["set"], systems(asked), ""), asked)


def _wanted(entity: Entity, asked: Mapping[str, Any]) -> creators.Asked:
    """What `set` asks for: a list of what each system gets, and what all of it shares."""
    each, see = creators.each_of(entity).name, sees_internal(current_user)
    shared, picks = {name: value for name, value in asked["set"].items() if name != each}, []
    errors = creators.not_shared(entity, shared, see)
    given, values = asked["set"].get(each), {}
    try:
        picks = [one for raw in given if (one := pick(raw))] if isinstance(given, list) else []
    except ValueError as error:
        errors[each] = str(error)
    if not picks:
        errors.setdefault(each, "must be a list: every system gets one of each")
    try:
        values = rest.parse(entity, {name: one for name, one in shared.items() if name not in errors}, see)
    except Refused as error:
        errors |= error.errors
    if errors:
        raise Refused(errors)
    return creators.Asked(entity, picks, values, asked.get("again", False))


def checked(asked: Any, more: Mapping[str, type] | None = None) -> dict[str, Any]:
    """A body that says which systems are meant, `dry_run` and what else is known; `Refused` if it makes no sense."""
    if not isinstance(asked, dict):
        raise Refused({"": "must be an object"})
    known = {"dry_run": bool} | dict(more or {})
    errors = dict.fromkeys((name for name in asked if name not in (*CHOICES, *known)), "is not known here")
    for name, kind in known.items():
        if name in asked and not isinstance(asked[name], kind):
            errors[name] = "must be true or false" if kind is bool else "must be an object"
        elif name not in asked and kind is dict:
            errors[name] = "is required"
    errors |= _wrong_choice(asked)
    if errors:
        raise Refused(errors)
    return asked


def _wrong_choice(asked: Mapping[str, Any]) -> dict[str, str]:
    given: Collection[str] = [name for name in CHOICES if asked.get(name) is not None]
    if len(given) != 1:
        return {"systems": "give either the systems, or the query that finds them"}
    (name,) = given
    if name == "query":
        good, wanted = isinstance(asked[name], str), "the query string of a list's address"
    else:
        good, wanted = isinstance(asked[name], list), "a list of ids and names"
    return {} if good else {name: f"must be {wanted}"}


def systems(asked: Mapping[str, Any]) -> list[int]:
    """The systems that are meant; `Refused` names every one that there is none of."""
    if asked.get("query") is not None:
        found = orders.understood(registry.entity_for(System), asked["query"], sees_internal(current_user))
        return query.ids(found)
    name = "systems" if asked.get("systems") is not None else "ids"
    try:
        picks = [pick(raw) or lookups.Pick() for raw in asked[name]]
        named = lookups.resolve_all(None, System, [one for one in picks if one.id is None])
        # what is gone is told among those that are left out
        return [*(one.id for one in picks if one.id is not None), *named]
    except ValueError as error:
        raise Refused({name: str(error)}) from None


def answer(order: Order, asked: Mapping[str, Any]) -> Response:
    """200 with what each system got and had, or would; 202 with the job where it is much."""
    wanted = order.plan(None)
    if asked.get("dry_run"):
        return jsonify(_told(wanted) | {"dry_run": True, "change_set": None})
    if wanted.size > giving.AT_ONCE:
        return once(order.source, lambda change_set: (202, {"job": order.enqueue(wanted).id}))

    def work(change_set: Recording) -> tuple[int, Any]:
        done = order.plan(change_set)
        giving.carry_out(change_set, done)
        number = change_set.id if change_set.changes else None
        return 200, _told(done) | {"dry_run": False, "change_set": number}

    return once(order.source, work)


def _told(done: Plan) -> dict[str, Any]:
    return done.counts | {"systems": [_share(one) for one in done.shares[:NAMED]], "skipped": done.skipped}


def _share(share: Share) -> dict[str, Any]:
    ids = [draft.id for draft in share.drafts] or [None] * len(share.made)
    made = [_record(step, one) for step, one in zip(share.made, ids, strict=True)]
    there = [_record(found.step, found.record_id) for found in share.there]
    return {"id": share.system_id, "name": share.name, "made": made, "there": there}


def _record(step: Step, record_id: int | None) -> dict[str, Any]:
    return {"entity": step.plural, "id": record_id, "name": step.label}
