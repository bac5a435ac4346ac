"""Signed-in browsers: the cookie holds a random token, the database its hash. Not in the history.

Whoever calls what writes here has begun the write (`changes.begin_write`) and commits.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

import sqlalchemy as sa

from app.extensions import db
from app.models.base import now
from app.models.users import ApiToken, User, UserSession

IDLE = dt.timedelta(hours=12)
LONGEST = dt.timedelta(days=7)
MARK_EVERY = dt.timedelta(minutes=1)

PERSON = (User.id, User.username, User.full_name, User.role, User.zone, User.theme, User.preferences)
"""What a request needs to know of the person behind it."""


_IS_OVER = sa.or_(
    UserSession.seen_at < sa.bindparam("idle_since", callable_=lambda: now() - IDLE),
    UserSession.created_at < sa.bindparam("begun_at", callable_=lambda: now() - LONGEST),
)
_LIVE = (
    sa.select(*PERSON, UserSession.id.label("session_id"), UserSession.seen_at)
    .join(UserSession, UserSession.user_id == User.id)
    .where(UserSession.token_hash == sa.bindparam("token_hash"), sa.not_(_IS_OVER))
    .where(User.is_enabled, User.deleted_at.is_(None))
)
"""Made once: every request asks it, and making it takes as long as asking."""


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(user_id: int, verified_hash: str, address: str, agent: str) -> str | None:
    """Sign a browser in and return its token; None if the account changed since the password was checked."""
    stored = sa.select(User.password_hash).where(User.id == user_id, User.is_enabled)
    if db.session.scalar(stored) != verified_hash:
        return None
    db.session.execute(sa.delete(UserSession).where(_IS_OVER))
    token = secrets.token_urlsafe(32)
    at = now()
    values = {"user_id": user_id, "created_at": at, "seen_at": at, "address": address[:64]}
    db.session.execute(sa.insert(UserSession).values(token_hash=digest(token), agent=agent[:255], **values))
    return token


def find(token: str) -> sa.Row | None:
    """The person behind a live session, with `session_id` and `seen_at`: one statement."""
    return db.session.execute(_LIVE, {"token_hash": digest(token)}).one_or_none()


def is_stale(marked_at: dt.datetime | None) -> bool:
    """True if a technical mark (seen, used) is old enough to be written again."""
    return marked_at is None or now() - marked_at >= MARK_EVERY


def mark_seen(session_id: int) -> None:
    """Note that the session is in use."""
    db.session.execute(sa.update(UserSession).where(UserSession.id == session_id).values(seen_at=now()))


def of(user_id: int) -> Sequence[UserSession]:
    """The live sessions of a person, the latest first."""
    statement = sa.select(UserSession).where(UserSession.user_id == user_id, sa.not_(_IS_OVER))
    return db.session.scalars(statement.order_by(UserSession.seen_at.desc())).all()


def last_seen(user_id: int) -> dt.datetime | None:
    """When a person last asked for something, to a minute; None if no session or token tells."""
    seen = sa.select(UserSession.seen_at.label("at")).where(UserSession.user_id == user_id)
    used = sa.select(ApiToken.used_at).where(ApiToken.user_id == user_id)
    marks = sa.union_all(seen, used).subquery()
    return db.session.scalar(sa.select(sa.func.max(marks.c.at)))


def end(user_id: int, session_id: int) -> None:
    """End one session of a person."""
    db.session.execute(
        sa.delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id)
    )


def end_by_token(token: str) -> None:
    """End the session that a browser holds, whoever's it is."""
    db.session.execute(sa.delete(UserSession).where(UserSession.token_hash == digest(token)))


def end_all(user_ids: Sequence[int], but: int | None = None) -> None:
    """End every session of these people, except `but`."""
    ending = sa.delete(UserSession).where(UserSession.user_id.in_(user_ids))
    db.session.execute(ending if but is None else ending.where(UserSession.id != but))
