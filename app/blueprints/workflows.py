"""Workflows: templates of artifacts and tasks; their lines in order, and applying them to systems."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request
from flask_login import current_user

from app.blueprints import giving
from app.blueprints.grid import pages
from app.blueprints.grid.pieces import dialog_or_page, leave
from app.entities import query, registry
from app.entities.computed import rows
from app.entities.entity import Entity, Field, Related
from app.entities.links import is_id
from app.extensions import db
from app.fixtures.lines import Lines
from app.htmx import is_htmx
from app.models.base import Record, entity_of
from app.models.workflows import Workflow, WorkflowArtifact, WorkflowTask
from app.security.access import load
from app.security.permissions import EDIT, needs
from app.services import changes, ordering, records, workflows

STATE = {"default": True}

registry.register(
    Entity(
        model=WorkflowArtifact,
        order="workflow,position",
        identity=("workflow", "type", "name"),
        fields=[
            Field("name", default=True, link=True, help="Like its type, unless told"),
            Field("workflow", default=True, required=True, bulk=False),
            Field("type", default=True, required=True, aliases=("artifacttype",)),
            Field("priority", **STATE),
            Field("status", **STATE),
            Field("position", bulk=False, help="Its place among the artifacts of the workflow"),
        ],
    )
)
registry.register(
    Entity(
        model=WorkflowTask,
        order="workflow,position",
        identity=("workflow", "name"),
        fields=[
            Field("name", default=True, required=True, link=True, aliases=("taskname",)),
            Field("workflow", default=True, required=True, bulk=False),
            Field("priority", **STATE),
            Field("status", **STATE),
            Field("note", default=True, help="The note of the task"),
            Field("position", bulk=False, help="Its place among the tasks of the workflow"),
        ],
    )
)
entity = registry.register(
    Entity(
        model=Workflow,
        search=("name", "note"),
        related=(
            Related(WorkflowArtifact, "workflow", ("name", "type", "priority", "status"), order="position",
                    adds=("type", "name", "priority", "status"), title="Artifacts", most=200),
            Related(WorkflowTask, "workflow", ("name", "priority", "status", "note"), order="position",
                    adds=("name", "priority", "status", "note"), title="Tasks", most=200),
        ),
        fields=[
            Field("name", default=True, required=True, link=True, bulk=False, aliases=("workflow",)),
            Field("artifacts", default=True, kind=Lines(WorkflowArtifact, "workflow")),
            Field("tasks", default=True, kind=Lines(WorkflowTask, "workflow")),
            Field("note", default=True),
        ],
    )
)  # fmt: skip

bp = Blueprint("applying", __name__)


@bp.get("/workflows/apply")
@needs(EDIT)
def ask():
    """Which workflows, for these systems?"""
    return _dialog()


@bp.post("/workflows/apply")
@needs(EDIT)
def apply():
    """Tell what the systems would get and what they have; with `apply`, make it, as one change set."""
    return giving.respond(lambda: order(_chosen(), giving.listed_systems()), _dialog)


def _chosen() -> list[int]:
    return [int(text) for text in request.form.getlist("workflow") if is_id(text)]


def _dialog(**more: Any) -> str:
    """What can be chosen; without scripts the preview is on the same page."""
    ids = query.ids(query.understand(entity, [("sort", "name")]))
    asked = {name: request.values.get(name, "") for name in ("ids", "query")}
    context = {"offered": rows(entity, ids, ["name", "note", "artifacts", "tasks"]), "asked": asked}
    return dialog_or_page("workflows/apply.html", chosen=_chosen(), **context, **more)


def order(chosen: list[int], system_ids: list[int]) -> giving.Order:
    """What these workflows give to these systems."""
    return giving.Order(
        source="workflow",
        address="/workflows/apply",
        plan=lambda _: workflows.plan(chosen, system_ids),
        function="apply_workflows",
        arguments={"workflow_ids": chosen, "system_ids": system_ids},
    )


@bp.post("/workflows/<int:record_id>/copy")
@needs(EDIT)
def copy(record_id: int):
    """One more workflow with the same lines."""
    load(Workflow, record_id)
    with changes.recording(current_user.id, "ui") as change_set:
        made = workflows.duplicate(change_set, record_id)
    db.session.commit()
    flash(change_set.summary, f"change-set {change_set.id}")
    return leave(f"/workflows/{made.record_id}")


def _model(plural: str) -> type[Record]:
    """The model of lines that go by this plural, or 404."""
    return next((model for model in workflows.LINES if entity_of(model) == plural), None) or abort(404)


LINE = "/workflows/lines/<plural>/<int:record_id>"


@bp.post(f"{LINE}/move")
@needs(EDIT)
def move(plural: str, record_id: int):
    """A line up or down; the page sees it by itself."""
    model = _model(plural)
    row = load(model, record_id, ["label", "workflow"])
    by = {"up": -1, "down": 1}.get(request.form.get("way", "")) or abort(400, "way: up or down")
    with changes.recording(current_user.id, "ui", f"{row['label'][:80]} moved") as change_set:
        ordering.shift(change_set, model, record_id, by, within="workflow")
    db.session.commit()
    return Response(status=204) if is_htmx() else redirect(f"/workflows/{row['workflow'].id}", 303)


@bp.post(f"{LINE}/remove")
@needs(EDIT)
def remove(plural: str, record_id: int):
    """A line out of its workflow: whoever may edit a workflow may do that."""
    model = _model(plural)
    row = load(model, record_id, ["label", "workflow"])
    summary = f"{row['label'][:80]} out of {row['workflow'].name[:80]}"
    with changes.recording(current_user.id, "ui", summary) as change_set:
        records.delete(change_set, model, [record_id])
    db.session.commit()
    return pages.answer(summary, f"/workflows/{row['workflow'].id}", change_set=change_set)


def init_app(app: Any) -> None:
    """Register the views."""
    app.register_blueprint(bp)
