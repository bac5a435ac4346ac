"""Saved views: kept from a list, renamed, shared and deleted on a page of their own."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.grid.listing import from_text
from app.blueprints.wording import hidden_entities
from app.entities import registry
from app.extensions import db
from app.htmx import is_htmx
from app.models.views import SavedView
from app.security.access import may, require
from app.security.permissions import CONFIGURE, EDIT, SEE, needs
from app.services import changes, views
from app.services.drafts import Refused

bp = Blueprint("views", __name__, url_prefix="/views")


@bp.get("")
@needs(SEE)
def index():
    """One's own views and those that others share."""
    known = {
        entity.plural: entity for entity in registry.entities() if entity.plural not in hidden_entities()
    }
    found = [view for view in views.offered(current_user.id) if view.entity in known]
    return render_template("views/index.html", views=found, entities=known, may_change=_may_change)


@bp.post("")
@needs(EDIT)
def save():
    """Keep a list under a name."""
    plural = request.form.get("entity", "")
    if plural not in {entity.plural for entity in registry.entities()}:
        abort(404)
    found = from_text(registry.entity(plural), request.form.get("query", ""))
    query_string = found.own_address.partition("?")[2]
    changes.begin_write()
    try:
        views.save(current_user.id, plural, request.form.get("name", ""), query_string, _shared())
    except Refused as error:
        db.session.rollback()
        flash("Not saved: the name " + "; ".join(error.errors.values()), "error")
    else:
        db.session.commit()
    return redirect(found.own_address, 303)


@bp.post("/<int:view_id>")
@needs(EDIT)
def change(view_id: int):
    """Rename a view, share it or take it back."""
    changes.begin_write()
    view = _mine(view_id)
    try:
        views.change(view, request.form.get("name", ""), _shared())
    except Refused as error:
        db.session.rollback()
        flash("Not saved: the name " + "; ".join(error.errors.values()), "error")
    else:
        db.session.commit()
        flash("Saved.")
    return _back()


@bp.post("/<int:view_id>/delete")
@needs(EDIT)
def delete(view_id: int):
    """Forget a view."""
    changes.begin_write()
    view = _mine(view_id)
    name = view.name
    views.delete(view)
    db.session.commit()
    flash(f"The view “{name}” is deleted.")
    return _back()


def _shared() -> bool:
    return request.form.get("shared") == "1"


def _may_change(view: SavedView) -> bool:
    """Its owner, and for shared ones a lead."""
    if view.owner_id == current_user.id:
        return may(current_user, EDIT)
    return view.is_shared and may(current_user, CONFIGURE)


def _mine(view_id: int) -> SavedView:
    """A view that the person may change; those of others that are not shared do not exist."""
    view = views.find(view_id)
    if view.owner_id != current_user.id and not view.is_shared:
        abort(404)
    require(_may_change(view))
    return view


def _back() -> Response:
    return Response(headers={"HX-Redirect": "/views"}) if is_htmx() else redirect("/views", 303)
