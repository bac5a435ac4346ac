"""Errors: a page, a fragment or a problem, whichever was asked for; an id, never a trace."""

import html
import re

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import HTTPException

from app import errors
from app.extensions import db
from app.services import changes
from app.services.assignment import Taken
from app.services.drafts import Missing, Refused
from app.services.reading import Named
from tests.pages import problems
from tests.records import system
from tests.web.grid import Grid

STATUSES = (400, 401, 403, 404, 405, 409, 413, 415, 419, 422, 429, 500, 503)
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def failing(app, monkeypatch):
    """Let a public address fail with what a test wants."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.config, "TESTING", False)

    def fail_with(error):
        def broken():
            if isinstance(error, int):
                return errors.answer(error)
            raise error

        monkeypatch.setitem(app.view_functions, "health.healthz", broken)

    return fail_with


@pytest.mark.parametrize("status", STATUSES)
def test_every_error_has_a_page_and_a_fragment_with_words_and_an_id(failing, client, status):
    failing(status)
    page = client.get("/healthz")
    assert page.status_code == status
    assert problems(page.text) == []
    fragment = client.get("/healthz", headers=FRAGMENT)
    assert "<html" not in fragment.text or status >= 500
    for answer in (page, fragment):
        assert answer.headers["X-Error-Id"] in answer.text
        assert errors.TEXTS[status] in answer.text.replace("&#39;", "'")


def test_what_the_services_refuse_is_no_failure_of_the_server(failing, client):
    for error, status in (
        (Refused({"name": "is required"}), 422),
        (Missing("systems 4711"), 404),
        (Taken(Named(1, "alice")), 409),
    ):
        failing(error)
        assert client.get("/healthz").status_code == status


@pytest.mark.parametrize("headers", [{}, FRAGMENT, {"Accept": "application/json"}])
def test_an_unexpected_error_tells_nothing_but_its_id(failing, client, headers, caplog):
    failing(RuntimeError("the secret detail of /srv/app"))
    answer = client.get("/healthz", headers=headers)
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["X-Error-Id"] in caplog.text
    assert "secret detail" in caplog.text


def test_a_problem_of_rest_has_the_fields_of_rfc_9457(client, bob):
    for browser, path, status in ((client, "/api/v1/systems", 401), (bob, "/api/v1/nothing", 404)):
        answer = browser.get(path)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert {"type", "title", "status", "detail"} <= set(answer.json)
        assert re.fullmatch(r"[0-9a-f]{12}", answer.headers["X-Error-Id"])


def test_a_wrong_method_says_which_are_right(bob):
    answer = bob.put("/me")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_too_large_an_upload_is_refused_in_words(app, bob, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    answer = bob.post("/me/preferences", data={"zone": "x" * 5000})
    assert answer.status_code == 413
    assert errors.TEXTS[413] in answer.text


def test_every_error_of_the_protocol_has_words():
    for status in (HTTPException.code, *STATUSES):
        assert errors.title_of(status or 500)


@pytest.mark.parametrize(
    "path", ["/systems?sort=nothing", "/systems?colour=red", "/systems?created_at.min=soon"]
)
def test_an_address_that_cannot_be_meant_names_what_is_wrong(alice, path):
    answer = alice.get(path)
    assert answer.status_code == 400
    assert any(word in answer.text for word in ("“nothing”", "“colour”", "“soon”"))
    assert problems(answer.text) == []


@pytest.mark.parametrize("wrong", ["colour=red", "created_at.min=soon", "sort=nothing", "updated_since=soon"])
def test_the_list_is_offered_without_what_it_does_not_understand(alice, wrong):
    system("SRV-1")
    refused = alice.get(f"/systems?q=srv&{wrong}").text
    (way_out,) = re.findall(r'href="([^"]+)">The list without it', refused)
    page = alice.get(html.unescape(way_out))
    assert page.status_code == 200
    assert "SRV-1" in page.text
    assert ("q=srv" in way_out) is (wrong != "updated_since=soon")


@pytest.mark.parametrize("value", ["id:²", "id:0", f"id:{10**30}", "id:", "id:-1"])
def test_an_id_that_no_record_has_is_no_failure_of_the_server(alice, value):
    srv = system("SRV-1")
    for name in ("status", "tags"):
        assert alice.get("/systems", query_string={name: value}).status_code in (200, 400)
        answer = Grid(alice).save(srv, name, value)
        assert answer.status_code in (200, 409, 422)
    assert alice.get("/api/v1/change-sets", query_string={"actor": value}).status_code in (200, 400)


LARGE = 10**20
PAGED = ["jobs", "imports", "snapshots", "notices", "activity", "schedules/1/runs", "systems/1/history"]


@pytest.mark.parametrize("path", [f"{path}?before={LARGE}" for path in PAGED] + ["jobs/{0}", "bin?page={0}"])
def test_a_number_that_no_database_holds_is_no_failure_of_the_server(ada, path):
    system("SRV-1")
    assert ada.get(f"/{path.format(LARGE)}").status_code in (200, 404)


@pytest.mark.only("sqlite")
def test_a_full_disk_is_said_and_nothing_is_half_written(app, alice):
    srv = system("SRV-1")
    grid, before = Grid(alice, f"/systems/{srv}"), changes.newest()

    @sa.event.listens_for(db.engine, "begin")
    def fill(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    answer = grid.post("/memos", text="x" * 200_000)
    assert answer.status_code == 503
    assert errors.DISK_FULL in answer.text
    sa.event.remove(db.engine, "begin", fill)
    db.session.rollback()
    db.engine.dispose()
    assert changes.newest() == before
    assert grid.post("/memos", text="x" * 200_000).status_code == 200


@pytest.mark.only("postgres")
def test_a_database_that_went_away_is_said_and_found_again(app, alice):
    srv = system("SRV-1")
    grid, before = Grid(alice, f"/systems/{srv}"), changes.newest()

    @sa.event.listens_for(db.engine, "begin", once=True)
    def end(connection):
        own = connection.connection.driver_connection.info.backend_pid
        with sa.create_engine(db.engine.url, poolclass=sa.NullPool).begin() as other:
            other.execute(sa.select(sa.func.pg_terminate_backend(own)))

    answer = grid.post("/memos", text="lost?")
    assert answer.status_code == 503
    assert errors.DATABASE_AWAY in answer.text.replace("&#39;", "'")
    assert changes.newest() == before
    assert grid.post("/memos", text="found").status_code == 200
