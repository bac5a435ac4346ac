"""Notes and report items on one page, in the order of the report: read, written and ordered there."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask_login import current_user
from jinja2_fragments.flask import render_block

from app.blueprints import notes, report_items
from app.blueprints.grid import here, lists
from app.blueprints.grid.listing import NO_FILTERS, Listing, Pairs, listing
from app.entities import live, query
from app.entities.entity import Entity
from app.entities.live import News
from app.entities.query import RESERVED
from app.extensions import db
from app.htmx import is_htmx, wants_fragment
from app.models.changes import Change
from app.security.access import load
from app.security.permissions import EDIT, SEE, needs
from app.services import changes, ordering
from app.services.drafts import Missing
from app.services.reading import Named, Row, read

bp = Blueprint("documentation", __name__)

PATH, TEMPLATE = "/documentation", "documentation/index.html"
MOST = 500
"""More are not shown at once."""
ENTITIES = (notes.entity, report_items.entity)
_ORDER = {"position", "title", "headline", "subheadline", "system"}
"""What the order of the page, or its table of contents, depends on."""


@dataclass
class Item:
    """A note or report item on the page, between those that it can be moved before and after."""

    entity: Entity
    row: Row
    before: int | None = None
    after: int | None = None

    @property
    def anchor(self) -> str:
        """Its place on the page: `note-17`."""
        return f"{self.entity.singular}-{self.row.id}"

    @property
    def title(self) -> str:
        """What the table of contents calls it."""
        if self.entity is notes.entity:
            return self.row["title"]
        return " – ".join(part for part in (self.row["headline"].name, self.row["subheadline"]) if part)


@dataclass
class Part:
    """Items that are ordered among themselves: all notes, or the report items of a system."""

    system: Named | None
    items: list[Item]


@dataclass
class Shown:
    """The page as somebody asked for it: its filters, and which notes and report items match."""

    listing: Listing
    ids: dict[Entity, list[int]]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(map(len, self.ids.values()))

    def parts(self) -> list[Part]:
        """Notes first, then system by system."""
        noted, reported = (self._items(entity) for entity in ENTITIES)
        by_system = groupby(reported, key=lambda item: item.row["system"])
        parts = [(None, noted), *((system, list(items)) for system, items in by_system)]
        return [Part(system, _linked(items)) for system, items in parts if items]

    def _items(self, entity: Entity) -> list[Item]:
        room = MOST if entity is notes.entity else max(0, MOST - len(self.ids[notes.entity]))
        return rows_of(entity, self.ids[entity][:room])


def rows_of(entity: Entity, ids: Iterable[int]) -> list[Item]:
    """The items with these ids."""
    return [Item(entity, row) for row in read(entity.model, list(ids), [item.name for item in entity.fields])]


def _linked(items: list[Item]) -> list[Item]:
    for one, other in zip(items, items[1:], strict=False):
        one.after, other.before = other.row.id, one.row.id
    return items


def _asked() -> Shown:
    """A filter that only report items have leaves the notes out."""
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] != "sort"]
    found = listing(report_items.entity, pairs, PATH)
    ids = {notes.entity: [], report_items.entity: query.ids(found.query)}
    if all(_is_of_notes(key) for key, _ in found.pairs):
        ids[notes.entity] = query.ids(listing(notes.entity, found.pairs, PATH).query)
    return Shown(found, ids)


def _is_of_notes(key: str) -> bool:
    return key in RESERVED or notes.entity.has(key.partition(".")[0])


@bp.get(PATH)
@needs(SEE)
def index():
    """The page, its fragment, or what an open one has to catch up with."""
    if wants_fragment() and "since" in request.args:
        return _news(request.args.get("since", 0, type=int))
    return _page()


def _page() -> str:
    revision, shown = changes.newest(), _asked()
    context = {"shown": shown, "listing": shown.listing, "entity": shown.listing.entity}
    context |= {"parts": shown.parts(), "most": MOST, "revision": revision}
    render = render_block if wants_fragment() else render_template
    return render(TEMPLATE, "list", **context) if wants_fragment() else render(TEMPLATE, **context)


@bp.get(f"{PATH}/filter")
@needs(SEE)
def filter_dialog():
    """The dialog that sets one filter."""
    return lists.filter_dialog(_asked().listing)


def _news(since: int) -> Response | str:
    """The changed items, or that the page must be fetched again; 204 only if nothing is newer."""
    found = [(entity, news) for entity in ENTITIES if (news := live.news(entity, since))]
    now_here = here.of()
    if len(found) < len(ENTITIES):
        return here.alone(now_here)
    shown = _asked()
    context = {"revision": min(news.revision for _, news in found), "here": now_here}
    touched = [news for _, news in found if news.changed or news.refetch]
    whole = any(news.refetch or news.arrived or news.left for news in touched)
    if touched and (whole or shown.listing.is_narrowed or _is_reordered(since)):
        again = News(context["revision"], refetch=True)
        return render_template("entity/_live.html", news=again, **context)
    items = [item for entity, news in found for item in rows_of(entity, sorted(news.changed))]
    return render_template("documentation/_news.html", items=items, **context)


def _is_reordered(since: int) -> bool:
    plurals = [entity.plural for entity in ENTITIES]
    diffs = sa.select(Change.diff).where(Change.change_set_id > since, Change.entity.in_(plurals))
    return any(_ORDER & diff.keys() for diff in db.session.scalars(diffs))


@bp.post(f"{PATH}/<plural>/<int:record_id>/move")
@needs(EDIT)
def move(plural: str, record_id: int):
    """An item, put before or after another one; the page in its new order."""
    entity = next((one for one in ENTITIES if one.plural == plural), None) or abort(404)
    after, neighbour = "after" in request.form, request.form.get("after", type=int)
    neighbour = neighbour if after else request.form.get("before", type=int)
    row = load(entity.model, record_id)
    try:
        with changes.recording(current_user.id, "ui", f"{entity.title_of(row)} moved") as change_set:
            siblings = query.ids(query.understand(entity, _siblings(entity, row)))
            ordering.move(change_set, entity.model, record_id, siblings, neighbour or 0, after=after)
        db.session.commit()
    except Missing:
        db.session.rollback()
        abort(409, "The other one is not there any more; nothing was moved.")
    return _moved(change_set, f"{entity.singular}-{record_id}")


def _siblings(entity: Entity, row: Row) -> Pairs:
    return [("system", f"id:{row['system'].id}")] if entity is report_items.entity else []


def _moved(change_set: changes.Recording, anchor: str) -> Response | str:
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in NO_FILTERS]
    if not is_htmx():
        flash(change_set.summary)
        address = listing(report_items.entity, pairs, PATH).own_address
        return redirect(f"{address}#{anchor}", 303)
    toast = render_template("entity/_toast.html", text=change_set.summary, change_set=change_set)
    return _page() + toast
