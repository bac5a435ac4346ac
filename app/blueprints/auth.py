"""Signing in and out."""

from flask import Blueprint, redirect, render_template, request, session
from flask_login import current_user

from app.extensions import db
from app.htmx import is_htmx
from app.security import signin
from app.security.guard import safe_path
from app.security.permissions import OWN_ACCOUNT, needs
from app.security.throttle import FAILED, throttled
from app.services import changes, sessions, users

bp = Blueprint("auth", __name__)


@bp.get("/login")
def login():
    """The login page."""
    wanted = safe_path(request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(wanted or "/", 303)
    return render_template("auth/login.html", next=wanted)


@bp.post("/login")
@throttled
def sign_in():
    """Check name and password; the same answer whether the name or the password is wrong."""
    form = request.form
    wanted = safe_path(form.get("next", ""))
    account = users.authenticate(form.get("username", ""), form.get("password", ""))
    if account is None or not signin.begin(account):
        template = "auth/_form.html" if is_htmx() else "auth/login.html"
        return render_template(template, next=wanted, username=form.get("username", ""), failed=True), FAILED
    if is_htmx():
        return render_template("auth/_signed_in.html")
    return redirect(wanted or "/", 303)


@bp.post("/logout")
@needs(OWN_ACCOUNT)
def logout():
    """End this session, here and on the server."""
    changes.begin_write()
    sessions.end(current_user.id, current_user.session_id)
    db.session.commit()
    session.clear()
    return redirect("/login", 303)
