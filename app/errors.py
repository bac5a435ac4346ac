"""What a person sees when something goes wrong: one line, an id, never a trace."""

import logging
import secrets
from errno import EDQUOT, EFBIG, ENOSPC
from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from app.extensions import db
from app.htmx import is_htmx
from app.services.assignment import Taken
from app.services.drafts import Conflict, Missing, Refused

log = logging.getLogger(__name__)

TEXTS = {
    400: "The request could not be understood.",
    401: "Sign in first.",
    403: "Your role does not allow this.",
    404: "There is nothing at this address; it may have been deleted.",
    405: "This address can't be used that way.",
    409: "Somebody else changed this in the meantime.",
    413: "This is larger than what may be uploaded.",
    415: "This kind of content is not understood here.",
    419: "This page was open for too long. Nothing you typed is lost: please do it once more.",
    422: "This can't be saved as it is.",
    429: "Too many attempts. Wait a minute, then try again.",
    500: "Something went wrong on the server. Nothing was changed.",
    503: "Spoor is not ready yet. Try again in a moment.",
}
DISK_FULL = "The disk of the server is full. Nothing was saved; make room, then do it once more."
DATABASE_AWAY = "The database can't be used right now. Nothing was saved; do it once more in a moment."
TOO_LARGE = ("too large to convert to SQLite INTEGER", "integer out of range", "bigint out of range")
"""How the databases say that a number is none of theirs."""
TITLES = {419: "Page Expired"}
RETRY_AFTER = 60


def init_app(app: Flask) -> None:
    """Answer every error as page, fragment or problem, whichever was asked for."""
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Missing, lambda error: answer(404))
    app.register_error_handler(Refused, lambda error: answer(422, str(error), errors=error.errors))
    app.register_error_handler(Conflict, lambda error: answer(409, str(error)))
    app.register_error_handler(Taken, lambda error: answer(409, str(error), owner=error.owner.brief()))
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(OverflowError, _too_large)
    app.register_error_handler(DataError, _too_large)
    app.register_error_handler(Exception, _unexpected)


def _forged(error: CSRFError) -> Response:
    """A fragment gets 419 and the page a fresh token, so that trying again works."""
    return answer(419 if is_htmx() and not _is_rest() else 400, TEXTS[419])


def _too_often(error: RateLimitExceeded) -> Response:
    return answer(429)


def _refused(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response
    said = error.description if error.description != type(error).description else ""
    response = answer(error.code or 500, said or "")
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _database(error: OperationalError) -> Response:
    """The disk is full, the database is away, or it stayed locked: said so, since it can be cured."""
    db.session.rollback()
    is_full = "full" in str(error.orig) or "No space left" in str(error.orig)
    response = answer(503, DISK_FULL if is_full else DATABASE_AWAY)
    log.error("error %s: %s %s", response.headers["X-Error-Id"], request.method, request.path, exc_info=error)
    return response


def _too_large(error: Exception) -> Response:
    """A number that is larger than those of the database, in an address: nothing has it."""
    if not any(words in str(error) for words in TOO_LARGE):
        return _unexpected(error)
    db.session.rollback()
    return answer(404)


def _unexpected(error: Exception) -> Response:
    db.session.rollback()
    is_full = isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT, EFBIG)
    response = answer(503, DISK_FULL) if is_full else answer(500)
    log.error("error %s: %s %s", response.headers["X-Error-Id"], request.method, request.path, exc_info=error)
    return response


def answer(status: int, detail: str = "", **more) -> Response:
    """The error in the shape that the client understands, with an id that the log has too."""
    error_id, detail = secrets.token_hex(6), detail or TEXTS.get(status, "This did not work.")
    if _is_rest():
        response = _problem(status, detail, error_id, more)
    else:
        shown = {"status": status, "title": title_of(status), "detail": detail, "error_id": error_id}
        response = Response(_rendered(shown | more), status)
    response.headers["X-Error-Id"] = error_id
    if status == 429:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    if status not in (401, 500):
        log.info("error %s: %s %s %s", error_id, status, request.method, request.path)
    return response


def title_of(status: int) -> str:
    """The usual name of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return TITLES.get(status, "Error")


def _is_rest() -> bool:
    return request.path.startswith("/api/")


def _problem(status: int, detail: str, error_id: str, more: dict) -> Response:
    problem = {"type": "about:blank", "title": title_of(status), "status": status, "detail": detail}
    response = jsonify(problem | more | {"id": error_id})
    response.status_code = status
    response.mimetype = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _rendered(shown: dict) -> str:
    """The fragment or page; when even that fails (the database is away), the bare one."""
    if shown["status"] >= 500:
        return render_template("errors/bare.html", **shown)
    template = "errors/_toast.html" if is_htmx() else "errors/page.html"
    try:
        return render_template(template, **shown)
    except Exception:
        log.exception("error %s could not be shown in full", shown["error_id"])
        db.session.rollback()
        return render_template("errors/bare.html", **shown)
