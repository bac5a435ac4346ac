"""Where one arrives: one's landing page; while nothing is tracked, what to begin with."""

import sqlalchemy as sa
from flask import Blueprint, flash, redirect
from flask_login import current_user

from app.blueprints.frame import offers
from app.extensions import db
from app.models.base import now
from app.models.systems import System
from app.security.access import may
from app.security.permissions import CONFIGURE, SEE, needs
from app.services import jobs, preferences, settings

bp = Blueprint("welcome", __name__)

SYSTEMS, SEED = 1500, 7
"""The demonstration incident that the browser loads."""


@bp.get("/")
@needs(SEE)
def index():
    """To the landing page: one's own choice, else the team's, else the dashboard."""
    wanted = (current_user.preferences.get("landing"), settings.get("landing"))
    pages = [f"/{page}" for page in wanted if page in preferences.LANDINGS]
    return redirect(next((page for page in pages if offers(page)), "/dashboard"), 302)


def landings() -> list[tuple[str, str]]:
    """The pages that one can choose to arrive at."""
    return [(page, page) for page in preferences.LANDINGS if offers(f"/{page}")]


@bp.post("/demo")
@needs(CONFIGURE)
def load_demo():
    """Load the demonstration incident into an empty installation; its job shows how far it is."""
    if not is_empty():
        flash("There are systems already: the demonstration incident is for an empty installation.", "error")
        return redirect("/systems", 303)
    until = now().replace(second=0, microsecond=0)
    arguments = {"systems": SYSTEMS, "seed": SEED, "until": until.isoformat()}
    job = jobs.enqueue(
        "demo", "app.jobs.demo.load", arguments, title="Demonstration incident", actor_id=current_user.id
    )
    job_id = job.id
    db.session.commit()
    return redirect(f"/jobs/{job_id}", 303)


def is_empty() -> bool:
    """True if there has never been a system here."""
    return db.session.scalar(sa.select(System.id).limit(1)) is None


def init_app(app) -> None:
    """Register the pages and what the greeting asks."""
    app.jinja_env.globals.update(
        is_empty_installation=is_empty, may_load_demo=lambda: may(current_user, CONFIGURE)
    )
    app.register_blueprint(bp)
