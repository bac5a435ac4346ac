"""The gate before every view: signed in, no forgery, allowed. What names no permission is closed."""

from urllib.parse import urlencode, urlsplit

from flask import Response, abort, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app.extensions import csrf
from app.htmx import is_htmx
from app.security.access import may_enter
from app.security.permissions import PUBLIC, verb_of


def check() -> BaseResponse | None:
    """Refuse what must not reach its view: 401 (pages: the login), 400 or 419 forged, 403 not allowed."""
    endpoint = request.endpoint
    if endpoint is None:  # no such address or method: the router answers
        return None
    if endpoint in PUBLIC:
        csrf.protect()
        return None
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    if not current_user.by_token:
        csrf.protect()
    verb = verb_of(endpoint)
    if verb is None or not may_enter(current_user, verb, request.method):
        abort(403)
    return None


def ask_to_sign_in() -> BaseResponse:
    """REST: a problem; fragments: the login as a dialog over the page; pages: the login page."""
    if request.path.startswith("/api/"):
        abort(401)
    if is_htmx() and request.headers.get("HX-History-Restore-Request") != "true":
        return Response(render_template("auth/_dialog.html", next=""), 401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect("/login" + (f"?{urlencode({'next': wanted})}" if safe_path(wanted) else ""), 302)


def safe_path(path: str) -> str:
    """The path if it stays on this site, else nothing: what a login may lead to."""
    plain = path.isprintable() and "\\" not in path
    if not plain or not path.startswith("/") or path.startswith("//"):
        return ""
    parts = urlsplit(path)
    return path if not parts.scheme and not parts.netloc else ""
