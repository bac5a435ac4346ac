"""The status page: how many there are of everything, each number a link to the list behind it."""

from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user

from app.blueprints import overview
from app.blueprints.frame import chosen_cases
from app.blueprints.overview import figures
from app.entities import states
from app.entities.registry import entity
from app.models.base import now
from app.security.permissions import SEE, needs
from app.times import zone

bp = Blueprint("status", __name__)


@bp.get("/status")
@needs(SEE)
def index() -> str | Response:
    """The numbers, live."""
    return overview.live("status/index.html", _context)


def _context() -> dict[str, Any]:
    return {"blocks": numbers(), "zone": current_user.zone, "address": request.full_path.rstrip("?")}


def numbers() -> list[figures.Figures]:
    """The numbers of what is tracked, in the cases that the address names."""
    known, moment = states.read_states(), now()
    return [
        figures.figures(entity(plural), known, chosen_cases(), moment, zone()) for plural in overview.MAIN
    ]
