"""Backups, for administrators: made, downloaded, verified, removed. A backup holds everything."""

from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, flash, render_template, request
from flask_login import current_user

from app.backup import shelf
from app.blueprints.grid.pieces import lead_to, leave
from app.downloads import attachment
from app.models.base import now
from app.security.permissions import ADMINISTER, needs
from app.services import jobs

bp = Blueprint("backups", __name__, url_prefix="/backups")


def _directory() -> Path:
    return current_app.config["SETTINGS"].backup_dir


def _path(name: str) -> Path:
    return shelf.named(_directory(), name) or abort(404)


@bp.get("")
@needs(ADMINISTER)
def index() -> str:
    """The backups that are kept, the newest first."""
    return render_template("backups/index.html", backups=shelf.kept(_directory()), directory=_directory())


@bp.post("")
@needs(ADMINISTER)
def make() -> Any:
    """A backup now, as a job."""
    arguments = {"evidence": "evidence" in request.form, "asked_at": f"{now():%Y-%m-%dT%H:%M}"}
    return _enqueue("by_hand", arguments, "Backup")


@bp.post("/<name>/verify")
@needs(ADMINISTER)
def verify(name: str) -> Any:
    """Restored into a scratch place and compared, as a job."""
    arguments = {"name": name, "size_of_file": _path(name).stat().st_size}
    return _enqueue("check", arguments, f"Check of {name}")


def _enqueue(function: str, arguments: dict[str, Any], title: str) -> Any:
    job = jobs.enqueue(
        "backup",
        f"app.jobs.backups.{function}",
        arguments,
        title=title,
        actor_id=current_user.id,
        queue="maintenance",
    )
    return lead_to(job)


@bp.get("/<name>")
@needs(ADMINISTER)
def download(name: str) -> Any:
    """The file."""
    return attachment(_path(name), "application/zip", name)


@bp.post("/<name>/delete")
@needs(ADMINISTER)
def delete(name: str) -> Any:
    """Removed for good."""
    shelf.remove(_path(name))
    flash(f"{name} is gone.")
    return leave("/backups")
