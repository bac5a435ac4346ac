"""How files come in: uploaded, pasted, or from an import directory; the list of imports so far."""

from typing import Any

import sqlalchemy as sa
from flask import current_app, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.import_runs import bp, directory, go, to_preview
from app.extensions import db
from app.importing import directories, profiles, runs, staging
from app.importing.actors import actor_for, kinds_for
from app.importing.refusal import ImportRefused
from app.models.imports import ImportRun
from app.security.permissions import IMPORT, needs

LISTED = 50


@bp.get("")
@needs(IMPORT)
def listing():
    """The imports so far, newest first."""
    before = request.args.get("before", type=int)
    earlier = sa.true() if before is None else ImportRun.id < before
    newest = sa.select(ImportRun).where(earlier).order_by(ImportRun.id.desc()).limit(LISTED + 1)
    told = (sa.orm.joinedload(ImportRun.actor), sa.orm.joinedload(ImportRun.job))
    found = db.session.scalars(newest.options(*told)).all()
    page = {
        "imports": found[:LISTED],
        "more": len(found) > LISTED,
        "entity_of": runs.entity,
        "state_of": runs.state_of,
    }
    return render_template("imports/list.html", **page)


@bp.get("/new")
@needs(IMPORT)
def new():
    """Choose a file, or paste a table."""
    return _start(kind=request.args.get("kind", ""), profile=request.args.get("profile", ""))


@bp.post("/new")
@needs(IMPORT)
def upload():
    """Take the file in; what is no table is refused at once."""
    file, text = request.files.get("file"), request.form.get("text", "")
    data = file.read() if file and file.filename else text.encode()
    name = file.filename if file and file.filename else "pasted text"
    asked = {"kind": request.form.get("kind", ""), "profile": request.form.get("profile", "")}
    try:
        return _take_in(data, name.replace("\\", "/").rpartition("/")[2], **asked)
    except ImportRefused as error:
        db.session.rollback()
        return _start(error=str(error), text=text, **asked), 422


@bp.get("/files")
@needs(IMPORT)
def files():
    """The files of the import directories."""
    return _files()


@bp.post("/files")
@needs(IMPORT)
def take_file():
    """Import one of these files now, by a profile or by proposals; a preview follows."""
    settings, path = current_app.config["SETTINGS"], request.form.get("path", "")
    try:
        data, name = directories.content(settings.import_dirs, path, settings.max_upload_mb * 2**20)
        return _take_in(data, name, profile=request.form.get("profile", ""))
    except ImportRefused as error:
        db.session.rollback()
        return _files(error=str(error)), 422


def _take_in(data: bytes, name: str, kind: str = "", profile: str = "") -> BaseResponse:
    """Stage a file and go on: to its columns, or by a profile straight to the preview."""
    staging.expire(directory())
    chosen = profiles.chosen(current_user.id, kind=kind, name=profile)
    opened = runs.open_bytes(data, current_user.id, chosen.kind if chosen else kind, chosen)
    actor_for(current_user, kind=opened.entity.plural)
    run = runs.stage(data, name, current_user.id, directory(), opened=opened)
    if chosen:
        return to_preview(run)
    db.session.commit()
    return go(run, "columns")


def _start(**context: Any) -> str:
    offered = [("", "none: as it was done last, or proposals"), *((name, name) for name in profiles.names())]
    return render_template("imports/new.html", kinds=kinds_for(current_user), profiles=offered, **context)


def _files(error: str = "") -> str:
    allowed = current_app.config["SETTINGS"].import_dirs
    found = {"files": directories.listed(allowed), "directories": allowed, "names": profiles.names()}
    return render_template("imports/files.html", error=error, **found)
