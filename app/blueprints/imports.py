"""The import wizard: file, columns, preview, done. Nothing is written before the last step."""

from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, redirect, render_template, request
from flask_login import current_user
from jinja2_fragments.flask import render_block
from werkzeug.wrappers import Response as BaseResponse

from app.downloads import attachment
from app.extensions import db
from app.htmx import wants_fragment
from app.importing import faulty, mapping, runs, staging
from app.importing.actors import actor_for, kinds_for
from app.importing.contradictions import contradictions
from app.importing.listing import FILTERS, Shown
from app.importing.profile import Profile
from app.importing.refusal import ImportRefused
from app.models.imports import ImportRun, ImportState
from app.models.jobs import JobState
from app.security.access import may, require
from app.security.permissions import CONFIGURE, IMPORT, needs
from app.services import changes, jobs

bp = Blueprint("imports", __name__, url_prefix="/imports")

SMALL = 300
"""Imports with more rows are committed by a job."""
LARGE = 100_000
"""Bytes of a file (some 2,000 rows) whose preview is worked out by a job."""
LISTED = 100


@bp.get("")
@needs(IMPORT)
def listing():
    """The imports so far, newest first."""
    newest = sa.select(ImportRun).order_by(ImportRun.id.desc()).limit(LISTED)
    found = db.session.scalars(newest.options(sa.orm.joinedload(ImportRun.actor))).all()
    return render_template("imports/list.html", imports=found, entity_of=runs.entity)


@bp.get("/new")
@needs(IMPORT)
def new():
    """Choose a file, or paste a table."""
    kind = request.args.get("kind", "")
    return render_template("imports/new.html", kinds=kinds_for(current_user), kind=kind)


@bp.post("/new")
@needs(IMPORT)
def upload():
    """Take the file in; what is no table is refused at once."""
    file, text = request.files.get("file"), request.form.get("text", "")
    data = file.read() if file and file.filename else text.encode()
    name = file.filename if file and file.filename else "pasted text"
    kind = request.form.get("kind", "")
    staging.expire(_directory())
    try:
        opened = runs.open_bytes(data, current_user.id, kind)
        actor_for(current_user, kind=opened.entity.plural)
        file_name = name.replace("\\", "/").rpartition("/")[2]
        run = runs.stage(data, file_name, current_user.id, _directory(), opened=opened)
    except ImportRefused as error:
        db.session.rollback()
        told = {"error": str(error), "text": text, "kind": kind, "kinds": kinds_for(current_user)}
        return render_template("imports/new.html", **told), 422
    db.session.commit()
    return redirect(f"/imports/{run.id}?step=columns", 303)


@bp.get("/<int:import_id>")
@needs(IMPORT)
def show(import_id: int):
    """The step the import is at: columns, preview, progress, or what became of it."""
    run = _run(import_id, own=False)
    if run.state is ImportState.DONE:
        return _page("done", run=run, result=run.result, entity=runs.entity(run.kind))
    if not runs.is_committing(run):
        _require_own(run)
    if runs.is_at_work(run):
        return _page("progress", run=run, heard=jobs.heard(run.job))
    try:
        if request.args.get("step") == "preview":
            return _preview(run)
        return _columns(run)
    except ImportRefused as error:
        return _page("refused", run=run, error=str(error))


@bp.post("/<int:import_id>/file")
@needs(IMPORT)
def reread(import_id: int):
    """Read the file otherwise than was recognised; the columns are proposed anew."""
    run, form = _run(import_id), request.form
    given: dict[str, Any] = {key: form.get(key, "") for key in ("encoding", "delimiter", "sheet")}
    kind = form.get("kind", run.kind)
    # of other rows the sheet and the headings may be elsewhere
    given |= {"header": form.get("header", type=int)} if kind == run.kind else {"sheet": ""}
    reading = Profile(kind=kind, file=given)
    data = staging.content(_directory(), run.stored_name) or b""
    try:
        actor_for(current_user, kind=reading.kind)
        opened = runs.reopen(data, run, reading)
    except ImportRefused as error:
        return _columns(run, problems=[str(error)]), 422
    return _store(run, opened.profile)


@bp.post("/<int:import_id>/columns")
@needs(IMPORT)
def save_columns(import_id: int):
    """Take the mapping; contradictions are listed, otherwise the preview follows."""
    run = _run(import_id)
    opened = runs.open_run(run, _directory())
    profile = mapping.profile_from(request.form, opened.table, opened.profile, opened.entity)
    if request.args.get("stay"):
        return _store(run, profile)
    if problems := contradictions(profile, opened.entity, is_export=opened.table.is_export):
        return _columns(run, profile, problems), 422
    return _store_and_preview(run, profile)


@bp.post("/<int:import_id>/preview")
@needs(IMPORT)
def preview_again(import_id: int):
    """Work the preview out anew: somebody changed something since."""
    run = _run(import_id)
    changes.begin_write()
    return _to_preview(run)


@bp.post("/<int:import_id>/overwrite")
@needs(IMPORT)
def overwrite(import_id: int):
    """Let the file win in a column whose differing cells were kept."""
    run = _run(import_id)
    profile = Profile.from_dict(run.profile)
    column = profile.columns.get(request.form.get("column", "")) or abort(404)
    opened = runs.open_run(run, _directory())
    column.rule = "replace" if opened.entity.field(column.field).kind.is_many else "overwrite"
    return _store_and_preview(run, profile)


@bp.post("/<int:import_id>/rows")
@needs(IMPORT)
def exclude(import_id: int):
    """Leave out the hosts that are not ticked."""
    run = _run(import_id)
    changes.begin_write()
    run.excluded = _excluded(run)
    return _to_preview(run)


@bp.post("/<int:import_id>/commit")
@needs(IMPORT)
def commit(import_id: int):
    """Apply what the preview showed: at once if it is small, else as a job."""
    run, digest = _run(import_id, own=False), request.form.get("digest", "")
    _require_own(run)
    if run.state is ImportState.DONE or runs.is_committing(run):
        return _go(run)
    changes.begin_write()
    run.excluded = _excluded(run)
    if request.form.get("rows", 0, type=int) > SMALL:
        run = runs.start(run, digest, current_user.id)
        db.session.commit()
        return _go(run)
    db.session.commit()
    try:
        runs.commit_run(run.id, digest, actor_for(current_user, kind=run.kind), _directory())
    except ImportRefused as error:
        db.session.rollback()
        return _preview(db.session.get_one(ImportRun, import_id), str(error)), 409
    db.session.commit()
    return _go(run)


@bp.post("/<int:import_id>/discard")
@needs(IMPORT)
def discard(import_id: int):
    """Forget the import and its file."""
    run = _run(import_id)
    staging.discard(_directory(), run.stored_name)
    changes.begin_write()
    db.session.execute(sa.delete(ImportRun).where(ImportRun.id == run.id))
    db.session.commit()
    return redirect("/imports", 303)


@bp.get("/<int:import_id>/faulty.csv")
@needs(IMPORT)
def faulty_rows(import_id: int):
    """The faulty rows with their reasons, to be repaired and uploaded again."""
    run = _run(import_id, own=False)
    if run.state is not ImportState.DONE:
        _require_own(run)
    shown = run.result if run.state is ImportState.DONE else _told(run)
    told = {"errors": shown.get("faults"), **shown}
    text = faulty.as_csv(told["headings"], told["faulty_rows"], told["errors"])
    data = BytesIO(text.encode("utf-8-sig"))
    return attachment(data, "text/csv; charset=utf-8", f"faulty-rows-{run.id}.csv")


@bp.get("/<int:import_id>/file")
@needs(IMPORT)
def original(import_id: int):
    """The uploaded file as it came, always as a download."""
    run = _run(import_id)
    data = staging.content(_directory(), run.stored_name)
    if data is None:
        abort(404)
    return attachment(BytesIO(data), "application/octet-stream", f"import-{run.id}")


def _directory():
    return staging.directory_in(current_app.config["SETTINGS"].data_dir)


def _run(import_id: int, *, own: bool = True) -> ImportRun:
    run = db.session.get(ImportRun, import_id) or abort(404)
    if own:
        _require_own(run)
        if request.method == "POST" and (run.state is ImportState.DONE or runs.is_committing(run)):
            abort(409, "This import is applied already, or is being applied right now.")
    return run


def _require_own(run: ImportRun) -> None:
    """What is not in yet belongs to who uploaded it, and to leads."""
    require(run.actor_id == current_user.id or may(current_user, CONFIGURE))


def _store(run: ImportRun, profile: Profile) -> BaseResponse:
    changes.begin_write()
    run.kind, run.profile, run.excluded = profile.kind, profile.to_dict(), []
    db.session.commit()
    return _go(run, "columns")


def _store_and_preview(run: ImportRun, profile: Profile) -> BaseResponse:
    changes.begin_write()
    run.profile = profile.to_dict()
    return _to_preview(run)


def _to_preview(run: ImportRun) -> BaseResponse:
    """Commit the open write and show the preview; a job works it out if that takes a while."""
    if run.size > LARGE and jobs.is_queue_there():
        runs.prepare_preview(run)
    db.session.commit()
    return _go(run, "preview")


def _told(run: ImportRun) -> dict[str, Any]:
    """The preview of a large file as it was worked out, of a small one as of now."""
    kept = runs.kept_preview(run, _directory()) if run.size > LARGE else None
    return kept or runs.preview_run(run, actor_for(current_user, kind=run.kind), _directory())


def _go(run: ImportRun, step: str = "") -> BaseResponse:
    return redirect(f"/imports/{run.id}" + (f"?step={step}" if step else ""), 303)


def _page(name: str, **context: Any) -> str:
    template = f"imports/{name}.html"
    if wants_fragment():
        return render_block(template, "wizard", **context)
    return render_template(template, **context)


def _columns(run: ImportRun, profile: Profile | None = None, problems: list[str] | None = None) -> str:
    opened = runs.open_run(run, _directory())
    offered = mapping.page(opened.table, profile or opened.profile, opened.entity)
    return _page("columns", run=run, problems=problems or [], kinds=kinds_for(current_user), **offered)


def _preview(run: ImportRun, error: str = "") -> str:
    failed = run.job is not None and run.job.state in (JobState.FAILED, JobState.CANCELLED)
    error = error or (run.job.message if failed else "")
    told = _told(run)
    shown = Shown(told, request.args.get("show", ""), request.args.get("from", 0, type=int))
    if wants_fragment() and "from" in request.args:
        return render_block("imports/preview.html", "rows", run=run, told=told, shown=shown)
    about = {"profile": Profile.from_dict(run.profile), "entity": runs.entity(run.kind), "filters": FILTERS}
    return _page("preview", run=run, told=told, shown=shown, error=error, newest=changes.newest(), **about)


def _excluded(run: ImportRun) -> list[int]:
    """The excluded lines after the form: of the hosts that it showed, those without a tick."""
    shown = {int(line) for line in request.form.getlist("shown") if line.isdecimal()}
    taken = {int(line) for line in request.form.getlist("take") if line.isdecimal()}
    return sorted((set(run.excluded) - shown) | (shown - taken))
