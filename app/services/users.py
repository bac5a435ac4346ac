"""People: accounts, their passwords and roles. Passwords come in as hashes: hashing is slow."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.extensions import db
from app.models.base import key_of
from app.models.users import User
from app.services import passwords, records
from app.services.changes import Recording
from app.services.drafts import Missing, Refused


@dataclass(frozen=True)
class Account:
    """A person whose password was right; `newer_hash` replaces an outdated hash."""

    id: int
    password_hash: str
    newer_hash: str | None


def authenticate(username: str, password: str) -> Account | None:
    """The account if name and password are right and it is enabled; as slow for unknown names."""
    statement = sa.select(User.id, User.password_hash, User.is_enabled).where(
        User.username_key == key_of(username), User.deleted_at.is_(None)
    )
    found = db.session.execute(statement).one_or_none()
    right, newer = passwords.verify(password, found.password_hash if found else "")
    if found is None or not right or not found.is_enabled:
        return None
    return Account(found.id, found.password_hash, newer)


def replace_hash(account: Account) -> Account:
    """Store the same password with today's costs, if the stored hash is outdated; not a change."""
    if account.newer_hash is None:
        return account
    same = sa.and_(User.id == account.id, User.password_hash == account.password_hash)
    db.session.execute(sa.update(User).where(same).values(password_hash=account.newer_hash))
    return Account(account.id, account.newer_hash, None)


def id_of(username: str) -> int:
    """The id behind a username, ignoring case; `Missing` if there is none."""
    live = sa.select(User.id).where(User.username_key == key_of(username), User.deleted_at.is_(None))
    found = db.session.scalar(live)
    if found is None:
        raise Missing(f"there is nobody called “{username}”")
    return found


def check_password(password: str, username: str = "") -> None:
    """`Refused` with the reason if a password is too weak."""
    if reason := passwords.weakness(password, username):
        raise Refused({"password": reason})


def create(
    change_set: Recording, username: str, role: str, password_hash: str = "", full_name: str = ""
) -> int:
    """Add a person; without a password nobody can sign in as them yet."""
    values = {"username": username, "full_name": full_name, "role": role, "password_hash": password_hash}
    return _saved(records.create(change_set, User, values).id)


def _saved(record_id: int | None) -> int:
    if record_id is None:
        raise RuntimeError("a created record has an id")
    return record_id


def set_password(change_set: Recording, user_id: int, password_hash: str) -> None:
    """Give a person a new password; every session of theirs ends."""
    records.update(change_set, User, user_id, {"password_hash": password_hash})


def change_role(change_set: Recording, user_id: int, role: str) -> None:
    """Give a person another role; the last enabled administrator keeps theirs."""
    records.update(change_set, User, user_id, {"role": role})


def rename(change_set: Recording, user_id: int, username: str, full_name: str) -> None:
    """Change how a person is called."""
    records.update(change_set, User, user_id, {"username": username, "full_name": full_name})


def disable(change_set: Recording, user_id: int) -> None:
    """Lock a person out at once; their work stays signed."""
    records.update(change_set, User, user_id, {"is_enabled": False})


def enable(change_set: Recording, user_id: int) -> None:
    """Let a person in again."""
    records.update(change_set, User, user_id, {"is_enabled": True})


def somebody_exists() -> bool:
    """True once there is an account."""
    return db.session.scalar(sa.select(User.id).limit(1)) is not None
