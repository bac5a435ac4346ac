"""Spoor, a tracker for incident response teams."""

import gc

from flask import Flask

from app import errors, extensions, logs, security
from app.blueprints import register_blueprints
from app.cli import register_commands
from app.config import Settings
from app.services.spool import Shelf

COLLECT_AFTER = (50_000, 20, 50)
"""Large writes hold many live objects: with Python's default, looking for cycles costs a third of them."""

LONGEST_FORM = 8 * 2**20
"""Thousands of rows may be pasted into a form; the usual limit is half a megabyte."""


def create_app(settings: Settings | None = None, **config) -> Flask:
    """Build the application from the settings (default: the environment)."""
    settings = settings or Settings.from_environment()
    gc.set_threshold(*COLLECT_AFTER)
    Shelf.directory = str(settings.data_dir)
    app = Flask(__name__)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret(),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 2**20,
        MAX_FORM_MEMORY_SIZE=LONGEST_FORM,
        RATELIMIT_STORAGE_URI=settings.queue_url.replace("unix://", "redis+unix://"),
        RATELIMIT_STORAGE_OPTIONS={"socket_connect_timeout": 1, "socket_timeout": 2},
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        **config,
    )
    logs.init_app(app)
    extensions.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    register_blueprints(app)
    register_commands(app)
    return app
