"""Fixtures of all tests: the application on real databases, the people, what was left out."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import redis
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.config import Settings
from app.extensions import db, limiter
from app.models.users import User
from tests import databases, servers
from tests.clients import Client

LEFT_OUT: dict[str, str] = {}
"""What this machine lacks for the whole suite, by mark, and how to add it."""
HOW_TO_ADD = {
    "browser": "the browser tests: apt-get install chromium, or set SPOOR_TEST_CHROMIUM",
    "postgres": "the tests on PostgreSQL: apt-get install postgresql, or set SPOOR_TEST_DATABASE_URL",
}


def pytest_configure(config) -> None:
    """The process that begins the run makes its directory and finds out what is missing."""
    config.is_first = servers.RUN_DIRECTORY not in os.environ
    if config.is_first:
        directory = servers.begin_run()
        config.option.basetemp = config.option.basetemp or str(directory / "tmp")
    needed = {"browser": servers.chromium, "postgres": servers.postgres_binaries}
    if os.environ.get("SPOOR_TEST_DATABASE_URL"):
        del needed["postgres"]
    for mark, look in needed.items():
        try:
            look()
        except servers.NotInstalled:
            LEFT_OUT[mark] = HOW_TO_ADD[mark]
    if LEFT_OUT and os.environ.get("CI"):
        raise pytest.UsageError("nothing may be left out here. Missing: " + "; ".join(LEFT_OUT.values()))


def pytest_unconfigure(config) -> None:
    """Stop the servers when the whole run is over."""
    if config.is_first and servers.RUN_DIRECTORY in os.environ:
        if (servers.run_directory() / "postgres-template.done").exists():
            databases.drop_postgres()
        servers.end_run()


def pytest_collection_modifyitems(config, items) -> None:
    """Leave out what can't run here; the summary says so."""
    missing = [item for item in items if any(item.get_closest_marker(mark) for mark in LEFT_OUT)]
    if missing:
        config.hook.pytest_deselected(items=missing)
        items[:] = [item for item in items if item not in set(missing)]


def pytest_terminal_summary(terminalreporter) -> None:
    """Say clearly what was measured and what was left out."""
    reports = [report for many in terminalreporter.stats.values() for report in many]
    told = {text for one in reports for key, text in getattr(one, "user_properties", ()) if key == "figure"}
    for text in sorted(told):
        terminalreporter.write_line(text)
    for how in LEFT_OUT.values():
        terminalreporter.write_line(f"LEFT OUT, not installed here: {how}", yellow=True, bold=True)


def pytest_generate_tests(metafunc) -> None:
    """Whatever touches the database runs on both, unless it is about a failure that only one has."""
    if "database_url" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("only")
        names = only.args if only else ("sqlite", "postgres")
        marks = {"postgres": pytest.mark.postgres}
        params = [pytest.param(name, marks=marks.get(name, ())) for name in names]
        metafunc.parametrize("database_url", params, indirect=True)


@pytest.fixture(scope="session")
def home() -> Path:
    """The directory of this process."""
    directory = servers.run_directory() / f"process-{os.getpid()}"
    directory.mkdir()
    return directory


@pytest.fixture(scope="session")
def sqlite_database(home) -> databases.SqliteDatabase:
    """The SQLite database of this process."""
    return databases.SqliteDatabase(home)


@pytest.fixture(scope="session")
def postgres_database() -> databases.PostgresDatabase:
    """The PostgreSQL database of this process."""
    database = databases.PostgresDatabase()
    yield database
    database.close()


@pytest.fixture
def database_url(request) -> str:
    """A migrated, seeded database with the people of `databases.PEOPLE` and nothing else."""
    database = request.getfixturevalue(f"{request.param}_database")
    database.reset()
    return database.url


@pytest.fixture(scope="session")
def valkey_url() -> str:
    """The real Valkey of this run; each test process has a database of its own in it."""
    worker = re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or "15"
    return servers.valkey_url(int(worker))


@pytest.fixture
def valkey(valkey_url) -> redis.Redis:
    """An empty Valkey."""
    connection = redis.Redis.from_url(valkey_url)
    connection.flushdb()
    yield connection
    connection.close()


@pytest.fixture
def data_dir(home) -> Path:
    """An empty data directory."""
    directory = home / "data"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    return directory


@pytest.fixture
def settings(database_url, valkey, valkey_url, data_dir) -> Settings:
    """What the application under test is told; a test may ask for others with `other_app`."""
    directories = {"import_dirs": (data_dir / "imports",), "export_dirs": (data_dir / "exports",)}
    return Settings(data_dir=data_dir, database_url=database_url, redis_url=valkey_url, **directories)


@pytest.fixture(scope="session")
def apps() -> dict[str, Flask]:
    """The application of this process for each database: it is built once, and so are its templates."""
    return {}


@pytest.fixture
def app(apps, settings) -> Flask:
    """The application, on SQLite and on PostgreSQL, inside its context; what a test turns it puts back."""
    if settings.database_url not in apps:
        apps[settings.database_url] = build(settings)
    with inside(apps[settings.database_url]) as app:
        yield app


@pytest.fixture
def other_app(settings):
    """The application with other settings: `with other_app(https=True) as app`."""

    @contextmanager
    def build_and_enter(**others) -> Iterator[Flask]:
        limits = vars(limiter).copy()
        with inside(build(replace(settings, **others))) as app:
            yield app
        vars(limiter).update(limits)

    return build_and_enter


def build(settings: Settings) -> Flask:
    """The application for tests: passwords are cheap, browsers are `Client`s."""
    app = create_app(settings, TESTING=True, PASSWORD_COSTS=databases.CHEAP)
    app.test_client_class = Client
    return app


@contextmanager
def inside(app: Flask) -> Iterator[Flask]:
    """The context of an application; at its end nobody has SQLite's file open, which is copied over.

    Connections to PostgreSQL stay: a new one has to read the whole catalog again.
    """
    with app.app_context():
        yield app
        db.session.remove()
        if db.engine.dialect.name == "sqlite":
            db.engine.dispose()


@pytest.fixture
def people(app) -> SimpleNamespace:
    """The ids of alice (lead), bob (analyst), rita (reader), ada (admin) and otto (disabled)."""
    ids = db.session.execute(sa.select(User.username, User.id)).all()
    db.session.rollback()
    return SimpleNamespace(**dict(ids))


@pytest.fixture
def client(app) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def signed_in(app):
    """Make a browser in which somebody is signed in: `signed_in("bob")`."""

    def sign_in(username: str) -> FlaskClient:
        browser = app.test_client()
        token = csrf_token(browser.get("/login").text)
        form = {"username": username, "password": databases.PASSWORD, "csrf_token": token}
        answer = browser.post("/login", data=form)
        assert answer.status_code in (302, 303), answer.text
        return browser

    return sign_in


@pytest.fixture
def alice(signed_in) -> FlaskClient:
    """Alice's browser: a lead."""
    return signed_in("alice")


@pytest.fixture
def bob(signed_in) -> FlaskClient:
    """Bob's browser: an analyst."""
    return signed_in("bob")


@pytest.fixture
def rita(signed_in) -> FlaskClient:
    """Rita's browser: a reader."""
    return signed_in("rita")


@pytest.fixture
def ada(signed_in) -> FlaskClient:
    """Ada's browser: an administrator."""
    return signed_in("ada")


def csrf_token(page: str) -> str:
    """The token that a page hands out for unsafe requests."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    found = found or re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found, "the page has no CSRF token"
    return found[1]
