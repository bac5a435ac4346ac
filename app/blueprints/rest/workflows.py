"""REST of workflows: written with their lines, and applied to systems."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request
from flask_login import current_user

from app.blueprints import workflows as pages
from app.blueprints.rest import records as rest
from app.blueprints.rest import views
from app.blueprints.rest.views import ID, body, bp, once, writable
from app.entities import orders, query, registry
from app.entities.links import pick
from app.extensions import db
from app.fixtures.lines import line_fields
from app.models.systems import System
from app.models.workflows import Workflow
from app.security.access import sees_internal
from app.security.permissions import EDIT, needs
from app.services import changes, lookups, workflows
from app.services.changes import Recording
from app.services.drafts import Refused

NAMED = 1000
"""So many systems are told one by one."""
CHOICES = ("systems", "ids", "query")


@bp.post("/v1/workflows")
@needs(EDIT)
def create_workflow() -> Response:
    """A new workflow with its lines; a list of workflows, without lines, like any list."""
    wanted, asked = writable("workflows"), body()
    if not isinstance(asked, dict):
        return views.create("workflows")
    head, lines = _split(asked)
    values = rest.parse(wanted, head, True)
    rest.require_all(wanted, values)

    def work(change_set: Recording) -> tuple[int, Any]:
        draft = rest.create(change_set, wanted, values)
        _put(change_set, draft.record_id, lines)
        return 201, rest.one(wanted, draft.record_id, True) | {"warnings": rest.warnings_of(draft)}

    return once("api", work)


@bp.patch(f"/v1/workflows/{ID}")
@needs(EDIT)
def change_workflow(record_id: int) -> Response:
    """Change fields of a workflow; lines that are given take the place of those that it has."""
    wanted, asked = writable("workflows"), body()
    head, lines = _split(asked) if isinstance(asked, dict) else (asked, {})
    head, base = rest.split_base(wanted, head, True)
    values, if_match = rest.parse(wanted, head, True), request.headers.get("If-Match", "")
    with changes.recording(current_user.id, "api") as change_set:
        draft = rest.change(change_set, wanted, record_id, values, base, if_match)
        if _put(change_set, record_id, lines) and not draft.changed:
            change_set.summary = f"{wanted.called(draft)}: {', '.join(lines)}"
    db.session.commit()
    return views.record(wanted, record_id, draft)


def _split(asked: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of a workflow, and its lines as they were given."""
    kinds = line_fields(registry.entity_for(Workflow))
    head = {name: value for name, value in asked.items() if name not in kinds}
    return head, {name: asked[name] for name in kinds if name in asked}


def _put(change_set: Recording, record_id: int, lines: Mapping[str, Any]) -> bool:
    kinds, changed = line_fields(registry.entity_for(Workflow)), False
    for name, raw in lines.items():
        changed |= kinds[name].put(change_set, name, record_id, raw)
    return changed


@bp.post(f"/v1/workflows/{ID}/apply")
@needs(EDIT)
def apply_workflow(record_id: int) -> Response:
    """Give systems what the workflow says and they lack: 200 with what each got and had, or 202 with a job."""
    rest.live(writable("workflows"), record_id)
    asked = _checked(body())
    ids = _systems(asked)
    wanted = workflows.plan([record_id], ids)
    if asked.get("dry_run"):
        return jsonify(_told(wanted) | {"dry_run": True, "change_set": None})
    if wanted.artifacts + wanted.tasks > pages.AT_ONCE:
        return once(
            "workflow", lambda change_set: (202, {"job": pages.enqueue(wanted.names, [record_id], ids).id})
        )

    def work(change_set: Recording) -> tuple[int, Any]:
        done = workflows.plan([record_id], ids)
        workflows.carry_out(change_set, done)
        return 200, _told(done) | {
            "dry_run": False,
            "change_set": change_set.id if change_set.changes else None,
        }

    return once("workflow", work)


def _checked(asked: Any) -> dict[str, Any]:
    if not isinstance(asked, dict):
        raise Refused({"": "must be an object"})
    errors = dict.fromkeys((name for name in asked if name not in (*CHOICES, "dry_run")), "is not known here")
    if not isinstance(asked.get("dry_run", False), bool):
        errors["dry_run"] = "must be true or false"
    given = [name for name in CHOICES if asked.get(name) is not None]
    if len(given) != 1:
        errors["systems"] = "give either the systems, or the query that finds them"
    elif given == ["query"] and not isinstance(asked["query"], str):
        errors["query"] = "must be the query string of a list's address"
    elif given != ["query"] and not isinstance(asked[given[0]], list):
        errors[given[0]] = "must be a list of ids and names"
    if errors:
        raise Refused(errors)
    return asked


def _systems(asked: Mapping[str, Any]) -> list[int]:
    """The systems that are meant; `Refused` names every one that there is none of."""
    if asked.get("query") is not None:
        found = orders.understood(registry.entity_for(System), asked["query"], sees_internal(current_user))
        return query.ids(found)
    name = "systems" if asked.get("systems") is not None else "ids"
    errors, picks = [], []
    for raw in asked[name]:
        try:
            picks.append(pick(raw) or lookups.Pick())
        except ValueError as error:
            errors.append(str(error))
    names = [one.name for one in picks if one.id is None]
    known = lookups.find(System, names)
    errors += [lookups.why_not(System, text) for text in dict.fromkeys(names) if text not in known]
    if errors:
        raise Refused({name: "; ".join(errors)})
    return [known[one.name] if one.id is None else one.id for one in picks]


def _told(done: workflows.Plan) -> dict[str, Any]:
    systems = [_share(share) for share in done.shares[:NAMED]]
    return done.counts | {"systems": systems, "skipped": done.skipped}


def _share(share: workflows.Share) -> dict[str, Any]:
    ids = [draft.id for draft in share.drafts] or [None] * len(share.made)
    made = [_record(step, one) for step, one in zip(share.made, ids, strict=True)]
    there = [_record(found.step, found.record_id) for found in share.there]
    return {"id": share.system_id, "name": share.name, "made": made, "there": there}


def _record(step: workflows.Step, record_id: int | None) -> dict[str, Any]:
    return {"entity": step.plural, "id": record_id, "name": step.label}
