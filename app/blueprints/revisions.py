"""The versions of a text: listed, compared line by line, brought back."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints import notes, report_items
from app.entities.entity import Entity
from app.extensions import db
from app.security.access import load
from app.security.permissions import EDIT, SEE, needs
from app.services import changes, records, revisions
from app.services.drafts import Missing
from app.services.revisions import Revision

ENTITIES = (notes.entity, report_items.entity)


def _blueprint(entity: Entity) -> Blueprint:
    bp = Blueprint(f"{entity.plural}_revisions", __name__, url_prefix=f"/{entity.plural}/<int:record_id>")

    @bp.get("/revisions")
    @needs(SEE)
    def index(record_id: int):
        """All versions, and what differs between two of them: the last two, unless others are asked for."""
        return _page(entity, record_id)

    @bp.post("/revisions/<int:number>/restore")
    @needs(EDIT)
    def restore(record_id: int, number: int):
        """An older text becomes the newest version."""
        return _restore(entity, record_id, number)

    return bp


def _page(entity: Entity, record_id: int) -> str:
    row = load(entity.model, record_id)
    found = revisions.of_record(entity.model, record_id)
    newest = found[-1].number
    new = _asked("new", newest, newest)
    old = _asked("old", max(1, new - 1), newest)
    return render_template(
        "revisions/index.html",
        entity=entity,
        row=row,
        title=entity.title_of(row),
        found=found,
        old=old,
        new=new,
        parts=revisions.compare(found[old - 1].text, found[new - 1].text),
    )


def _asked(name: str, otherwise: int, newest: int) -> int:
    number = request.args.get(name, otherwise, type=int)
    return number if 1 <= number <= newest else abort(404)


def _restore(entity: Entity, record_id: int, number: int) -> Response:
    found = revisions.of_record(entity.model, record_id)
    chosen = next((one for one in found if one.number == number), None) or abort(404)
    seen = next((one for one in found if one.number == request.form.get("base", type=int)), found[-1])
    change_set = _write(entity, record_id, chosen, seen)
    flash(
        change_set.summary if change_set.changes else f"The text is that of version {number} already",
        f"change-set {change_set.id}" if change_set.changes else "message",
    )
    return redirect(f"/{entity.plural}/{record_id}/revisions", 303)


def _write(entity: Entity, record_id: int, chosen: Revision, seen: Revision) -> changes.Recording:
    """`Conflict` if somebody saved another text since the page was shown."""
    try:
        with changes.recording(current_user.id, "ui") as change_set:
            values, base = {revisions.TEXT: chosen.text}, {revisions.TEXT: seen.text}
            draft = records.update(change_set, entity.model, record_id, values, base)
            change_set.summary = f"{entity.called(draft)}: version {chosen.number} restored"
        db.session.commit()
    except Missing:
        db.session.rollback()
        abort(404)
    return change_set


def init_app(app) -> None:
    """Register the pages of each entity whose texts are kept."""
    for entity in ENTITIES:
        app.register_blueprint(_blueprint(entity))
