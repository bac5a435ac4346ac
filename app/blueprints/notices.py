"""What concerns me: notices, until they are read."""

from flask import Blueprint, abort, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.extensions import db
from app.htmx import wants_fragment
from app.security.permissions import OWN_ACCOUNT, needs
from app.services import changes, notices

bp = Blueprint("notices", __name__, url_prefix="/notices")
PAGE = 50


@bp.get("")
@needs(OWN_ACCOUNT)
def index() -> str:
    """My notices, the newest first."""
    return render_template("notices/index.html", **_shown())


def _shown() -> dict:
    before = request.args.get("before", type=int)
    found = notices.of(current_user.id, before, PAGE + 1)
    unread = notices.unread(current_user.id)
    return {"notices": found[:PAGE], "more": len(found) > PAGE, "unread": unread}


@bp.post("/<int:notice_id>/read")
@needs(OWN_ACCOUNT)
def read(notice_id: int) -> Response | str:
    """One of my notices, read."""
    if not notices.is_of(current_user.id, notice_id):
        abort(404)
    return _read(notice_id)


@bp.post("/read")
@needs(OWN_ACCOUNT)
def read_all() -> Response | str:
    """All of my notices, read."""
    return _read(None)


def _read(notice_id: int | None) -> Response | str:
    changes.begin_write()
    notices.mark_read(current_user.id, notice_id)
    db.session.commit()
    if not wants_fragment():
        return redirect("/notices", 303)
    return render_template("notices/_answer.html", **_shown())
