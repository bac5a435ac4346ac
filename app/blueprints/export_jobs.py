"""An export that is too much for a request: a job, and its page."""

from typing import Any

from flask import redirect
from flask_login import current_user

from app.extensions import db
from app.services import changes, jobs

AT_ONCE = 300
"""More rows than this become a job."""


def queued(function: str, title: str, **arguments: Any):
    """Let a job do it, the same one however often the button is pressed; the page of the job."""
    arguments["revision"] = changes.newest()
    name = f"app.jobs.{function}"
    job = jobs.enqueue("export", name, arguments, title=title, actor_id=current_user.id, queue="exports")
    job_id = job.id
    db.session.commit()
    return redirect(f"/jobs/{job_id}", 303)
