"""List pages: which rows, the footer, the dialogs of filters and columns, and what is new since a revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import abort, redirect, render_template, request
from flask_login import current_user
from jinja2_fragments.flask import render_block
from werkzeug.wrappers import Response

from app.blueprints.grid import here
from app.blueprints.grid.listing import Listing, asked, from_text, is_from_form
from app.blueprints.grid.pieces import dialog_or_page, template_for
from app.entities import live, query, registry, tree
from app.entities.computed import rows
from app.entities.entity import Entity
from app.extensions import db
from app.htmx import wants_fragment
from app.security.access import sees_internal
from app.services import changes, preferences
from app.services.deletion import uses
from app.services.reading import Row

PAGE = 100
MOST_ROWS = 1050
"""As many rows a page may hold before the earlier ones leave it (`static/js/grid.js`)."""


def ids_of(found: Listing) -> list[int]:
    """All ids of a list, in its order."""
    return query.ids(found.query)


def rows_of(found: Listing, ids: Sequence[int], *more: str) -> list[Row]:
    """Rows of a list, with what its columns show, and more fields."""
    read = rows(found.entity, ids, [*found.names, *more])
    if found.counted:
        used = uses_of(found.entity, ids)
        for row in read:
            row.values["uses"] = used.get(row.id, [])
    if found.is_tree:
        standing = tree.places(found.query, ids)
        for row in read:
            row.values["place"] = standing[row.id]
    return read


@dataclass(frozen=True)
class Use:
    """How many records of an entity point at a record with one field, and where they are listed."""

    count: int
    words: str
    address: str


def uses_of(entity: Entity, ids: Sequence[int]) -> dict[int, list[Use]]:
    """Who points at these records, by their ids."""
    found: dict[int, list[Use]] = {}
    for model, attribute, record_id, total in uses(entity.model, ids):
        other = registry.entity_for(model)
        if not other.internal or sees_internal(current_user):
            address = f"/{other.plural}?{attribute.name}=id:{record_id}"
            found.setdefault(record_id, []).append(Use(total, other.label.lower(), address))
    return found


def index(entity: Entity) -> str | Response:
    """The list page, its fragment, its next rows, or what is new since a revision."""
    if wants_fragment() and "since" in request.args:
        return _poll(entity)
    found = asked(entity)
    if is_from_form():
        return redirect(found.own_address)
    revision = changes.newest()
    after = request.args.get("after", type=int)
    size = min(max(request.args.get("rows", PAGE, type=int), 1), MOST_ROWS)
    ids, more = _page(found, size, after)
    context = {
        "entity": entity,
        "listing": found,
        "rows": rows_of(found, ids),
        "more": more,
        "revision": revision,
    }
    template = template_for(entity, "list")
    if wants_fragment() and (after or "rows" in request.args):
        return render_block(template, "rows", **context)
    # a page that holds all of them says how many there are
    is_whole = not (after or more or found.is_tree)
    context["total"] = len(ids) if is_whole else query.count(found.query)
    if wants_fragment():
        return render_block(template, "list", is_fragment=True, **context)
    return render_template(template, **context)


def _page(found: Listing, size: int, after: int | None) -> tuple[list[int], int | None]:
    """Some rows of a list, and the one after which there are more; of a tree, what is at the left with all below."""
    wanted = tree.tops(found.query) if found.is_tree else found.query
    ids = query.ids(wanted, limit=size + 1, after=after)
    if not found.is_tree:
        return ids[:size], ids[size - 1] if len(ids) > size else None
    rows: list[int] = []
    for top, branch in zip(ids[:size], tree.unfolded(found.query, ids[:size], found.folded), strict=True):
        rows += branch
        if len(rows) >= size and top != ids[-1]:
            return rows, top
    return rows, None


def _poll(entity: Entity) -> str | Response:
    """What changed since: 204 only if there is no newer change set, before the filters are even read."""
    since = request.args.get("since", 0, type=int)
    now_here, latest = here.of(entity), live.news(entity, since)
    if latest is None:
        return here.alone(now_here)
    found = asked(entity)
    matching = set() if latest.refetch else query.matching(found.query, sorted(latest.changed))
    gone = sorted(set(latest.changed) - matching)
    # rows of a tree stand elsewhere now
    latest.refetch |= found.is_tree and (bool(gone) or tree.tree_of(entity) in latest.fields)
    return render_template(
        "entity/poll.html",
        entity=entity,
        listing=found,
        news=latest,
        revision=latest.revision,
        here=now_here,
        rows=rows_of(found, sorted(matching)),
        gone=gone,
    )


def counts(entity: Entity) -> str:
    """The footer: how many rows there are, and by status."""
    found = asked(entity)
    by_status = query.counts_by(found.query, "status") if entity.has("status") else []
    return render_template(
        "entity/_counts.html", listing=found, total=query.count(found.query), by_status=by_status
    )


def names(entity: Entity) -> Response:
    """The names of all records that match, one per line, to be copied."""
    found = from_text(entity, request.form.get("query") or request.query_string.decode())
    read = rows(entity, ids_of(found), [entity.title_field.name])
    text = "\n".join(entity.title_of(row) for row in read)
    return Response(text, mimetype="text/plain")


def filter_dialog(found: Listing) -> str:
    """The dialog in which one filter of a list is set."""
    entity = found.entity
    fields = entity.filterable(sees_internal(current_user))
    item = fields.get(request.args.get("field", "")) or abort(404)
    kept = [pair for pair in found.pairs if pair[0].partition(".")[0] not in (item.name, "field")]
    return dialog_or_page("entity/filter.html", entity=entity, listing=found, item=item, kept=kept)


def columns_dialog(entity: Entity) -> str:
    """The dialog in which the columns are chosen."""
    found = asked(entity)
    shown = [item.name for item in found.columns]
    query_string = urlencode(found.without("columns"), safe=":,")
    return _columns(
        entity, [*shown, *(name for name in _listed(entity) if name not in shown)], shown, query_string
    )


def moved_columns(entity: Entity) -> str:
    """The same with what is ticked, one column moved by a line: `move` is `status:-1` or `status:1`."""
    order = [name for name in request.form.getlist("order") if name in _listed(entity)]
    name, _, way = request.form["move"].partition(":")
    if name not in order or way not in ("1", "-1"):
        abort(400, "move: a column, and -1 or 1")
    at = order.index(name)
    order.insert(max(0, at + int(way)), order.pop(at))
    return _columns(entity, order, request.form.getlist("columns"), request.form.get("query", ""))


def _columns(entity: Entity, order: list[str], ticked: list[str], query_string: str) -> str:
    items = [entity.field(name) for name in order]
    return dialog_or_page(
        "entity/columns.html", entity=entity, items=items, ticked=ticked, query=query_string
    )


def save_columns(entity: Entity) -> str:
    """Keep the choice of columns with the person, or forget it and the widths; gives the list's address."""
    known = _listed(entity)
    chosen = [name for name in request.form.getlist("columns") if name in known]
    changes.begin_write()
    if "reset" in request.form:
        preferences.keep(current_user.id, "columns", entity.plural, [])
        preferences.keep(current_user.id, "widths", entity.plural, {})
    else:
        preferences.keep(current_user.id, "columns", entity.plural, chosen)
    db.session.commit()
    query_string = request.form.get("query", "")
    return f"/{entity.plural}?{query_string}" if query_string else f"/{entity.plural}"


def save_widths(entity: Entity) -> None:
    """Keep the widths of columns with the person."""
    known = _listed(entity)
    widths = {name: int(text) for name, text in request.form.items() if name in known and text.isdecimal()}
    changes.begin_write()
    preferences.keep_widths(current_user.id, entity.plural, widths)
    db.session.commit()


def _listed(entity: Entity) -> list[str]:
    return [item.name for item in entity.visible(sees_internal(current_user)) if item.listed]
