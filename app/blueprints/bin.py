"""The bin: what was deleted, to be brought back, or removed for good by an administrator."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.wording import hidden_entities
from app.entities import registry
from app.entities.entity import Entity
from app.extensions import db
from app.htmx import is_htmx
from app.security.access import may, may_delete, require
from app.security.permissions import ADMINISTER, DELETE, UNDO, needs
from app.services import bin as waste
from app.services import changes, restoring
from app.services.bin import Binned
from app.services.drafts import Refused
from app.services.reading import Row, read_one

bp = Blueprint("bin", __name__, url_prefix="/bin")

PAGE = 100


@bp.get("")
@needs(DELETE)
def index():
    """What is in the bin, latest first."""
    entities = [entity for entity in registry.entities() if entity.plural not in hidden_entities()]
    chosen = request.args.get("entity", "")
    page = max(1, request.args.get("page", 1, type=int))
    plurals = [entity.plural for entity in entities if chosen in ("", entity.plural)]
    found = waste.contents(plurals, PAGE + 1, (page - 1) * PAGE)
    return render_template(
        "bin/index.html",
        items=found[:PAGE],
        entities={entity.plural: entity for entity in entities},
        chosen=chosen,
        page=page,
        has_more=len(found) > PAGE,
    )


@bp.post("/<plural>/<int:record_id>/restore")
@needs(DELETE)
def restore(plural: str, record_id: int):
    """Bring a record back, with what went along with it."""
    entity, row = _binned(plural, record_id)
    require(_may_restore(entity, row))
    title = _title(entity, row)
    with changes.recording(current_user.id, "ui", f"{title} back from the bin") as change_set:
        errors = restoring.restore(change_set, entity.model, [record_id])
    db.session.commit()
    if errors:
        reasons = "; ".join(errors[record_id].values())
        return _answer(f"{title} stays in the bin: {reasons}", change_set, row, entity, bad=True)
    return _answer(change_set.summary, change_set, row, entity)


@bp.post("/<plural>/<int:record_id>/purge")
@needs(ADMINISTER)
def purge(plural: str, record_id: int):
    """Remove a record for good; only its history stays."""
    entity, row = _binned(plural, record_id)
    title = _title(entity, row)
    try:
        with changes.recording(current_user.id, "ui", f"{title} removed for good") as change_set:
            waste.purge(change_set, entity.model, record_id)
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _answer(f"{title} stays in the bin: {error}", None, row, entity, bad=True)
    return _answer(change_set.summary, None, row, entity)


def _binned(plural: str, record_id: int) -> tuple[Entity, Row]:
    try:
        entity = registry.entity(plural)
    except KeyError:
        abort(404)
    names = [entity.title_field.name, "deleted_at", "created_by", "updated_by"]
    row = read_one(entity.model, record_id, names)
    if plural in hidden_entities() or row is None or row["deleted_at"] is None:
        abort(404)
    return entity, row


def _may_restore(entity: Entity, row: Row) -> bool:
    """Who may delete it may bring it back; so may whoever put it there."""
    owner, by = row["created_by"], row["updated_by"]
    return may_delete(current_user, entity.model, owner.id if owner else None) or may(
        current_user, UNDO, by.id if by else None
    )


def _title(entity: Entity, row: Row) -> str:
    return entity.title_of(row)[:80]


def _answer(
    text: str, change_set, row: Row, entity: Entity, *, bad: bool = False
) -> Response | tuple[str, int]:
    if not is_htmx():
        flash(text, "error" if bad else "message")
        return redirect("/bin", 303)
    shown = {"text": text, "bad": bad, "change_set": change_set, "row_id": f"bin-{entity.plural}-{row.id}"}
    return render_template("bin/_answer.html", **shown), 409 if bad else 200


def restorable(item: Binned) -> bool:
    """True if the person may bring it back."""
    entity = registry.entity(item.entity)
    return may_delete(current_user, entity.model, item.created_by_id) or may(
        current_user, UNDO, item.deleted_by_id
    )


def init_app(app) -> None:
    """Register the pages and what their template asks."""
    app.jinja_env.globals["restorable"] = restorable
    app.register_blueprint(bp)
