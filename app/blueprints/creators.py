"""Artifacts and tasks for many systems at once: those of a list, of a set, picked or pasted ones."""

from typing import Any

from flask import Blueprint, request
from flask_login import current_user

from app.blueprints import giving
from app.blueprints.grid.pieces import dialog_or_page, offered
from app.blueprints.pasting import pasted_text
from app.entities import registry
from app.entities.entity import Entity, Field
from app.entities.links import pick
from app.entities.several import as_list
from app.importing import creators
from app.importing.pasted import understood
from app.models.systems import System
from app.security.access import sees_internal
from app.security.permissions import EDIT, needs
from app.services import lookups
from app.services.drafts import Refused
from app.services.naming import Answer
from app.times import zone

bp = Blueprint("creators", __name__)


@bp.get("/artifacts/create", defaults={"plural": "artifacts"})
@bp.get("/tasks/create", defaults={"plural": "tasks"})
@needs(EDIT)
def ask(plural: str) -> str:
    """What do the systems get, and which of them? `ids`, `query` or `set` name them, `ticked` the rows of the list."""
    return _dialog(registry.entity(plural))


@bp.post("/artifacts/create", defaults={"plural": "artifacts"})
@bp.post("/tasks/create", defaults={"plural": "tasks"})
@needs(EDIT)
def create(plural: str) -> giving.Answered:
    """Tell what the systems would get; with `apply`, make it, as one change set."""
    entity = registry.entity(plural)
    if "begin" in request.form:
        return _dialog(entity)
    return giving.respond(lambda: _order(entity), lambda **more: _dialog(entity, **more))


def _order(entity: Entity) -> giving.Order:
    """What the form asks for; `Refused` if it makes no sense."""
    values: dict[str, Any] = {name: text for name, text in _typed_in(entity).items() if text}
    values[creators.each_of(entity).name] = _each(entity)
    see, again = sees_internal(current_user), "again" in request.form
    wanted = creators.parse(entity, values, again=again, zone=zone(), see_internal=see)
    ids, pasted = _systems()
    if "apply" in request.form and not wanted.picks:
        raise Refused({creators.each_of(entity).name: "choose at least one"})
    if "apply" in request.form and not ids:
        raise Refused({"systems": "name at least one"})
    return order(wanted, values, ids, str(zone()), pasted)


def order(
    wanted: creators.Asked,
    values: dict[str, Any],
    ids: list[int],
    zone_name: str,
    pasted: Answer | None = None,
) -> giving.Order:
    """What these systems get; a job reads the raw values anew (times without a zone mean the one that is named)."""
    asked = {"values": values, "again": wanted.again, "zone": zone_name}
    return giving.Order(
        source="creator",
        address=f"/{wanted.entity.plural}/create",
        plan=lambda change_set: wanted.plan(change_set, ids),
        function="create",
        arguments={"plural": wanted.entity.plural, "asked": asked, "system_ids": ids},
        pasted=pasted or Answer(),
    )


def _systems() -> tuple[list[int], Answer]:
    """The systems that are meant, and what each pasted line is."""
    if _is_listed():
        return giving.listed_systems(), Answer()
    try:
        picks = [one for text in as_list(request.form.get("systems")) if (one := pick(text))]
        picked = lookups.resolve_all(None, System, picks)
    except ValueError as error:
        raise Refused({"systems": str(error)}) from None
    pasted = understood(pasted_text())
    return list(dict.fromkeys([*picked, *pasted.ids])), pasted


def _is_listed() -> bool:
    """True if a list says which systems are meant, not the form."""
    return bool(request.values.get("ids")) or "query" in request.values or "ticked" in request.args


def _each(entity: Entity) -> list[str]:
    """What every system gets: boxes that are ticked, and names that are typed."""
    return [one for text in request.values.getlist(creators.each_of(entity).name) for one in as_list(text)]


def _fields(entity: Entity) -> list[Field]:
    return creators.fields_of(entity, sees_internal(current_user))


def _typed_in(entity: Entity) -> dict[str, str]:
    return {item.name: "; ".join(request.values.getlist(item.name)) for item in _fields(entity)}


def _dialog(entity: Entity, **more: Any) -> str:
    each, sections = creators.each_of(entity), dict[str, list[Field]]()
    for item in _fields(entity):
        sections.setdefault(item.section, []).append(item)
    choices, complete = offered(each)
    chosen = _each(entity)
    known = {value for one in choices for value in (f"id:{one.id}", one.name)}
    context = {
        "entity": entity, "each": each, "choices": choices, "complete": complete, "chosen": chosen,
        "others": "; ".join(one for one in chosen if one not in known), "sections": sections,
        "typed_in": _typed_in(entity), "errors": {}, "listed": _is_listed(), "asked": _named(),
        "text": pasted_text(), "system": registry.entity("artifacts").field("system"),
        "again": "again" in request.values,
    }  # fmt: skip
    return dialog_or_page("giving/create.html", **context | more)


def _named() -> dict[str, str]:
    """How the systems are named, for the next request."""
    names = ("ids", "query", "systems")
    return {name: request.values[name] for name in names if name in request.values}
