"""A REST client for tests: speaks with somebody's bearer token, gives status and JSON."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.extensions import db
from app.services import changes, tokens, users


class Rest:
    """Requests below `/api/v1/` in somebody's name."""

    def __init__(self, app: Flask, username: str, scope: str = "write") -> None:
        self.client = app.test_client()
        changes.begin_write()
        token = tokens.create(users.id_of(username), scope=scope)
        db.session.commit()
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        """Send a request; header names are written with `_`."""
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        options = {} if json is None else {"json": json}
        return self.client.open(f"/api/v1/{path}", method=method, headers=self.headers | extra, **options)

    def get(self, path: str) -> Any:
        """The JSON of an address that answers."""
        return self._json(self.ask("GET", path), 200)

    def post(self, path: str, json: Any = None, status: int = 200, **headers: str) -> Any:
        """The JSON of what was posted; 200 unless told."""
        return self._json(self.ask("POST", path, json, **headers), status)

    def patch(self, path: str, json: Any, status: int = 200, **headers: str) -> Any:
        """The JSON of what was changed."""
        return self._json(self.ask("PATCH", path, json, **headers), status)

    def delete(self, path: str, status: int = 204) -> Any:
        """Delete; the problem if that is what is expected."""
        return self._json(self.ask("DELETE", path), status)

    @staticmethod
    def _json(answer: TestResponse, status: int) -> Any:
        assert answer.status_code == status, answer.text
        if status >= 400:
            assert answer.mimetype == "application/problem+json"
            assert answer.json["status"] == status
        return answer.json if answer.data else None
