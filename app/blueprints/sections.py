"""Sections of pages that open and close: which of them somebody has closed is kept with the person."""

from flask import Response, abort, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app.extensions import db
from app.htmx import is_htmx
from app.services import changes, preferences


def closed(page: str, folded: frozenset[str] = frozenset()) -> frozenset[str]:
    """The sections of a page that the person has closed, or not opened yet where they begin `folded`."""
    kept = current_user.preferences.get("sections", {}).get(page, {})
    opened = {name for name, is_open in kept.items() if is_open}
    return folded - opened | (kept.keys() - opened)


def keep(page: str) -> BaseResponse:
    """Keep what the form says: `section`, and whether it is `open`."""
    name, is_open = request.form.get("section", "")[:40], request.form.get("open") == "1"
    if not name.replace("-", "").isalnum():
        abort(400, "which section?")
    changes.begin_write()
    mine = current_user.preferences.get("sections", {}).get(page, {}) | {name: is_open}
    preferences.keep(current_user.id, "sections", page, mine)
    db.session.commit()
    return Response(status=204) if is_htmx() else redirect(f"/{page}", 303)
