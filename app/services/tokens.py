"""API tokens: shown once, stored as a hash, with a scope and an end. Not in the history.

Whoever calls what writes here has begun the write (`changes.begin_write`) and commits.
"""

import datetime as dt
import secrets
from collections.abc import Sequence

import sqlalchemy as sa

from app.extensions import db
from app.models.base import now
from app.models.users import ApiToken, User
from app.services.drafts import Refused
from app.services.sessions import PERSON, digest

SCOPES = ("read", "write", "import")
LONGEST_DAYS = 3650


def create(user_id: int, name: str = "", scope: str = "write", days: int | None = None) -> str:
    """Make a token and return its text, which is not kept."""
    if scope not in SCOPES:
        raise Refused({"scope": f"must be one of {', '.join(SCOPES)}"})
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise Refused({"days": f"must be between 1 and {LONGEST_DAYS}"})
    if len(name) > 255:
        raise Refused({"name": "is longer than 255 characters"})
    token, at = secrets.token_hex(32), now()
    expires_at = at + dt.timedelta(days=days) if days is not None else None
    values = {"user_id": user_id, "name": name.strip(), "scope": scope, "created_at": at}
    db.session.execute(sa.insert(ApiToken).values(token_hash=digest(token), expires_at=expires_at, **values))
    return token


def find(token: str) -> sa.Row | None:
    """The person behind a live token, with `token_id`, `scope` and `used_at`: one statement."""
    statement = (
        sa.select(*PERSON, ApiToken.id.label("token_id"), ApiToken.scope, ApiToken.used_at)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_hash == digest(token))
        .where(sa.or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now()))
        .where(User.is_enabled, User.deleted_at.is_(None))
    )
    return db.session.execute(statement).one_or_none()


def mark_used(token_id: int) -> None:
    """Note that the token is in use."""
    db.session.execute(sa.update(ApiToken).where(ApiToken.id == token_id).values(used_at=now()))


def of(user_id: int) -> Sequence[ApiToken]:
    """The tokens of a person, the newest first."""
    statement = sa.select(ApiToken).where(ApiToken.user_id == user_id)
    return db.session.scalars(statement.order_by(ApiToken.id.desc())).all()


def revoke(user_id: int, token_id: int) -> None:
    """Take a token away from a person."""
    db.session.execute(sa.delete(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == user_id))
