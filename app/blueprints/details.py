"""The page of one record: its fields edited in place, where it is used, what happened to it."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask_login import current_user
from jinja2_fragments.flask import render_block
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints import related, sections
from app.blueprints.grid import here
from app.blueprints.grid.pieces import template_for
from app.blueprints.wording import hidden_entities
from app.entities import live, registry
from app.entities.entity import Entity, Field
from app.htmx import wants_fragment
from app.models.users import User
from app.security.access import load, sees_internal
from app.security.permissions import OWN_ACCOUNT, SEE, SEE_INTERNAL, needs
from app.services import changes, deletion, merging, stream
from app.services.reading import Named, Row, read_one
from app.services.shape import shape_of

LATELY, PAGE = 10, 50
FOLDED = {"virtualization", "options", "record"}
"""Sections of fields that are closed until somebody opens them."""


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

    @bp.get("/<int:record_id>/related/<key>")
    @see
    def related_part(record_id: int, key: str):
        """A section of what points at the record, when it is opened."""
        load(entity.model, record_id, [entity.title_field.name])
        return related.part_of(entity, record_id, key)

    @bp.get("/<int:record_id>/history")
    @see
    def history(record_id: int):
        """Everything that happened to a record; those in the bin have a history too."""
        return _history(entity, record_id)

    @bp.post("/sections")
    @needs(OWN_ACCOUNT)
    def keep_section():
        """Which sections of the page are open, kept with the person."""
        return sections.keep(entity.plural)


def _led_on(entity: Entity, record_id: int) -> BaseResponse:
    """Who follows a link to what was merged meanwhile comes to what it was merged into; else 404."""
    survivor = merging.survivor_of(entity.model, record_id) or abort(404)
    row = load(entity.model, survivor, [entity.title_field.name])
    flash(f"What the link meant was merged into {entity.title_of(row)[:80]}.")
    return redirect(f"/{entity.plural}/{survivor}")


def _shown(entity: Entity) -> list[str]:
    """All fields of a record, the hidden ones too."""
    return list(dict.fromkeys([*shape_of(entity.model), *(item.name for item in entity.fields)]))


def _page(entity: Entity, record_id: int) -> str | BaseResponse:
    try:
        row = load(entity.model, record_id, _shown(entity))
    except NotFound:
        return _led_on(entity, record_id)
    context = _page_context(entity, row)
    template = template_for(entity, "show")
    return (
        render_block(template, "record", **context)
        if wants_fragment()
        else render_template(template, **context)
    )


def _page_context(entity: Entity, row: Row) -> dict[str, Any]:
    context = _context(entity, row)
    return context | {"related": related.sections(entity, row.id, context["closed"])}


def _context(entity: Entity, row: Row) -> dict[str, Any]:
    by_section: dict[str, list[Field]] = {}
    for item in entity.visible(sees_internal(current_user)):
        if not item.kind.is_computed:
            by_section.setdefault(item.section, []).append(item)
    lately, _ = stream.of_record(entity.model, row.id, hidden_entities(), limit=LATELY)
    return {
        "entity": entity,
        "row": row,
        "title": entity.title_of(row),
        "sections": by_section,
        "lately": lately,
        "blocked": row.id in deletion.blockers(entity.model, [row.id]),
        "closed": sections.closed(entity.plural, FOLDED | related.folded_in(entity)),
        "revision": changes.newest(),
    }


def _news(entity: Entity, record_id: int, since: int) -> Response | str:
    """What an open page has to catch up with; 204 only if there is no newer change set."""
    now_here, news = here.of(entity), live.news(entity, since)
    if news is None:
        return here.alone(now_here)
    row = read_one(entity.model, record_id, [*_shown(entity), "deleted_at"])
    if row is None or row["deleted_at"]:
        return render_template(
            "entity/_left.html", entity=entity, row=row, revision=news.revision, here=now_here
        )
    touched = news.refetch or record_id in news.changed or related.is_touched(entity, record_id, since)
    if not touched:
        return render_template("entity/_live.html", revision=news.revision, here=now_here)
    context = _page_context(entity, row) | {"revision": news.revision}
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
