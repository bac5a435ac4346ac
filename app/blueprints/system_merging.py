"""Merging systems: with which other one, side by side with a choice per field, and doing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, flash, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.grid.pieces import dialog_or_page, leave
from app.blueprints.merging import into_row
from app.entities.entity import Field
from app.entities.links import is_id
from app.entities.registry import entity_for
from app.extensions import db
from app.models.systems import System
from app.security.access import load
from app.security.permissions import CONFIGURE, needs
from app.services import changes, system_merging
from app.services.drafts import Missing, Refused
from app.services.reading import Row, plain, read
from app.services.system_merging import Move, Plan

bp = Blueprint("system_merging", __name__, url_prefix="/systems")

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
BESIDE = 5
"""As many systems fit beside each other."""


@dataclass
class Line:
    """A field in which the systems differ: which one's value stays, or what all of them have together."""

    item: Field
    chosen: int | None = None
    union: list[Any] = field(default_factory=list)


@bp.get("/<int:record_id>/merge")
@needs(CONFIGURE)
def ask(record_id: int) -> str:
    """Into which other system?"""
    return _ask(record_id)


def _ask(record_id: int, text: str = "", error: str = "") -> str:
    entity = entity_for(System)
    row = load(System, record_id, [entity.title_field.name])
    shown = {"title": entity.title_of(row), "text": text, "error": error}
    return dialog_or_page(
        "systems/merge_with.html", entity=entity, row=row, item=entity.field("host_system"), **shown
    )


@bp.get("/merge")
@needs(CONFIGURE)
def compare() -> Answer:
    """The systems side by side: `ids`, with another one by name (`with`) that they go into, or `into`."""
    ids, into = _numbers(request.args.get("ids", "")), request.args.get("into", type=int)
    if "with" in request.args and ids:
        text = request.args["with"].strip()
        try:
            into = into_row(entity_for(System), text)
            if into in ids:
                raise Refused({"into": "is the same one"})
        except Refused as error:
            return _ask(ids[0], text, error.errors["into"]), 422
        ids = [into, *ids]
    if not 1 < len(ids) <= BESIDE:
        return dialog_or_page("systems/merge_few.html", most=BESIDE), 422
    return _compared(into if into in ids else min(ids), ids, {}, {})


def _numbers(text: str) -> list[int]:
    return list(dict.fromkeys(int(part) for part in text.split(",") if is_id(part.strip())))


def _compared(into: int, ids: list[int], choose: Mapping[str, int], errors: dict[str, str]) -> str:
    others = [one for one in ids if one != into]
    try:
        found = system_merging.plan(into, others, choose)
    except Missing:
        abort(404)
    entity = entity_for(System)
    lines = [line for item in entity.fields if (line := _line(item, found, choose))]
    shown = {"found": found, "lines": lines, "moves": _moves(found), "errors": errors}
    return dialog_or_page("systems/merge.html", entity=entity, into=into, ids=ids, **shown)


def _line(item: Field, found: Plan, choose: Mapping[str, int]) -> Line | None:
    """A field, if the systems differ in it."""
    if item.kind.is_computed or item.name not in found.values:
        return None
    held = [plain(row[item.name]) for row in found.rows]
    if item.name == "aliases":
        return Line(item, union=found.values["aliases"])
    if all(value == held[0] for value in held):
        return None
    if item.kind.is_many:
        return Line(item, union=_together(found.rows, item.name))
    stays = [row.id for row, value in zip(found.rows, held, strict=True) if value == found.values[item.name]]
    return Line(item, chosen=choose.get(item.name) or next(iter(stays), None))


def _together(rows: list[Row], name: str) -> list[Any]:
    """What all of them have, by name."""
    return sorted({one.id: one for row in rows for one in row[name]}.values(), key=lambda one: one.name)


def _moves(found: Plan) -> list[str]:
    """What goes over to the system that stays, in words."""
    moved = [_count(move, len(move.drafts)) for move in found.moves if move.drafts]
    words = [f"Moves over: {', '.join(moved)}"] if moved else []
    for move in found.moves:
        if double := len(move.doubles):
            words.append(f"{_count(move, double)} {'is' if double == 1 else 'are'} there twice: one stays")
        if move.renamed:
            taken = "has a headline that is taken" if move.renamed == 1 else "have a headline that is taken"
            words.append(f"{_count(move, move.renamed)} {taken}: its system's name becomes the subheadline")
    return words


def _count(move: Move, total: int) -> str:
    """So many of them; said with the field, where that is not simply the system of the record."""
    entity, name = entity_for(move.model), move.attribute.name
    several = f"{entity.one[:-1]}ies" if entity.one.endswith("entry") else entity.label.lower()
    role = "" if name == "system" else f" ({entity.field(name).label.lower()})"
    return f"{total:,} {entity.one if total == 1 else several}{role}"


@bp.post("/merge")
@needs(CONFIGURE)
def merge() -> Answer:
    """Merge them; refused if one was changed since it was shown (409)."""
    ids, into = _numbers(request.form.get("ids", "")), request.form.get("into", 0, type=int)
    if into not in ids or not 1 < len(ids) <= BESIDE:
        abort(400, "ids, into: two to five systems, and one of them")
    choose = {
        name.removeprefix("choose."): int(text)
        for name, text in request.form.items()
        if name.startswith("choose.") and is_id(text)
    }
    try:
        with changes.recording(current_user.id, "merge") as change_set:
            _refuse_changed(ids)
            system_merging.merge(change_set, into, [one for one in ids if one != into], choose)
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _compared(into, ids, _known(choose), error.errors), 409 if "changed" in error.errors else 422
    except Missing:
        db.session.rollback()
        abort(404)
    flash(change_set.summary, f"change-set {change_set.id}")
    return leave(f"/systems/{into}")


def _known(choose: Mapping[str, int]) -> dict[str, int]:
    return {name: one for name, one in choose.items() if name in system_merging.choosable()}


def _refuse_changed(ids: list[int]) -> None:
    """What was decided on must still be what is there."""
    for row in read(System, ids, [System.__label__]):
        if request.form.get(f"seen.{row.id}", type=int) != row.revision:
            raise Refused({"changed": f"{row['name']} was changed meanwhile; look at it again, then merge"})
