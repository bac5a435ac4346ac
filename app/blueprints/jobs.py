"""Jobs: what runs and ran in the background, with progress, log and result."""

import datetime as dt

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request
from flask_login import current_user
from jinja2_fragments.flask import render_block

from app.downloads import attachment
from app.extensions import db
from app.htmx import wants_fragment
from app.jobs import upkeep
from app.models.jobs import Job, JobState
from app.security.access import may, require
from app.security.permissions import CONFIGURE, EDIT, EXPORT, FOLLOW, needs
from app.services import beats, jobs

bp = Blueprint("jobs", __name__, url_prefix="/jobs")
PAGE = 50


def _load(job_id: int) -> Job:
    days = current_app.config["SETTINGS"].jobs_kept_days
    return db.session.get(Job, job_id) or abort(
        404, f"There is no such job. Jobs are kept for {days} days after their end."
    )


def _may_steer(job: Job) -> bool:
    """One's own jobs; leads also others'."""
    return job.actor_id == current_user.id or may(current_user, CONFIGURE)


@bp.get("")
@needs(FOLLOW)
def index():
    """All jobs, the newest first; the table follows what happens."""
    kind, state = request.args.get("kind", "")[:40].replace("\0", ""), request.args.get("state", "")
    asked = JobState(state) if state in list(JobState) else None
    found = jobs.latest(kind, asked, request.args.get("before", type=int), PAGE + 1)
    page = {"jobs": found[:PAGE], "more": len(found) > PAGE, "alive": beats.told(), "until": _until}
    page |= {"moves": any(job.state in jobs.OPEN for job in found), "address": request.full_path.rstrip("?")}
    page |= {"kinds": jobs.kinds(), "states": list(JobState), "kind": kind, "state": asked or ""}
    if wants_fragment():
        return render_block("jobs/index.html", "jobs", heard=jobs.heard, **page)
    return render_template("jobs/index.html", heard=jobs.heard, **page)


def _until(job: Job) -> dt.datetime | None:
    """How long the result of a job is kept; None if there is none."""
    return job.finished_at + upkeep.RESULTS_KEPT if job.result_file and job.finished_at else None


@bp.get("/open")
@needs(FOLLOW)
def open_ones():
    """What waits and runs, for the dashboard."""
    return render_template("jobs/_open.html", **waiting_and_running())


def waiting_and_running() -> dict:
    """The jobs that have not ended, and what is heard of them."""
    return {"jobs": [job for job in jobs.latest(limit=20) if job.state in jobs.OPEN], "heard": jobs.heard}


@bp.get("/<int:job_id>")
@needs(FOLLOW)
def show(job_id: int):
    """One job: state, progress, log, result."""
    return render_template("jobs/show.html", **_shown(_load(job_id)))


@bp.get("/<int:job_id>/progress")
@needs(FOLLOW)
def progress(job_id: int):
    """The part of a job's page that moves; without a trigger once the job has ended."""
    return render_template("jobs/_progress.html", **_shown(_load(job_id)))


def _shown(job: Job) -> dict:
    heard = jobs.heard(job)
    return {
        "job": job,
        "heard": heard,
        "lines": heard["lines"] or jobs.lines_of(job.id),
        "is_open": job.state in jobs.OPEN,
        "may_steer": _may_steer(job),
        "queue_is_there": jobs.is_queue_there(),
        "until": _until(job),
        "has_file": bool(job.result_file) and may(current_user, EXPORT),
    }


@bp.get("/<int:job_id>/result")
@needs(EXPORT)
def result(job_id: int):
    """The file that a job wrote, always as a download."""
    job = _load(job_id)
    path = current_app.config["SETTINGS"].data_dir / "results" / job.result_file
    if not job.result_file or not path.is_file():
        abort(404, "The result is not kept any more.")
    return attachment(path, "application/octet-stream", job.result_name)


@bp.post("/<int:job_id>/cancel")
@needs(EDIT)
def cancel(job_id: int):
    """Stop a job; it leaves nothing behind."""
    return _steer(job_id, jobs.cancel, "The job is told to stop.")


@bp.post("/<int:job_id>/retry")
@needs(EDIT)
def retry(job_id: int):
    """Run a failed or cancelled job again."""
    return _steer(job_id, jobs.retry, "The job starts again.")


def _steer(job_id: int, act, done: str):
    require(_may_steer(_load(job_id)))
    try:
        act(job_id)
        db.session.commit()
        flash(done)
    except jobs.NotPossible as error:
        db.session.rollback()
        flash(str(error), "error")
    return redirect(f"/jobs/{job_id}", 303)
