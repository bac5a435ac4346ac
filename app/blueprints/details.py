"""The page of one record: its fields edited in place, where it is used, what happened to it."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask_login import current_user
from jinja2_fragments.flask import render_block

from app.blueprints.grid import here
from app.blueprints.grid.pieces import template_for
from app.blueprints.wording import hidden_entities
from app.entities import live, registry
from app.entities.entity import Entity, Field
from app.extensions import db
from app.htmx import is_htmx, wants_fragment
from app.models.users import User
from app.security.access import load, sees_internal
from app.security.permissions import OWN_ACCOUNT, SEE, SEE_INTERNAL, needs
from app.services import changes, deletion, preferences, stream
from app.services.reading import Named, Row, read_one
from app.services.shape import shape_of

LATELY, PAGE = 10, 50


def add_to(bp: Blueprint, entity: Entity) -> None:
    """Add the pages of a record to the entity's blueprint."""
    see = needs(SEE_INTERNAL if entity.internal else SEE)

    @bp.get("/<int:record_id>")
    @see
    def show(record_id: int):
        """The page of a record."""
        if "since" in request.args and wants_fragment():
            return _news(entity, record_id, request.args.get("since", 0, type=int))
        return _page(entity, record_id)

    @bp.get("/<int:record_id>/pane")
    @see
    def pane(record_id: int):
        """A record in few words, beside its list."""
        if not wants_fragment():
            return redirect(f"/{entity.plural}/{record_id}", 303)
        row = load(entity.model, record_id, _shown(entity))
        return render_template("entity/_pane.html", **_context(entity, row))

    @bp.get("/<int:record_id>/history")
    @see
    def history(record_id: int):
        """Everything that happened to a record; those in the bin have a history too."""
        return _history(entity, record_id)

    @bp.post("/sections")
    @needs(OWN_ACCOUNT)
    def sections():
        """Which sections of the page are open, kept with the person."""
        return _keep_section(entity)


def _shown(entity: Entity) -> list[str]:
    """All fields of a record, the hidden ones too."""
    return list(dict.fromkeys([*shape_of(entity.model), *(item.name for item in entity.fields)]))


def _page(entity: Entity, record_id: int) -> str:
    context = _context(entity, load(entity.model, record_id, _shown(entity)))
    template = template_for(entity, "show")
    return (
        render_block(template, "record", **context)
        if wants_fragment()
        else render_template(template, **context)
    )


def _context(entity: Entity, row: Row) -> dict[str, Any]:
    sections: dict[str, list[Field]] = {}
    for item in entity.visible(sees_internal(current_user)):
        sections.setdefault(item.section, []).append(item)
    lately, _ = stream.of_record(entity.model, row.id, hidden_entities(), limit=LATELY)
    return {
        "entity": entity,
        "row": row,
        "title": entity.title_of(row),
        "sections": sections,
        "lately": lately,
        "uses": _uses(entity, row),
        "closed": _closed(entity),
        "revision": changes.newest(),
    }


def _uses(entity: Entity, row: Row) -> list[dict[str, Any]]:
    """Where other records point at this one: how many, and the list that shows them."""
    found = []
    loose = {(model, attribute.name) for model, attribute in deletion.loosened_by(entity.model)}
    for model, attribute, _, count in deletion.uses(entity.model, [row.id]):
        try:
            user = registry.entity_for(model)
        except KeyError:
            continue
        if user.plural in hidden_entities() or attribute.name not in user.by_name:
            continue
        pairs = [(attribute.name, f"id:{row.id}"), *((key, "any") for key in user.usual)]
        found.append(
            {
                "entity": user,
                "label": user.field(attribute.name).label,
                "count": count,
                "blocks": (model, attribute.name) not in loose,
                "query": urlencode(pairs, safe=":"),
            }
        )
    return found


def _news(entity: Entity, record_id: int, since: int) -> Response | str:
    """What an open page has to catch up with; 204 only if there is no newer change set."""
    now_here, news = here.of(entity), live.news(entity, since)
    if news is None:
        if now_here is None or now_here.is_known:
            return Response(status=204)
        return render_template("entity/_live.html", revision=since, here=now_here, idle=True)
    row = read_one(entity.model, record_id, [*_shown(entity), "deleted_at"])
    if row is None or row["deleted_at"]:
        return render_template(
            "entity/_left.html", entity=entity, row=row, revision=news.revision, here=now_here
        )
    touched = news.refetch or record_id in news.changed or bool(news.arrived or news.left)
    if not touched:
        return render_template("entity/_live.html", revision=news.revision, here=now_here)
    context = _context(entity, row) | {"revision": news.revision}
    record = render_block(template_for(entity, "show"), "record", **context)
    by = news.changed.get(record_id)
    shown = {"record": record, "by": by, "revision": news.revision, "here": now_here}
    return render_template("entity/_news.html", **shown)


def _history(entity: Entity, record_id: int) -> str:
    row = read_one(entity.model, record_id, [entity.title_field.name, "deleted_at"])
    before = request.args.get("before", type=int)
    found, more = stream.of_record(entity.model, record_id, hidden_entities(), before, PAGE)
    if row is None and not found:
        abort(404)
    title = entity.title_of(row) if row else found[0].name
    context = {
        "entity": entity,
        "row": row,
        "record_id": record_id,
        "title": title,
        "changes": found,
        "more": more,
    }
    template = "entity/_history.html" if wants_fragment() else template_for(entity, "history")
    return render_template(template, **context)


def _closed(entity: Entity) -> frozenset[str]:
    """The sections that the person has closed."""
    kept = current_user.preferences.get("sections", {}).get(entity.plural, {})
    return frozenset(name for name, is_open in kept.items() if not is_open)


def _keep_section(entity: Entity) -> Response:
    name, is_open = request.form.get("section", "")[:40], request.form.get("open") == "1"
    if not name.replace("-", "").isalnum():
        abort(400, "which section?")
    changes.begin_write()
    mine = current_user.preferences.get("sections", {}).get(entity.plural, {}) | {name: is_open}
    preferences.keep(current_user.id, "sections", entity.plural, mine)
    db.session.commit()
    return Response(status=204) if is_htmx() else redirect(f"/{entity.plural}", 303)


def address_of(item: Field, value: Any) -> str:
    """The page of the record that a field points at; empty where there is none to see."""
    target = getattr(item.kind, "target", None)
    if target is None or target is User or not isinstance(value, Named):
        return ""
    return f"/{registry.entity_for(target).plural}/{value.id}"


def goes_along(entity: Entity, row: Row) -> str:
    """What goes to the bin together with a record, in words."""
    words = []
    for owned, attribute in deletion.owned_by(entity.model):
        owned_entity = registry.entity_for(owned)
        if owned_entity.plural not in hidden_entities() and (
            count := len(deletion.live_children(owned, attribute, [row.id]))
        ):
            words.append(f"{count} {owned_entity.one if count == 1 else owned_entity.label.lower()}")
    return ", ".join(words)


def init_app(app) -> None:
    """Give the templates what they ask."""
    app.jinja_env.globals.update(address_of=address_of, goes_along=goes_along)
