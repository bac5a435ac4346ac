"""Who may do what, and the headers that keep others out."""

import datetime as dt

from werkzeug.middleware.proxy_fix import ProxyFix

from app.security import guard, headers, people
from app.services import passwords, sessions


def init_app(app) -> None:
    """Require a login and a permission for every endpoint, set cookies and security headers."""
    settings = app.config["SETTINGS"]
    app.config.update(
        SESSION_COOKIE_NAME="__Host-spoor" if settings.https else "spoor",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=sessions.LONGEST + dt.timedelta(days=1),
        PREFERRED_URL_SCHEME="https" if settings.https else "http",
    )
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
    if costs := app.config.get("PASSWORD_COSTS"):
        passwords.use_costs(**costs)
    people.init_app(app)
    app.before_request(guard.check)
    app.after_request(headers.protect)
