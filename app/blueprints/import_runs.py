"""An import and who may go on with it: what the pages of the wizard share."""

from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request
from flask_login import current_user
from jinja2_fragments.flask import render_block
from werkzeug.wrappers import Response as BaseResponse

from app.extensions import db
from app.htmx import wants_fragment
from app.importing import runs, staging
from app.models.imports import ImportRun, ImportState
from app.security.access import may, require
from app.security.permissions import CONFIGURE
from app.services import jobs

bp = Blueprint("imports", __name__, url_prefix="/imports")

LARGE = 100_000
"""Bytes of a file (some 2,000 rows) whose preview is worked out by a job."""


def directory() -> Path:
    """Where uploads wait."""
    return staging.directory_in(current_app.config["SETTINGS"].data_dir)


def run_for(import_id: int, *, own: bool = True) -> ImportRun:
    """An import; what is not in yet only for who may go on with it."""
    run = db.session.get(ImportRun, import_id) or abort(404)
    if own:
        require_own(run)
        if request.method == "POST" and (run.state is ImportState.DONE or runs.is_committing(run)):
            abort(409, "This import is applied already, or is being applied right now.")
    return run


def require_own(run: ImportRun) -> None:
    """What is not in yet belongs to who uploaded it, and to leads; what is held, to leads alone."""
    own = run.actor_id == current_user.id and runs.state_of(run) is not ImportState.HELD
    require(own or may(current_user, CONFIGURE))


def to_preview(run: ImportRun) -> BaseResponse:
    """Commit the open write and show the preview; a job works it out if that takes a while."""
    if run.size > LARGE and jobs.is_queue_there():
        runs.prepare_preview(run)
    db.session.commit()
    return go(run, "preview")


def go(run: ImportRun, step: str = "") -> BaseResponse:
    """To the page of an import."""
    return redirect(f"/imports/{run.id}" + (f"?step={step}" if step else ""), 303)


def page(name: str, **context: Any) -> str:
    """A step of the wizard, whole or as its part."""
    template = f"imports/{name}.html"
    if wants_fragment():
        return render_block(template, "wizard", **context)
    return render_template(template, **context)
