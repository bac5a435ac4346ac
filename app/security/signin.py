"""Beginning a browser session: a new token in a new cookie, with a new CSRF token."""

from flask import g, request, session

from app.extensions import db
from app.security.people import SESSION_KEY
from app.services import changes, sessions, users


def begin(account: users.Account) -> bool:
    """Sign this browser in; False if the account was locked or changed a moment ago. Commits."""
    changes.begin_write()
    account = users.replace_hash(account)
    end_known()
    token = sessions.start(account.id, account.password_hash, request.remote_addr or "", _agent())
    db.session.commit()
    if token is not None:
        keep(token)
    return token is not None


def end_known() -> None:
    """Forget the session that this browser had until now, inside an open write."""
    if known := session.get(SESSION_KEY):
        sessions.end_by_token(known)


def keep(token: str) -> None:
    """Put the token into a fresh cookie; what the old one held is void, the CSRF token too."""
    session.clear()
    g.pop("csrf_token", None)
    session.permanent = True
    session[SESSION_KEY] = token


def _agent() -> str:
    return request.headers.get("User-Agent", "")
