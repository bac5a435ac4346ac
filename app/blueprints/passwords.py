"""What an administrator does with somebody's account beyond its fields: a new password."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import current_user

from app.extensions import db
from app.models.users import User
from app.security.access import load
from app.security.permissions import PEOPLE, needs
from app.services import changes, passwords, sessions, users
from app.services.drafts import Refused

bp = Blueprint("passwords", __name__, url_prefix="/users")


@bp.get("/<int:record_id>/password")
@needs(PEOPLE)
def password(record_id: int):
    """The form for a person's new password."""
    row = load(User, record_id)
    return render_template("users/password.html", row=row, sessions=sessions.of(record_id), errors={})


@bp.post("/<int:record_id>/password")
@needs(PEOPLE)
def set_password(record_id: int):
    """Give a person a new password (empty: a generated one, shown once); their sessions end."""
    row = load(User, record_id)
    given = request.form.get("new_password", "")
    chosen = given or passwords.generated()
    try:
        users.check_password(chosen, row["username"])
    except Refused as error:
        errors = {"new_password": error.errors["password"]}
        return render_template(
            "users/password.html", row=row, sessions=sessions.of(record_id), errors=errors
        ), 422
    password_hash = passwords.hashed(chosen)
    with changes.recording(current_user.id, "ui", f"password of {row['username']}") as change_set:
        users.set_password(change_set, record_id, password_hash)
    db.session.commit()
    if not given:
        return render_template("users/password.html", row=row, sessions=[], errors={}, generated=chosen)
    flash(f"{row['username']} has a new password; their sessions are over.")
    return redirect(f"/users/{record_id}", 303)


@bp.post("/<int:record_id>/sign-out")
@needs(PEOPLE)
def sign_out(record_id: int):
    """End every session of a person."""
    row = load(User, record_id)
    changes.begin_write()
    sessions.end_all([record_id])
    db.session.commit()
    flash(f"{row['username']} is signed out everywhere.")
    return redirect(f"/users/{record_id}", 303)


def init_app(app) -> None:
    """Give the page of a person what it asks."""
    app.jinja_env.globals["last_seen"] = sessions.last_seen
