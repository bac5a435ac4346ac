"""Making an installation ready: tables, seeds, the first administrator. Harmless when repeated."""

import sys
from typing import NoReturn

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.cli.migrations import bring_up_to_date
from app.cli.supervisor import say
from app.config import SettingError, Settings
from app.extensions import db
from app.models.users import Role
from app.services import changes, passwords, seeds, users
from app.services.drafts import Refused


def install(settings: Settings) -> str | None:
    """Bring the database up to date; the first administrator's password, if one was generated."""
    require_database(settings)
    bring_up_to_date()
    try:
        password = _first_administrator(settings)
    except Refused as refusal:
        raise SettingError(f"SPOOR_ADMIN_PASSWORD {refusal.errors.get('password', refusal)}") from None
    with changes.recording(None, "init", "Seeds of a new installation") as change_set:
        seeds.plant(change_set)
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    return password


def _first_administrator(settings: Settings) -> str | None:
    """Create the first administrator when there is nobody yet.

    Returns the generated password, to be shown once; None if there was somebody already or the
    password was given in the settings.
    """
    if users.somebody_exists():
        return None
    password = settings.admin_password or passwords.generated()
    users.check_password(password, settings.admin_username)
    password_hash = passwords.hashed(password)
    with changes.recording(None, "cli", "first administrator") as change_set:
        is_first = not users.somebody_exists()
        if is_first:
            users.create(change_set, settings.admin_username, Role.ADMIN, password_hash)
    db.session.commit()
    return password if is_first and not settings.admin_password else None


def introduce(settings: Settings, password: str | None) -> None:
    """The generated password is shown this once, and stored nowhere."""
    if password:
        say("spoor", f"first administrator: {settings.admin_username}")
        say("spoor", f"password: {password}   (shown only now)")


def refuse(error: SettingError) -> NoReturn:
    """One clear line, and the exit code of a setting that does not fit."""
    print(f"spoor: {error}", file=sys.stderr, flush=True)
    sys.exit(2)


def require_database(settings: Settings) -> None:
    """`SettingError` if the database can't be opened."""
    try:
        with db.engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
    except (OperationalError, ProgrammingError) as error:
        where = sa.make_url(settings.database_url).render_as_string(hide_password=True)
        reason = " ".join(str(error.orig).split())
        raise SettingError(f"the database {where} can't be opened: {reason}") from error
