"""What htmx sends from the grid, for tests of its answers."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import csrf_token


class Grid:
    """Somebody's open list: requests carry the headers and the token that the page would send."""

    def __init__(self, browser: FlaskClient, address: str = "/systems") -> None:
        self.browser = browser
        self.address = address
        self.headers = {"HX-Request": "true", "X-CSRFToken": csrf_token(browser.get(address).text)}

    def get(self, path: str) -> TestResponse:
        """Fetch a fragment."""
        return self.browser.get(self.address + path, headers=self.headers)

    def post(self, path: str, **form) -> TestResponse:
        """Post a form."""
        return self.browser.post(self.address + path, headers=self.headers, data=form)

    def save(self, record_id: int, field: str, value: str, base: str | None = None) -> TestResponse:
        """Save a cell."""
        form = {"value": value} | ({} if base is None else {"base": base})
        return self.browser.patch(f"{self.address}/{record_id}/cell/{field}", headers=self.headers, data=form)
