"""A running server and real browsers; a test fails on any error or policy violation in the console."""

import re
import threading
from functools import partial

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from app import create_app
from app.config import Settings
from app.extensions import db
from tests import databases, servers

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
EXPECTED = re.compile(r"status of (401|404|409|422)")
"""What the console says about refused saves; they are part of the journeys."""

NOTICES_ITS_END_AFTER = 0.02
"""Seconds; by default a server looks only twice a second whether it is to stop, and every test waits for that."""


@pytest.fixture(scope="session")
def sqlite_app(home, sqlite_database, valkey_url) -> Flask:
    """The application on SQLite, as it runs outside of tests."""
    settings = Settings(
        data_dir=home, database_url=sqlite_database.url, redis_url=valkey_url, export_dirs=(home / "exports",)
    )
    return create_app(settings, PASSWORD_COSTS=databases.CHEAP)


@pytest.fixture
def server(sqlite_app, sqlite_database, valkey) -> str:
    """The address of the application on SQLite, in threads of this process."""
    app = sqlite_app
    sqlite_database.reset()
    running = make_server("127.0.0.1", 0, app, threaded=True)
    running.daemon_threads = False  # so that closing it waits for answers that nobody waits for
    serve = partial(running.serve_forever, poll_interval=NOTICES_ITS_END_AFTER)
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with app.app_context():
        yield f"http://127.0.0.1:{running.server_port}"
        db.session.remove()
        running.shutdown()
        thread.join()
        running.server_close()
        db.engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """One Chromium for all tests of a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=servers.chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium):
    """Sign somebody in at an address and open a page: `visit(server, "bob", "/systems")`."""
    complaints: list[str] = []
    contexts = []

    def open_page(address: str, username: str, path: str, script: str = "", **options) -> Page:
        usual = {"base_url": address, "viewport": {"width": 1440, "height": 900}}
        context = chromium.new_context(**usual | options)
        contexts.append(context)
        context.add_init_script(script)
        page = context.new_page()
        page.on("console", lambda message: _note(complaints, message))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"/login?next={path}")
        page.fill("[name=username]", username)
        page.fill("[name=password]", databases.PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"**{path}*")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def opened(server, visit):
    """The same on the server of the test: `opened("bob", "/systems")`."""
    return partial(visit, server)


def _note(complaints: list[str], message) -> None:
    if message.type in ("error", "warning") and not EXPECTED.search(message.text):
        complaints.append(message.text)
