"""What a worker calls: the run of one job, from its claim to its end."""

import importlib
import logging
import secrets
from collections.abc import Callable
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.exc import OperationalError

from app.extensions import db, redis_connection
from app.models.jobs import JobState
from app.services import jobs
from app.services.drafts import Refused
from app.services.running import Cancelled, Failed, Run

log = logging.getLogger(__name__)


def run(job_id: int) -> None:
    """Run a job once, if it still waits; needs the application's context."""
    job = jobs.claim(job_id)
    if job is None:
        db.session.rollback()
        return
    attempt = Run(
        job_id=job.id,
        attempt=job.attempts,
        actor_id=job.actor_id,
        directory=results_directory(),
        connection=redis_connection(),
    )
    with attempt.alive():
        function, arguments = job.function, dict(job.arguments)
        db.session.commit()
        try:
            _work(attempt, function, arguments)
        except jobs.TakenOver:
            db.session.rollback()
            log.warning("job %d: attempt %d was given up meanwhile", job_id, attempt.attempt)


def _work(attempt: Run, function: str, arguments: dict[str, Any]) -> None:
    """Do it and say so, in one transaction; whatever goes wrong leaves nothing but the message."""
    try:
        result = _function(function)(attempt, **arguments) or {}
        jobs.finish(attempt, JobState.DONE, attempt.message, result)
        db.session.commit()
    except jobs.TakenOver:
        raise
    except Cancelled:
        _end(attempt, JobState.CANCELLED, "Cancelled")
    except (Failed, Refused) as error:
        _end(attempt, JobState.FAILED, str(error))
    except Exception as error:
        reference = secrets.token_hex(4)
        log.exception("job %d failed, reference %s", attempt.job_id, reference)
        _end(attempt, JobState.FAILED, _why(error, reference))


def _why(error: Exception, reference: str) -> str:
    """What people can mend is said to them: a full disk, a place that can't be written to. Nothing else is."""
    is_full = isinstance(error, OperationalError) and "full" in str(error.orig)
    if is_full or isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT, EFBIG):
        return "The disk of the server is full. Nothing was changed; make room, then run it again"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return f"Something went wrong; the server's log says more (reference {reference})"


def _end(attempt: Run, state: JobState, message: str) -> None:
    db.session.rollback()
    jobs.finish(attempt, state, message)
    db.session.commit()


def _function(name: str) -> Callable[..., dict[str, Any] | None]:
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(module), function)


def results_directory() -> Path:
    """Where results are stored, under random names."""
    return current_app.config["SETTINGS"].data_dir / "results"
