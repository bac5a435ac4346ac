"""The activity stream, single change sets, and their undo."""

from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.blueprints.grid.pieces import lead_to
from app.blueprints.wording import headline, hidden_entities
from app.entities import registry
from app.entities.scalars import DateTime
from app.extensions import db
from app.htmx import is_htmx, wants_fragment
from app.models.changes import Change
from app.models.users import User
from app.security.access import may, may_undo, require
from app.security.permissions import SEE, UNDO, needs
from app.services import changes, jobs, stream, undo
from app.services.reading import field_of
from app.services.stream import Told, Wanted
from app.times import zone

bp = Blueprint("activity", __name__)

INLINE = 5000
"""An undo of more changes than this is a job."""
_FILTERS = ("actor", "entity", "source", "from", "to")


@bp.get("/activity")
@needs(SEE)
def index():
    """Everything that happened, newest first."""
    wanted, errors = _wanted(request.args)
    sets, more = stream.newest(wanted, request.args.get("before", type=int))
    kept = [(key, value) for key in _FILTERS if (value := request.args.get(key))]
    older = f"/activity?{urlencode([*kept, ('before', more)])}" if more else ""
    if wants_fragment():
        return render_template("activity/_sets.html", sets=sets, older=older)
    return render_template(
        "activity/index.html",
        sets=sets,
        older=older,
        people=_people(),
        entities=[entity for entity in registry.entities() if entity.plural not in wanted.hidden],
        sources=stream.sources(),
        errors=errors,
        is_filtered=bool(kept),
    )


def _wanted(args: MultiDict[str, str]) -> tuple[Wanted, dict[str, str]]:
    """What the filters ask for; a time that can't be read is said and left out."""
    times: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name in ("from", "to"):
        try:
            times[name] = _kind_of_time().parse(args.get(name, ""), zone())
        except ValueError as error:
            errors[name] = str(error)
    wanted = Wanted(
        actor_id=args.get("actor", type=int),
        entity=args.get("entity", ""),
        source=args.get("source", ""),
        since=times.get("from"),
        until=times.get("to"),
        hidden=hidden_entities(),
    )
    return wanted, errors


def _kind_of_time() -> DateTime:
    return DateTime(field_of(User, "created_at"), User)


def _people() -> list[tuple[int, str]]:
    return list(db.session.execute(sa.select(User.id, User.username).order_by(User.username_key)))


@bp.get("/change-sets/<int:change_set_id>")
@needs(SEE)
def show(change_set_id: int):
    """A change set with all its changes."""
    told = _told(change_set_id)
    after = request.args.get("after", 0, type=int)
    found, more = stream.changes_of(change_set_id, hidden_entities(), after)
    context = {"told": told, "changes": found, "more": more}
    if wants_fragment():
        return render_template("activity/_changes.html", **context)
    return render_template("activity/show.html", **context)


def _told(change_set_id: int) -> Told:
    return stream.one(change_set_id, hidden_entities()) or abort(404)


@bp.post("/change-sets/<int:change_set_id>/undo")
@needs(UNDO)
def undo_one(change_set_id: int):
    """Put back what a change set changed; what has changed since stays and is named."""
    told = _told(change_set_id)
    require(may_undo(current_user, told.head))
    summary = f"Undo: {headline(told)}"
    if told.head.change_count > INLINE:
        return _as_job(change_set_id, summary)
    with changes.recording(current_user.id, "undo", summary, undo_of_id=change_set_id) as change_set:
        result = undo.undo(change_set, change_set_id)
    db.session.commit()
    return _answer(change_set_id, change_set.id if change_set.changes else None, result)


def _as_job(change_set_id: int, summary: str) -> Response:
    arguments = {"number": change_set_id}
    job = jobs.enqueue(
        "undo", "app.jobs.undo.undo_change_set", arguments, title=summary[:255], actor_id=current_user.id
    )
    return lead_to(job)


def _answer(undone_id: int, undo_id: int | None, result: undo.Undone) -> Response | str:
    skipped = _named(undone_id, result.skipped)
    text = f"{result.count} put back" if undo_id else "Nothing was put back"
    if skipped:
        text += f", {len(skipped)} left as they are"
    if not is_htmx():
        flash(text, "message" if undo_id else "error")
        for item in skipped[:20]:
            flash(f"{item['name']}: {item['label']} {item['reason']}", "error")
        return redirect(f"/change-sets/{undo_id or undone_id}", 303)
    return render_template(
        "activity/_undone.html",
        text=text,
        skipped=skipped,
        undone=_told(undone_id),
        fresh=_told(undo_id) if undo_id else None,
    )


def _named(undone_id: int, skipped: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What an undo left alone, with the names of records and fields."""
    names: dict[tuple[str, int], str] = {}
    if skipped:
        rows = sa.select(Change.entity, Change.record_id, Change.name)
        for entity, record_id, name in db.session.execute(rows.where(Change.change_set_id == undone_id)):
            names[entity, record_id] = name
    return [
        item | {"name": names.get((item["entity"], item["record"]), ""), "label": _label(item)}
        for item in skipped
    ]


def _label(item: dict[str, Any]) -> str:
    """The label; of a record without pages (a setting), of a former field or of the whole record the bare name."""
    try:
        return registry.entity(item["entity"]).field(item["field"]).label
    except KeyError:
        return item["field"]


def undoable(told: Told) -> bool:
    """True if the person is offered the undo; what it touches is checked when they ask for it."""
    return told.undone_by is None and may(current_user, UNDO, told.head.actor_id)


def init_app(app) -> None:
    """Register the pages and what their templates ask."""
    app.jinja_env.globals["undoable"] = undoable
    app.register_blueprint(bp)
