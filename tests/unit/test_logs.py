"""What is logged, and that nobody can forge a line of it."""

import logging
import re

import pytest

from app.logs import FORMAT, OneLine
from app.security.throttle import address
from tests.conftest import csrf_token
from tests.databases import PASSWORD
from tests.rest import Rest

LINE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+ \S+: |^  \| ")


def lines(record: logging.LogRecord) -> list[str]:
    return OneLine(FORMAT).format(record).split("\n")


def record(message: str, error=None) -> logging.LogRecord:
    return logging.LogRecord("app.x", logging.ERROR, "", 0, message, (), error and (type(error), error, None))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028", "\x1b[2K"])
def test_a_message_stays_one_line(ending):
    (line,) = lines(record(f"no such path /a{ending}2026-01-01T00:00:00.000Z INFO app: forged"))
    assert line.isprintable()


def test_the_text_of_an_error_cannot_begin_a_line():
    written = lines(record("failed", ValueError("x\n2026-01-01T00:00:00.000Z INFO app: forged")))
    assert len(written) > 1
    assert all(LINE.match(line) for line in written)
    assert sum("app.x" in line for line in written) == 1


def test_times_are_in_utc():
    event = record("now")
    event.created = 0.5
    assert lines(event)[0].startswith("1970-01-01T00:00:00.")


def test_a_path_with_a_line_break_is_logged_as_one_line(client, caplog):
    caplog.set_level(logging.INFO)
    client.get("/nothing%0A2026-01-01T00:00:00.000Z%20INFO%20app:%20forged")
    (event,) = [event for event in caplog.records if event.name == "app.errors"]
    assert len(lines(event)) == 1


def test_no_secret_is_ever_logged(app, client, caplog):
    caplog.set_level(logging.DEBUG)
    token = csrf_token(client.get("/login").text)
    for password in ("a wrong secret", PASSWORD):
        client.post("/login", data={"username": "bob", "password": password, "csrf_token": token})
    rest = Rest(app, "bob")
    rest.ask("GET", "nothing")
    written = "\n".join(
        event.getMessage() for event in caplog.records if not event.name.startswith("asyncio")
    )
    cookie = client.get_cookie("spoor").value
    bearer = rest.headers["Authorization"].removeprefix("Bearer ")
    for secret in ("a wrong secret", PASSWORD, cookie, bearer):
        assert secret not in written


def test_an_error_page_tells_the_id_that_the_log_has(client, caplog):
    caplog.set_level(logging.INFO)
    answer = client.get("/nothing")
    error_id = answer.headers["X-Error-Id"]
    assert error_id in answer.text
    assert error_id in caplog.text


@pytest.mark.parametrize(
    ("given", "counted"), [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
)
def test_an_ipv6_network_counts_as_one_address(app, given, counted):
    with app.test_request_context("/login", environ_base={"REMOTE_ADDR": given}):
        assert address() == counted
