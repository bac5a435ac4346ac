"""The standard pages of an entity, as plain views on a blueprint of its own."""

from flask import Blueprint, Response, redirect, render_template, request

from app.blueprints import details
from app.blueprints.grid import cells, lists, many, pages, paste
from app.blueprints.grid.listing import asked
from app.blueprints.grid.pieces import offered
from app.entities.entity import Entity
from app.htmx import is_htmx
from app.security.access import verb_to_write
from app.security.permissions import DELETE, OWN_ACCOUNT, SEE, SEE_INTERNAL, needs
from app.services import assignment


def blueprint_for(entity: Entity) -> Blueprint:
    """All pages of an entity below `/<plural>`."""
    bp = Blueprint(entity.plural, __name__, url_prefix=f"/{entity.plural}")
    _add_lists(bp, entity)
    _add_dialogs(bp, entity)
    details.add_to(bp, entity)
    _add_pages(bp, entity)
    _add_cells(bp, entity)
    _add_actions(bp, entity)
    return bp


def _see(entity: Entity) -> str:
    return SEE_INTERNAL if entity.internal else SEE


def _add_lists(bp: Blueprint, entity: Entity) -> None:
    see = needs(_see(entity))

    @bp.get("")
    @see
    def index():
        """The list."""
        return lists.index(entity)

    @bp.get("/counts")
    @see
    def counts():
        """The footer of the list."""
        return lists.counts(entity)

    @bp.post("/names")
    @see
    def names():
        """The names of all that match, to be copied."""
        return lists.names(entity)

    @bp.get("/choices/<name>")
    @see
    def choices(name: str):
        """What a type-ahead offers for a text."""
        item = cells.choosable(entity, name)
        found, complete = offered(item, request.args.get("q", "").strip()[:200])
        return render_template("entity/_choices.html", item=item, choices=found, complete=complete)


def _add_dialogs(bp: Blueprint, entity: Entity) -> None:
    see = needs(_see(entity))

    @bp.get("/filter")
    @see
    def filter_dialog():
        """The dialog that sets one filter."""
        return lists.filter_dialog(asked(entity))

    @bp.get("/columns")
    @see
    def columns():
        """The dialog that chooses the columns."""
        return lists.columns_dialog(entity)

    @bp.post("/columns")
    @needs(OWN_ACCOUNT)
    def save_columns():
        """The choice of columns, kept with the person; the dialog again while they are moved."""
        if "move" in request.form:
            return lists.moved_columns(entity)
        address = lists.save_columns(entity)
        if is_htmx():
            return Response(status=200, headers={"HX-Redirect": address})
        return redirect(address, 303)

    @bp.post("/widths")
    @needs(OWN_ACCOUNT)
    def save_widths():
        """The widths of the columns, kept with the person."""
        lists.save_widths(entity)
        return Response(status=204)


def _add_pages(bp: Blueprint, entity: Entity) -> None:
    write = needs(verb_to_write(entity.model))

    @bp.route("/new", methods=["GET", "POST"])
    @write
    def new():
        """A new record."""
        return pages.new(entity)

    @bp.route("/<int:record_id>/edit", methods=["GET", "POST"])
    @write
    def edit(record_id: int):
        """The form of a record."""
        return pages.edit(entity, record_id)

    @bp.post("/<int:record_id>/duplicate")
    @write
    def duplicate(record_id: int):
        """One more of the same."""
        return pages.duplicate(entity, record_id)


def _add_cells(bp: Blueprint, entity: Entity) -> None:
    write = needs(verb_to_write(entity.model))

    @bp.get("/<int:record_id>/cell/<name>")
    @write
    def cell(record_id: int, name: str):
        """The editor of a cell."""
        return cells.show(entity, record_id, name)

    @bp.patch("/<int:record_id>/cell/<name>")
    @write
    def save_cell(record_id: int, name: str):
        """A cell, saved."""
        return cells.save(entity, record_id, name)

    @bp.post("/paste")
    @write
    def paste_cells():
        """A block of cells, pasted."""
        return paste.run(entity)


def _add_actions(bp: Blueprint, entity: Entity) -> None:
    write = needs(verb_to_write(entity.model))

    @bp.get("/bulk")
    @write
    def bulk_dialog():
        """The dialog that edits many rows."""
        return many.dialog(entity)

    @bp.post("/bulk")
    @write
    def bulk():
        """Many rows: preview, then apply."""
        return many.run(entity)

    @bp.post("/<int:record_id>/delete")
    @needs(DELETE)
    def delete(record_id: int):
        """A record, into the bin."""
        return pages.delete(entity, record_id)

    if not entity.has("assigned_to"):
        return

    @bp.post("/<int:record_id>/grab")
    @write
    def grab(record_id: int):
        """A record, taken."""
        return pages.assign(entity, record_id, assignment.grab)

    @bp.post("/<int:record_id>/free")
    @write
    def free(record_id: int):
        """A record, given back."""
        return pages.assign(entity, record_id, assignment.free)
