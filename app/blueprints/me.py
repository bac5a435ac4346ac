"""One's own account: password, zone, theme and landing page, API tokens, sessions."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import current_user

from app.blueprints import welcome
from app.extensions import db
from app.security import signin
from app.security.access import may
from app.security.permissions import OWN_ACCOUNT, OWN_TOKENS, needs
from app.security.throttle import FAILED, throttled
from app.services import changes, passwords, preferences, sessions, settings, tokens, users
from app.services.drafts import Refused

bp = Blueprint("me", __name__, url_prefix="/me")


def _page(errors: dict[str, str] | None = None, new_token: str = ""):
    shown = {
        "sessions": sessions.of(current_user.id),
        "tokens": tokens.of(current_user.id) if may(current_user, OWN_TOKENS) else None,
        "zones": [(zone, zone) for zone in preferences.zones()],
        "themes": [("system", "as the system has it"), ("light", "light"), ("dark", "dark")],
        "landings": [("", f"as the team has it ({settings.get('landing')})"), *welcome.landings()],
        "landing": current_user.preferences.get("landing", ""),
        "scopes": [("read", "read only"), ("write", "read and write"), ("import", "imports only")],
    }
    return render_template(
        "me/show.html", errors=errors or {}, new_token=new_token, form=request.form, **shown
    )


@bp.get("")
@needs(OWN_ACCOUNT)
def show():
    """The page of one's own account."""
    return _page()


@bp.post("/password")
@needs(OWN_ACCOUNT)
@throttled
def change_password():
    """A new password; every other session ends, this one goes on."""
    form = request.form
    account = users.authenticate(current_user.username, form.get("password", ""))
    if account is None:
        return _page({"password": "is not your present password"}), FAILED
    try:
        users.check_password(form.get("new_password", ""), current_user.username)
    except Refused as error:
        return _page({"new_password": error.errors["password"]}), 422
    if form.get("new_password") != form.get("again"):
        return _page({"again": "is not the same"}), 422
    password_hash = passwords.hashed(form["new_password"])
    with changes.recording(current_user.id, "ui", "own password") as change_set:
        users.set_password(change_set, account.id, password_hash)
    db.session.commit()
    signin.begin(users.Account(account.id, password_hash, None))
    flash("Your password is changed; other browsers are signed out.")
    return redirect("/me", 303)


@bp.post("/preferences")
@needs(OWN_ACCOUNT)
def choose():
    """Zone, theme and landing page."""
    changes.begin_write()
    try:
        form = request.form
        landing = form.get("landing")
        preferences.choose(current_user.id, form.get("zone", ""), form.get("theme", ""), landing)
    except Refused as error:
        db.session.rollback()
        return _page(error.errors), 422
    db.session.commit()
    flash("Saved.")
    return redirect("/me", 303)


@bp.post("/tokens")
@needs(OWN_TOKENS)
def create_token():
    """A new API token, shown on the answer and never again."""
    form = request.form
    days = form.get("days", "").strip()
    if days and not (days.isdecimal() and len(days) < 6):
        return _page({"days": "is not a whole number of days"}), 422
    changes.begin_write()
    try:
        text = tokens.create(
            current_user.id, form.get("name", ""), form.get("scope", ""), int(days) if days else None
        )
    except Refused as error:
        db.session.rollback()
        return _page(error.errors), 422
    db.session.commit()
    return _page(new_token=text)


@bp.post("/tokens/<int:token_id>/revoke")
@needs(OWN_TOKENS)
def revoke(token_id: int):
    """Take a token back."""
    changes.begin_write()
    tokens.revoke(current_user.id, token_id)
    db.session.commit()
    flash("The token is revoked.")
    return redirect("/me", 303)


@bp.post("/sessions/<int:session_id>/end")
@needs(OWN_ACCOUNT)
def end_session(session_id: int):
    """Sign another browser out."""
    changes.begin_write()
    sessions.end(current_user.id, session_id)
    db.session.commit()
    flash("That browser is signed out.")
    return redirect("/me", 303)
