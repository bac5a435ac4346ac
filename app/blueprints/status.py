"""The status page: how many there are of everything, each number a link to the list behind it."""

from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user

from app.blueprints import overview
from app.blueprints.frame import chosen_cases
from app.entities import states
from app.entities.links import is_id
from app.entities.registry import entity
from app.extensions import db
from app.models.base import now
from app.models.snapshots import Snapshot
from app.security.permissions import SEE, needs
from app.status import figures, snapshots
from app.times import zone

bp = Blueprint("status", __name__)


@bp.get("/status")
@needs(SEE)
def index() -> str | Response:
    """The numbers, live."""
    return overview.live("status/index.html", _context)


def _context() -> dict[str, Any]:
    page = {"blocks": numbers(), "zone": current_user.zone, "address": request.full_path.rstrip("?")}
    return page | _comparison()


def _comparison() -> dict[str, Any]:
    """What has changed since a snapshot, or between it and a later one."""
    then, later = (_snapshot(name) for name in ("compare", "with"))
    if then and later and later.id < then.id:
        then, later = later, then
    if then is None:
        return {"then": None}
    numbers = later.numbers if later else snapshots.numbers()
    return {"then": then, "later": later, "differences": snapshots.differences(then.numbers, numbers)}


def _snapshot(name: str) -> Snapshot | None:
    asked = request.args.get(name, "")
    found = db.session.get(Snapshot, int(asked)) if is_id(asked) else None
    return found if found and not found.deleted_at else None


def numbers() -> list[figures.Figures]:
    """The numbers of what is tracked, in the cases that the address names."""
    known, moment = states.read_states(), now()
    return [figures.figures(entity(plural), known, chosen_cases(), moment, zone()) for plural in figures.MAIN]
