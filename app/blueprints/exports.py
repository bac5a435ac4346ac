"""Exports: the current view of any list as a file, small ones at once, large ones as a job."""

import io
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from app.blueprints.export_jobs import AT_ONCE, queued
from app.downloads import attachment
from app.entities import query
from app.entities.computed import rows
from app.entities.entity import Entity
from app.entities.registry import entities, entity
from app.exporting import files, making
from app.models.base import now
from app.security.access import sees_internal
from app.security.permissions import EXPORT, needs
from app.services import jobs
from app.services.reading import snapshot

bp = Blueprint("exports", __name__)

SHOWN = ("name", "definition")


def _entity(plural: str) -> Entity:
    """The entity of an address, if any of it may be exported."""
    try:
        found = entity(plural)
    except KeyError:
        abort(404)
    return found if not found.internal else abort(404)


def _pairs() -> list[tuple[str, str]]:
    """The list's part of the address: without what says how it is exported."""
    return [(key, value) for key, value in request.args.items(multi=True) if key not in ("format", "columns")]


def _asked(found: Entity) -> query.Query:
    """The list that the address means; what it can't mean is a 400."""
    return query.understand(found, _pairs(), sees_internal(current_user))


def _shown_columns(found: Entity) -> list[str]:
    """The columns of the list; the name is always among them, so that the file can be imported again."""
    asked = [name for name in request.args.get("columns", "").split(",") if name in found.by_name]
    chosen = asked or current_user.preferences.get("columns", {}).get(found.plural)
    names = [item.name for item in found.columns(chosen, see_internal=False)]
    title = found.title_field.name
    return names if title in names else [title, *names]


@bp.get("/<plural>/export")
@needs(EXPORT)
def ask(plural: str):
    """What will be exported, and as what; with a format, a small list is the file itself."""
    found = _entity(plural)
    file_format = request.args.get("format", "")
    if file_format and file_format not in files.FORMATS:
        abort(400, f"The format must be one of {', '.join(files.FORMATS)}.")
    try:
        asked = _asked(found)
        total = query.count(asked)
        if file_format and total <= AT_ONCE:
            return _file(asked, _names(found, request.args), file_format)
    except (query.BadQuery, files.TooLong) as error:
        return render_template("exports/ask.html", entity=found, total=None, error=str(error)), 400
    return _ask(found, total)


def _ask(found: Entity, total: int, error: str = "", status: int = 200):
    shown = [found.field(name) for name in _shown_columns(found)]
    everything = files.fields_of(found)
    page = {"total": total, "shown": shown, "everything": everything, "error": error, "at_once": AT_ONCE}
    return render_template("exports/ask.html", entity=found, **page), status


@bp.post("/<plural>/export")
@needs(EXPORT)
def export(plural: str):
    """The file itself if it is small, else the page of the job that writes it."""
    found = _entity(plural)
    file_format = request.form.get("format", "")
    if file_format not in files.FORMATS:
        abort(400, f"The format must be one of {', '.join(files.FORMATS)}.")
    names = _names(found, request.form)
    try:
        asked = _asked(found)
        if query.count(asked) > AT_ONCE:
            return _enqueue(found, names, file_format)
        return _file(asked, names, file_format)
    except (query.BadQuery, files.TooLong) as error:
        return _ask(found, 0, str(error), 422)


def _names(found: Entity, told) -> list[str]:
    return _shown_columns(found) if told.get("columns") == "shown" else []


def _file(asked: query.Query, names: list[str], file_format: str):
    stream = io.BytesIO()
    snapshot()
    columns, plural = files.fields_of(asked.entity, names), asked.entity.plural
    manner = making.manner_of_list(current_user.username, columns, plural, urlencode(_pairs()), file_format)
    files.write(asked, columns, file_format, stream, manner=manner)
    stream.seek(0)
    name = _name(asked.entity, file_format)
    return attachment(stream, files.FORMATS[file_format], name)


def _enqueue(found: Entity, names: list[str], file_format: str):
    return queued(
        "exports.export",
        f"Export of {found.label.lower()} as {file_format.upper()}",
        plural=found.plural,
        query=urlencode(_pairs()),
        columns=names,
        file_format=file_format,
        name=_name(found, file_format),
    )


def _name(found: Entity, file_format: str) -> str:
    return f"{now():%Y%m%d_%H%M}_{found.plural}.{file_format}"


@bp.get("/exports")
@needs(EXPORT)
def index():
    """What can be exported, and the latest exports that ran as jobs."""
    offered = [item for item in entities() if not item.internal]
    profiles = rows(
        entity("export-profiles"), query.ids(query.understand(entity("export-profiles"), [])), SHOWN
    )
    latest = jobs.latest(kind="export")
    return render_template("exports/index.html", entities=offered, profiles=profiles, jobs=latest)
