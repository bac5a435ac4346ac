"""Systems as Markdown pages for MkDocs: into the export directory, or to download."""

import io
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request
from flask_login import current_user

from app.blueprints.export_profiles import AT_ONCE
from app.downloads import attachment
from app.exporting import markdown, site
from app.extensions import db
from app.models.base import now
from app.security.permissions import EXPORT, needs
from app.services import changes, jobs
from app.services.reading import snapshot

bp = Blueprint("markdown", __name__, url_prefix="/exports/markdown")


@bp.get("")
@needs(EXPORT)
def ask():
    """What the pages will be, and where."""
    place = current_app.config["SETTINGS"].export_dirs[0] / "mkdocs"
    return render_template("exports/markdown.html", total=len(markdown.chosen()), place=place)


@bp.post("")
@needs(EXPORT)
def write():
    """Let a job write the pages into the export directory."""
    return _enqueue("write", sorting=_sorting())


@bp.post("/zip")
@needs(EXPORT)
def download():
    """The pages as a ZIP; of many systems a job makes it."""
    sorting, name = _sorting(), f"{now():%Y%m%d_%H%M}_systems_markdown.zip"
    if len(markdown.chosen()) > AT_ONCE:
        return _enqueue("pack", sorting=sorting, name=name)
    stream = io.BytesIO()
    snapshot()
    site.packed(markdown.pages(), sorting, stream)
    stream.seek(0)
    return attachment(stream, "application/zip", name)


def _sorting() -> str:
    sorting = request.form.get("sorting", "system")
    return sorting if sorting in site.SORTINGS else abort(400, "sorting: system or domain")


def _enqueue(function: str, **more: Any):
    arguments = more | {"revision": changes.newest()}
    title, name = "Systems as Markdown", f"app.jobs.markdown.{function}"
    job = jobs.enqueue("export", name, arguments, title=title, actor_id=current_user.id, queue="exports")
    job_id = job.id
    db.session.commit()
    return redirect(f"/jobs/{job_id}", 303)
