"""Pasted names: which systems they mean, seen while one types; the matched ones become a list."""

from flask import Blueprint, abort, redirect, render_template, request
from flask_login import current_user

from app.blueprints.grid import many
from app.blueprints.grid.pieces import dialog_or_page
from app.entities import registry
from app.entities.links import is_id
from app.extensions import db
from app.htmx import wants_fragment
from app.importing.pasted import understood
from app.models.systems import System
from app.security.access import may_write, require
from app.security.permissions import SEE, needs
from app.services import changes, name_sets
from app.services.drafts import Missing, Refused
from app.services.name_sets import NameSet
from app.services.naming import Answer, Found

bp = Blueprint("pasting", __name__)

FINDING = (
    (Found.FAULTY, "faulty", "Not a name"),
    (Found.AMBIGUOUS, "ambiguous", "Several systems may be meant: left out"),
    (Found.NEW, "unknown", "No system is called that"),
    (Found.DOUBLED, "doubled", "Named before: counted once"),
    (Found.KNOWN, "found", "Found"),
)
CREATING = (
    (Found.FAULTY, "faulty", "Can't be created"),
    (Found.AMBIGUOUS, "ambiguous", "Several systems may be meant: not created"),
    (Found.KNOWN, "known already", "Known already: left as they are"),
    (Found.DOUBLED, "doubled", "Named before: created once"),
    (Found.NEW, "new", "New"),
)
SORTS = {"find": FINDING, "create": CREATING}
SHOWN = 100
"""So many lines of each sort are shown."""


def pasted_text() -> str:
    """What is in the form, or what the set was made of that the address names."""
    if request.method == "POST":
        return request.form.get("names", "")
    raw = request.args.get("set", "")
    return find_set(int(raw) if is_id(raw) else 0).text if raw else ""


def find_set(set_id: int) -> NameSet:
    """A kept set, or 404."""
    try:
        return name_sets.find(set_id)
    except Missing:
        abort(404)


def told(text: str, purpose: str, asked: Answer | None = None) -> dict[str, object]:
    """What the templates say about a text: the lines by sort, or why it is not read at all."""
    error = ""
    try:
        asked = asked or understood(text)
    except Refused as refused:
        asked, error = Answer(), "; ".join(refused.errors.values())
    return {
        "purpose": purpose, "text": text, "asked": asked, "counts": asked.counts, "sorts": SORTS[purpose],
        "known": asked.names(), "shown": SHOWN, "skip": "skip" in request.form, "error": error,
        "entity": registry.entity("systems"),
    }  # fmt: skip


@bp.get("/systems/pasted")
@needs(SEE)
def ask():
    """Paste names, and see what they mean."""
    return dialog_or_page("names/find.html", **told(pasted_text(), "find"))


@bp.post("/systems/pasted/check")
@needs(SEE)
def check():
    """What the names in the form mean; nothing is stored."""
    purpose = request.form.get("purpose", "find")
    if purpose not in SORTS:
        abort(400, "purpose: find or create")
    return render_template("names/_answer.html", **told(pasted_text(), purpose))


@bp.post("/systems/pasted")
@needs(SEE)
def look_up():
    """The systems that the names mean, as a list with an address of its own, or to be changed at once."""
    if "change" in request.form:
        require(may_write(current_user, System))
    context = told(pasted_text(), "find")
    ids = context["asked"].ids
    if "check" in request.form:
        return render_template("names/find.html", **context)
    if not ids:
        context["error"] = context["error"] or "no line names a system that is known"
        return render_template("names/find.html", **context), 422
    changes.begin_write()
    kept = name_sets.keep(current_user.id, "pasted name", context["text"], ids)
    db.session.commit()
    if "change" not in request.form:
        return redirect(f"/systems?set={kept.id}", 303)
    if wants_fragment():
        return many.dialog(registry.entity("systems"), f"set={kept.id}")
    return redirect(f"/systems/bulk?query=set%3D{kept.id}", 303)
