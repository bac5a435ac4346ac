"""Who is behind a request: a signed-in browser or a bearer token, read with one statement."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Request, session
from flask_login import AnonymousUserMixin, UserMixin

from app.extensions import db, login_manager
from app.models.users import Role
from app.services import changes, sessions, tokens

SESSION_KEY = "token"


@dataclass(frozen=True, eq=False)
class Person(UserMixin):
    """Somebody who is signed in, as they were when the request began (`current_user`)."""

    id: int
    username: str
    full_name: str
    role: Role
    zone: str
    theme: str
    preferences: dict[str, Any] = field(default_factory=dict)
    session_id: int | None = None
    token_scope: str | None = None

    @property
    def by_token(self) -> bool:
        """True if a bearer token speaks for them."""
        return self.token_scope is not None


class Stranger(AnonymousUserMixin):
    """Somebody who is not signed in."""

    id = None
    username = full_name = ""
    role = None
    zone = "UTC"
    theme = "system"
    session_id = token_scope = None
    by_token = False


def init_app(app) -> None:
    """Let Flask-Login find the person through our sessions and tokens."""
    login_manager.anonymous_user = Stranger
    login_manager.session_protection = None
    login_manager.request_loader(find)


def find(request: Request) -> Person | None:
    """The person behind a request; REST with an Authorization header goes by that alone."""
    if request.path.startswith("/api/") and "Authorization" in request.headers:
        return _by_token(request)
    token = session.get(SESSION_KEY)
    return _by_session(token) if token else None


def _by_token(request: Request) -> Person | None:
    given = request.authorization
    found = tokens.find(given.token) if given and given.type == "bearer" and given.token else None
    if found is None:
        return None
    if sessions.is_stale(found.used_at):
        _mark(tokens.mark_used, found.token_id)
    return Person(*found[: len(sessions.PERSON)], token_scope=found.scope)


def _by_session(token: str) -> Person | None:
    found = sessions.find(token)
    if found is None:
        return None
    if sessions.is_stale(found.seen_at):
        _mark(sessions.mark_seen, found.session_id)
    return Person(*found[: len(sessions.PERSON)], session_id=found.session_id)


def _mark(mark: Callable[[int], None], row_id: int) -> None:
    """While a large import writes, nobody waits for a mark: it is made with a later request."""
    if changes.begin_write_at_once():
        mark(row_id)
        db.session.commit()
