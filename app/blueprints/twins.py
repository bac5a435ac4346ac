"""Systems that may be there twice: the list of pairs, each to be merged or told apart."""

from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.grid.pages import answer
from app.entities.computed import rows
from app.entities.registry import entity_for
from app.extensions import db
from app.htmx import is_htmx
from app.models.systems import Distinct, System
from app.security.permissions import EDIT, SEE, needs
from app.services import changes, records, twins
from app.services.drafts import Missing, Refused
from app.services.twins import Pair

bp = Blueprint("twins", __name__)

PAGE = 50
FIELDS = ("name", "status", "domain", "ips", "assigned_to", "artifacts", "tasks")
"""What helps to see whether two systems are one."""


@bp.get("/systems/duplicates")
@needs(SEE)
def index() -> str:
    """The pairs that may be one system, or with `apart` those that somebody said to be two."""
    apart, page = "apart" in request.args, max(1, request.args.get("page", 1, type=int))
    known = twins.said_to_differ()
    found = [Pair(*key) for key in known] if apart else twins.suspected()
    shown = found[(page - 1) * PAGE : page * PAGE]
    systems = sorted({one for pair in shown for one in (pair.low, pair.high)})
    entity = entity_for(System)
    by_id = {row.id: row for row in rows(entity, systems, [*FIELDS, "deleted_at"])}
    return render_template(
        "systems/duplicates.html",
        entity=entity,
        fields=[entity.field(name) for name in FIELDS[1:]],
        pairs=[pair for pair in shown if _is_live(by_id, pair)],
        rows=by_id,
        total=len(found),
        apart=apart,
        known=known,
        newer=_address(apart, page - 1) if page > 1 else "",
        older=_address(apart, page + 1) if len(found) > page * PAGE else "",
    )


def _is_live(by_id: dict, pair: Pair) -> bool:
    return all(one in by_id and not by_id[one]["deleted_at"] for one in (pair.low, pair.high))


def _address(apart: bool, page: int) -> str:
    return f"/systems/duplicates?{urlencode([('apart', '1')] * apart + [('page', page)])}"


@bp.post("/systems/duplicates")
@needs(EDIT)
def tell_apart() -> Response | str | tuple:
    """Two systems are not the same: the pair is not suspected any more."""
    low, high = (request.form.get(name, 0, type=int) for name in ("low", "high"))
    try:
        with changes.recording(current_user.id, "ui") as change_set:
            twins.tell_apart(change_set, low, high)
        db.session.commit()
    except Missing:
        db.session.rollback()
        abort(404)
    except Refused as error:
        db.session.rollback()
        return answer(str(error), "/systems/duplicates", bad=True, status=409)
    return _gone(change_set, low, high)


@bp.post("/distinct-systems/<int:record_id>/delete")
@needs(EDIT)
def suspect_again(record_id: int) -> Response | str | tuple:
    """What was said of a pair is taken back."""
    pairs = {one: key for key, one in twins.said_to_differ().items()}
    if record_id not in pairs:
        abort(404)
    with changes.recording(current_user.id, "ui") as change_set:
        records.delete(change_set, Distinct, [record_id])
        change_set.summary = f"{change_set.changes[0]['name']} may be one system after all"
    db.session.commit()
    return _gone(change_set, *pairs[record_id])


def _gone(change_set: changes.Recording, low: int, high: int) -> Response | str:
    """The pair leaves the list that is shown."""
    if not is_htmx():
        flash(change_set.summary, f"change-set {change_set.id}")
        return redirect("/systems/duplicates", 303)
    return render_template(
        "systems/_pair_gone.html", text=change_set.summary, change_set=change_set, low=low, high=high
    )


@bp.get("/distinct-systems/<int:record_id>/history")
@needs(SEE)
def history(record_id: int) -> Response:
    """Where the activity leads."""
    return redirect("/systems/duplicates?apart=1", 302)
