"""Tasks: the work; start, finish, renew, and close all of a name."""

from flask import Blueprint, render_template, request
from flask_login import current_user

from app.blueprints.grid import pages
from app.entities.entity import Entity, Field, Related
from app.entities.links import is_id
from app.entities.registry import register
from app.extensions import db
from app.htmx import wants_fragment
from app.models.lookups import TaskName
from app.models.tasks import Task
from app.security.access import load, may_write
from app.security.permissions import EDIT, needs
from app.services import changes, task_actions
from app.services.drafts import Impossible
from app.services.reading import Row

TIMES = "Times"

entity = register(
    Entity(
        model=Task,
        search=("name", "system", "artifact", "case", "tags", "note"),
        identity=("name", "system", "artifact"),
        order="due_at,name",
        related=(
            Related(
                Task,
                "parent",
                ("name", "status", "priority", "assigned_to", "due_at", "system"),
                title="Sub-tasks",
                adds=("name", "due_at", "note"),
                look="tree",
                most=100,
            ),
        ),
        loose=("system", "artifact", "case"),
        beside=("started_at", "finished_at"),
        fields=[
            Field(
                "name",
                default=True,
                required=True,
                link=True,
                aliases=("taskname", "task", "work stream", "request task", "to do", "todo"),
            ),
            Field("due_at", label="Due", default=True, aliases=("due time", "due date", "deadline")),
            Field("system", default=True),
            Field("artifact", default=True),
            Field("case", default=True),
            Field("priority", default=True),
            Field("status", default=True, aliases=("currentstatus", "current status", "progress", "state")),
            Field("assigned_to", label="Assigned", default=True),
            Field("tags", default=True),
            Field("note", default=True, aliases=("comments", "description", "significant updates")),
            Field("parent", help="The task that this one is a part of", aliases=("parent task",)),
            Field("scheduled_at", label="Scheduled", section=TIMES, aliases=("scheduled time",)),
            Field(
                "started_at",
                label="Started",
                section=TIMES,
                help="Set and cleared as the status says",
                aliases=("started time", "start"),
            ),
            Field(
                "finished_at",
                label="Finished",
                section=TIMES,
                help="Set and cleared as the status says",
                aliases=("finished time", "date completed", "completed"),
            ),
        ],
    )
)

bp = Blueprint("task_actions", __name__)


@bp.post("/tasks/<int:record_id>/start")
@needs(EDIT)
def start(record_id: int):
    """A task is worked on from now on."""
    return _take(record_id, "start")


@bp.post("/tasks/<int:record_id>/finish")
@needs(EDIT)
def finish(record_id: int):
    """A task is done."""
    return _take(record_id, "finish")


@bp.post("/tasks/<int:record_id>/renew")
@needs(EDIT)
def renew(record_id: int):
    """A task is to be done again, by whoever takes it."""
    return _take(record_id, "renew")


def _take(record_id: int, step: str) -> pages.Answer:
    return pages.do(
        entity, record_id, task_actions.DONE[step], lambda s: task_actions.take(s, record_id, step)
    )


@bp.get("/task-names/<int:record_id>/close-all")
@needs(EDIT)
def confirm_close_all(record_id: int):
    """How many tasks of a name are open, by status, before they are finished."""
    row = load(TaskName, record_id, ["name"])
    template = "_close_all_dialog" if wants_fragment() else "close_all"
    return render_template(
        f"tasks/{template}.html", row=row, title=row["name"], found=task_actions.closable(record_id)
    )


@bp.post("/task-names/<int:record_id>/close-all")
@needs(EDIT)
def close_all(record_id: int):
    """All tasks of a name with one of the chosen statuses are finished, in one change set."""
    name = load(TaskName, record_id, ["name"])["name"]
    address = f"/task-names/{record_id}"
    chosen = _chosen(record_id)
    try:
        with changes.recording(current_user.id, "bulk") as change_set:
            closed = task_actions.close_all(change_set, record_id, chosen)
            change_set.summary = (
                f"{name[:80]}: {len(closed)} {'task' if len(closed) == 1 else 'tasks'} closed"
            )
        db.session.commit()
    except Impossible as reason:
        db.session.rollback()
        return pages.answer(str(reason), address, bad=True, status=409)
    if not closed:
        return pages.answer("No task to close.", address, bad=True)
    return pages.answer(change_set.summary, address, change_set=change_set)


def _chosen(name_id: int) -> list[int]:
    """The statuses that were ticked; for whoever was not asked, those in whose way nothing stands."""
    if "asked" in request.form:
        return [int(text) for text in request.form.getlist("status") if is_id(text)]
    return [one.status.id for one in task_actions.closable(name_id) if one.is_usual]


def steps_of(of: Entity, row: Row) -> list[str]:
    """The steps that make sense for a task, if the person may take them; none for other records."""
    if of is not entity or "started_at" not in row.values or not may_write(current_user, Task):
        return []
    is_started, is_finished = row["started_at"] is not None, row["finished_at"] is not None
    sense = {"start": not is_started, "finish": not is_finished, "renew": is_started or is_finished}
    return [step for step, makes_sense in sense.items() if makes_sense]


def init_app(app) -> None:
    """Register the views and what the templates ask."""
    app.jinja_env.globals.update(steps_of=steps_of, has_steps=lambda of: of is entity)
    app.register_blueprint(bp)
