"""REST of workflows: written with their lines, and applied to systems."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_login import current_user

from app.blueprints import workflows as pages
from app.blueprints.rest import giving, views
from app.blueprints.rest import records as rest
from app.blueprints.rest.views import ID, body, bp, once, writable
from app.entities import registry
from app.extensions import db
from app.fixtures.lines import line_fields
from app.models.workflows import Workflow
from app.security.permissions import EDIT, needs
from app.services import changes
from app.services.changes import Recording


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
    asked = giving.checked(body())
    return giving.answer(pages.order([record_id], giving.systems(asked)), asked)
