"""The import wizard: file, columns, preview, done. Nothing is written before the last step."""

from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, request
from flask_login import current_user
from jinja2_fragments.flask import render_block
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.import_runs import LARGE, bp, directory, go, page, require_own, run_for, to_preview
from app.downloads import attachment
from app.extensions import db
from app.htmx import wants_fragment
from app.importing import faulty, mapping, runs, staging, words
from app.importing.actors import actor_for, kinds_for
from app.importing.contradictions import contradictions
from app.importing.listing import FILTERS, Shown
from app.importing.past import EDITED, winning
from app.importing.profile import Profile
from app.importing.refusal import ImportRefused
from app.models.base import now
from app.models.imports import ImportRun, ImportState
from app.models.jobs import JobState
from app.security.access import may
from app.security.permissions import CONFIGURE, IMPORT, needs
from app.services import changes, jobs

SMALL = 300
"""Imports with more rows are committed by a job."""


@bp.get("/<int:import_id>")
@needs(IMPORT)
def show(import_id: int):
    """The step the import is at: columns, preview, progress, or what became of it."""
    run = run_for(import_id, own=False)
    if run.state is ImportState.DONE:
        return _done(run)
    if run.state is ImportState.DISCARDED:
        return page("discarded", run=run)
    is_held = runs.state_of(run) is ImportState.HELD
    if not runs.is_committing(run) and not is_held:
        require_own(run)
    if runs.is_at_work(run):
        return page("progress", run=run, heard=jobs.heard(run.job))
    was_applied = run.state is ImportState.COMMITTING  # in vain: the preview says why
    try:
        if request.args.get("step", "preview" if is_held or was_applied else "") == "preview":
            return _preview(run)
        return columns_page(run)
    except ImportRefused as error:
        return page("refused", run=run, error=str(error))


@bp.post("/<int:import_id>/file")
@needs(IMPORT)
def reread(import_id: int):
    """Read the file otherwise than was recognised; the columns are proposed anew."""
    run, form = run_for(import_id), request.form
    given: dict[str, Any] = {key: form.get(key, "") for key in ("encoding", "delimiter", "sheet")}
    kind = form.get("kind", run.kind)
    # of other rows the sheet and the headings may be elsewhere
    given |= {"header": form.get("header", type=int)} if kind == run.kind else {"sheet": ""}
    reading = Profile(kind=kind, file=given)
    data = staging.content(directory(), run.stored_name) or b""
    try:
        actor_for(current_user, kind=reading.kind)
        opened = runs.reopen(data, run, reading)
    except ImportRefused as error:
        return columns_page(run, problems=[str(error)]), 422
    return _store(run, opened.profile)


@bp.post("/<int:import_id>/columns")
@needs(IMPORT)
def save_columns(import_id: int):
    """Take the mapping; contradictions are listed, otherwise the preview follows."""
    run = run_for(import_id)
    opened = runs.open_run(run, directory())
    profile = mapping.profile_from(request.form, opened.table, opened.profile, opened.entity)
    if request.args.get("stay"):
        return _store(run, profile)
    if problems := contradictions(profile, opened.entity, is_export=opened.table.is_export):
        return columns_page(run, profile, problems), 422
    return _store_and_preview(run, profile)


@bp.post("/<int:import_id>/preview")
@needs(IMPORT)
def preview_again(import_id: int):
    """Work the preview out anew: somebody changed something since."""
    run = run_for(import_id)
    changes.begin_write()
    return to_preview(run)


@bp.post("/<int:import_id>/overwrite")
@needs(IMPORT)
def overwrite(import_id: int):
    """Let the file win in a column whose differing cells were kept; of an own export in all, and back again."""
    run = run_for(import_id)
    profile = Profile.from_dict(run.profile)
    named = request.form.get("column", "")
    edited = [column for column in profile.columns.values() if column.rule in EDITED]
    opened = runs.open_run(run, directory())
    for column in edited if not named else [profile.columns.get(named) or abort(404)]:
        column.rule = winning(
            column, opened.table, opened.entity, is_mine=request.form.get("take") != "theirs"
        )
    return _store_and_preview(run, profile)


@bp.post("/<int:import_id>/rows")
@needs(IMPORT)
def exclude(import_id: int):
    """Leave out the hosts that are not ticked."""
    run = run_for(import_id)
    changes.begin_write()
    run.excluded = _excluded(run)
    return to_preview(run)


@bp.post("/<int:import_id>/commit")
@needs(IMPORT)
def commit(import_id: int):
    """Apply what the preview showed: at once if it is small, else as a job."""
    run, digest = run_for(import_id, own=False), request.form.get("digest", "")
    require_own(run)
    if run.state is ImportState.DONE or runs.is_committing(run):
        return go(run)
    changes.begin_write()
    run.excluded = _excluded(run)
    lifted = runs.state_of(run) is ImportState.HELD or "anyway" in request.form
    if request.form.get("rows", 0, type=int) > SMALL:
        run = runs.start(run, digest, current_user.id, lifted=lifted)
        db.session.commit()
        return go(run)
    db.session.commit()
    try:
        actor = actor_for(current_user, kind=run.kind)
        runs.commit_run(run.id, digest, actor, directory(), lifted=lifted)
    except ImportRefused as error:
        db.session.rollback()
        return _preview(db.session.get_one(ImportRun, import_id), str(error)), 409
    db.session.commit()
    return go(run)


@bp.post("/<int:import_id>/discard")
@needs(IMPORT)
def discard(import_id: int):
    """Forget the import and its file; of a held one stays that it was discarded."""
    run = run_for(import_id)
    staging.discard(directory(), run.stored_name)
    changes.begin_write()
    if runs.state_of(run) is ImportState.HELD:
        run.state, run.finished_at = ImportState.DISCARDED, now()
        run.result |= {"discarded_by": current_user.username}
    else:
        db.session.execute(sa.delete(ImportRun).where(ImportRun.id == run.id))
    db.session.commit()
    return redirect("/imports", 303)


@bp.get("/<int:import_id>/faulty.csv")
@needs(IMPORT)
def faulty_rows(import_id: int):
    """The faulty rows with their reasons, to be repaired and uploaded again."""
    run = run_for(import_id, own=False)
    if run.state is not ImportState.DONE:
        require_own(run)
    shown = run.result if run.state is ImportState.DONE else _told(run)
    told = {"errors": shown.get("faults"), **shown}
    text = faulty.as_csv(told["headings"], told["faulty_rows"], told["errors"])
    data = BytesIO(text.encode("utf-8-sig"))
    return attachment(data, "text/csv; charset=utf-8", f"faulty-rows-{run.id}.csv")


@bp.get("/<int:import_id>/file")
@needs(IMPORT)
def original(import_id: int):
    """The uploaded file as it came, always as a download."""
    run = run_for(import_id)
    data = staging.content(directory(), run.stored_name)
    if data is None:
        abort(404)
    return attachment(BytesIO(data), "application/octet-stream", f"import-{run.id}")


def _store(run: ImportRun, profile: Profile) -> BaseResponse:
    changes.begin_write()
    run.kind, run.profile, run.excluded = profile.kind, profile.to_dict(), []
    db.session.commit()
    return go(run, "columns")


def _store_and_preview(run: ImportRun, profile: Profile) -> BaseResponse:
    changes.begin_write()
    run.profile = profile.to_dict()
    return to_preview(run)


def _told(run: ImportRun) -> dict[str, Any]:
    """The preview of a large file as it was worked out, of a small one as of now."""
    kept = runs.kept_preview(run, directory()) if run.size > LARGE else None
    return kept or runs.preview_run(run, actor_for(current_user, kind=run.kind), directory())


def _done(run: ImportRun) -> str:
    """What became of an import, by which profile."""
    told = {"words": words.of(Profile.from_dict(run.profile), runs.entity(run.kind))}
    return page("done", run=run, result=run.result, entity=runs.entity(run.kind), **told)


def columns_page(run: ImportRun, profile: Profile | None = None, problems: list[str] | None = None) -> str:
    """What the file is and what its columns become."""
    opened = runs.open_run(run, directory())
    offered = mapping.page(opened.table, profile or opened.profile, opened.entity)
    return page("columns", run=run, problems=problems or [], kinds=kinds_for(current_user), **offered)


def _preview(run: ImportRun, error: str = "") -> str:
    failed = run.job is not None and run.job.state in (JobState.FAILED, JobState.CANCELLED)
    error = error or (run.job.message if failed else "")
    told = _told(run)
    kept = staging.preview_path(directory(), run.stored_name)
    shown = Shown(told, kept, request.args.get("show", ""), request.args.get("from", 0, type=int))
    if wants_fragment() and "from" in request.args:
        return render_block("imports/preview.html", "rows", run=run, told=told, shown=shown)
    about = {"profile": Profile.from_dict(run.profile), "entity": runs.entity(run.kind), "filters": FILTERS}
    about |= {"is_held": runs.state_of(run) is ImportState.HELD, "leads": may(current_user, CONFIGURE)}
    return page("preview", run=run, told=told, shown=shown, error=error, newest=changes.newest(), **about)


def _excluded(run: ImportRun) -> list[int]:
    """The excluded lines after the form: of the hosts that it showed, those without a tick."""
    shown = {int(line) for line in request.form.getlist("shown") if line.isdecimal()}
    taken = {int(line) for line in request.form.getlist("take") if line.isdecimal()}
    return sorted((set(run.excluded) - shown) | (shown - taken))
