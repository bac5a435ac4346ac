"""Settings of the team, and what every status means: no other place administers them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.frame import offers
from app.blueprints.wording import hidden_entities
from app.entities import query, registry
from app.entities.entity import Entity, Field
from app.entities.registry import entities
from app.extensions import db
from app.models.lookups import State
from app.models.settings import Setting
from app.security.permissions import CONFIGURE, SEE, STATES, needs
from app.services import changes, ordering, settings, stream
from app.services.deletion import uses
from app.services.drafts import Refused
from app.services.reading import Row, read

bp = Blueprint("settings", __name__, url_prefix="/settings")

TOLD = 8
"""So many of the latest changes are shown."""
LAST = ("is_default", "is_retired", "note")


@bp.get("")
@needs(CONFIGURE)
def index() -> str:
    """The decisions, each with its effect."""
    return _page({}, settings.all_values())


def _page(errors: dict[str, str], values: dict[str, Any]) -> str:
    told, _ = stream.newest(stream.Wanted(entity=Setting.__tablename__, hidden=hidden_entities()), limit=TOLD)
    options = [(option, _choices(option)) for option in settings.OPTIONS]
    shown = {"options": options, "values": values, "now": settings.all_values(), "told": told}
    return render_template("settings/index.html", errors=errors, states=_state_entities(), **shown)


def _choices(option: settings.Option) -> tuple[tuple[Any, str], ...]:
    """What there is to choose; pages only where there is such a page."""
    if option.name != "landing":
        return option.choices
    return tuple(pair for pair in option.choices if offers(f"/{pair[0]}"))


@bp.post("")
@needs(CONFIGURE)
def save() -> BaseResponse | tuple[str, int]:
    """Decide anew: what was not touched is not written, what another lead changed meanwhile is refused."""
    values = {name: _read(name, text) for name, text in request.form.items() if name in settings.BY_NAME}
    seen = {name: _read(name, request.form.get(f"base.{name}", "")) for name in values}
    touched = {name: value for name, value in values.items() if value != seen[name]}
    try:
        with changes.recording(current_user.id, "ui") as change_set:
            differing = settings.change(change_set, touched, seen)
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _page(error.errors, settings.all_values() | values), 422
    flash(
        change_set.summary or "Nothing was changed.",
        f"change-set {change_set.id}" if differing else "message",
    )
    return redirect("/settings", 303)


def _read(name: str, text: str) -> Any:
    """The value that a form means: the choices are told apart by how they are written."""
    spelled = {str(value): value for value, _ in settings.BY_NAME[name].choices}
    return spelled.get(text, text.strip())


@bp.get("/<int:record_id>/history")
@needs(SEE)
def history(record_id: int) -> BaseResponse:
    """What happened to the settings: part of the activity."""
    return redirect("/activity?entity=settings", 302)


def _state_entities() -> list[Entity]:
    return [one for one in entities() if issubclass(one.model, State)]


@bp.get("/statuses")
@needs(SEE)
def statuses() -> str:
    """Every list of statuses with what each of them means, edited in place."""
    return render_template("settings/statuses.html", parts=[_part(one) for one in _state_entities()])


def _part(entity: Entity) -> tuple[Entity, list[Field], list[Row]]:
    """A list of statuses: which columns say what they mean, its rows in their order, how often each is used."""
    own = [item.name for item in entity.fields if item.default and not item.link and item.name not in LAST]
    fields = [entity.field(name) for name in [*own, *LAST] if name not in ("updated_at", "note")]
    ids = query.ids(query.understand(entity, [("sort", "position,name")]))
    rows = read(entity.model, ids, ["name", "note", *(item.name for item in fields)])
    used: dict[int, int] = {}
    for model, _, record_id, total in uses(entity.model, ids):
        if registry.entity_for(model).plural not in hidden_entities():
            used[record_id] = used.get(record_id, 0) + total
    for row in rows:
        row.values["uses"] = used.get(row.id, 0)
    return entity, [*fields, entity.field("note")], rows


@bp.post("/statuses/<plural>/<int:record_id>/move")
@needs(STATES)
def move(plural: str, record_id: int) -> BaseResponse | tuple[str, int]:
    """A status, one place up or down."""
    entity = next((one for one in _state_entities() if one.plural == plural), None)
    if entity is None:
        return redirect("/settings/statuses", 303)
    by = -1 if request.form.get("by") == "-1" else 1
    with changes.recording(current_user.id, "ui", f"Order of {entity.label.lower()}") as change_set:
        ordering.shift(change_set, entity.model, record_id, by)
    db.session.commit()
    return redirect(f"/settings/statuses#{plural}", 303)
