"""Merging two rows of a lookup, or two tags: the question, and doing it."""

from flask import Blueprint, abort, flash, render_template, request
from flask_login import current_user

from app.blueprints.grid.lists import uses_of
from app.blueprints.grid.pieces import OFFERED, leave
from app.entities import registry
from app.entities.choices import choice_rows
from app.entities.entity import Entity
from app.entities.links import pick
from app.extensions import db
from app.htmx import wants_fragment
from app.models.systems import System
from app.security.access import load, may
from app.security.permissions import CONFIGURE, needs
from app.services import changes, lookups, merging
from app.services.drafts import Missing, Refused

bp = Blueprint("merging", __name__)


def mergeable(plural: str) -> Entity:
    """The entity of an address whose rows can be merged, or 404."""
    try:
        entity = registry.entity(plural)
    except KeyError:
        abort(404)
    return entity if merging.is_mergeable(entity.model) else abort(404)


@bp.get("/<plural>/<int:record_id>/merge")
@needs(CONFIGURE)
def ask(plural: str, record_id: int):
    """Into which other row?"""
    return _ask(mergeable(plural), record_id)


def _ask(entity: Entity, record_id: int, into: str = "", error: str = "") -> str:
    row = load(entity.model, record_id, [entity.title_field.name])
    others = [one for one in choice_rows(entity.model, "", OFFERED * 4) if one.id != record_id]
    context = {"row": row, "title": entity.title_of(row), "others": others, "into": into, "error": error}
    template = "lookups/_merge_dialog.html" if wants_fragment() else "lookups/merge.html"
    return render_template(
        template, entity=entity, uses=uses_of(entity, [record_id]).get(record_id, []), **context
    )


@bp.post("/<plural>/<int:record_id>/merge")
@needs(CONFIGURE)
def merge(plural: str, record_id: int):
    """Everything that points at the row points at the other one; the row goes to the bin."""
    entity, into = mergeable(plural), request.form.get("into", "").strip()
    try:
        with changes.recording(current_user.id, "merge") as change_set:
            other = into_row(entity, into)
            merging.merge(change_set, entity.model, record_id, other)
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _ask(entity, record_id, into, "; ".join(error.errors.values())), 422
    except Missing:
        db.session.rollback()
        abort(404)
    flash(change_set.summary, f"change-set {change_set.id}")
    return leave(f"/{plural}/{other}")


def into_row(entity: Entity, raw: object) -> int:
    """The id of the row that is meant by id or by name; `Refused` says what there is none of."""
    try:
        chosen = pick(raw)
        if chosen is None:
            raise ValueError("is required")
        return lookups.resolve(None, entity.model, chosen)
    except ValueError as error:
        raise Refused({"into": str(error)}) from None


def init_app(app) -> None:
    """Register the pages and what the head of a record asks."""
    app.jinja_env.globals["may_merge"] = lambda entity: (
        (entity.model is System or merging.is_mergeable(entity.model)) and may(current_user, CONFIGURE)
    )
    app.register_blueprint(bp)
