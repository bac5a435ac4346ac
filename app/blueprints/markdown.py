"""Systems as Markdown pages for MkDocs: into the export directory, or to download."""

import io

from flask import Blueprint, abort, current_app, render_template, request

from app.blueprints.export_jobs import AT_ONCE, queued
from app.downloads import attachment
from app.exporting import markdown, site
from app.models.base import now
from app.security.permissions import EXPORT, needs
from app.services.reading import snapshot

bp = Blueprint("markdown", __name__, url_prefix="/exports/markdown")
TITLE = "Systems as Markdown"


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
    return queued("markdown.write", TITLE, sorting=_sorting())


@bp.post("/zip")
@needs(EXPORT)
def download():
    """The pages as a ZIP; of many systems a job makes it."""
    sorting, name = _sorting(), f"{now():%Y%m%d_%H%M}_systems_markdown.zip"
    if len(markdown.chosen()) > AT_ONCE:
        return queued("markdown.pack", TITLE, sorting=sorting, name=name)
    stream = io.BytesIO()
    snapshot()
    site.packed(markdown.pages(), sorting, stream)
    stream.seek(0)
    return attachment(stream, "application/zip", name)


def _sorting() -> str:
    sorting = request.form.get("sorting", "system")
    return sorting if sorting in site.SORTINGS else abort(400, "sorting: system or domain")
