"""A browser for tests: every request is on its own, as it is in the running server."""

import contextvars

from flask.testing import FlaskClient

from app.extensions import db


class Client(FlaskClient):
    """Requests see nothing of the test's application context: not its `g`, not its transaction.

    The test in turn sees what the request has committed.
    """

    def open(self, *args, **kwargs):
        """Send a request in a fresh context."""
        db.session.rollback()
        return contextvars.Context().run(super().open, *args, **kwargs)
