"""What the web server needs for lists, searches, saves, polls and bulk edits."""

import http.client
import json
import re
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from app.cli.bench.scratch import PASSWORD, PATIENCE, Scratch

RUNS = 25
LIST = "/systems?deprecated_at.empty=1&status=Clean&sort=name"
_LINKED = ("priority", "status", "analysis_status", "assigned_to", "os", "domain", "type", "location")
COLUMNS = ("name", *_LINKED, "tags", "ips", "updated_at")
MANY = 5_000
CLIENTS = 8
SECONDS = 5.0
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Browser:
    """A signed-in client that counts from the request line to the last byte."""

    def __init__(self, port: int, cookie: str = "", token: str = "") -> None:
        self.port, self.cookie, self.token, self.took = port, cookie, token, 0.0

    def sign_in(self) -> None:
        """Wait for the server, then sign in as the administrator."""
        self._wait()
        token = found(r'name="csrf-token" content="([^"]+)"', self.ask("GET", "/login"))
        self.ask("POST", "/login", {"username": "admin", "password": PASSWORD, "csrf_token": token})
        self.token = found(r'name="csrf-token" content="([^"]+)"', self.ask("GET", "/me"))

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                self.ask("GET", "/healthz")
                return
            except OSError:
                time.sleep(0.1)
        raise click.ClickException("the scratch server did not start")

    def ask(self, method: str, path: str, form: dict[str, Any] | None = None, **headers: str) -> str:
        """The text of an answer; `took` is the time it needed, without connecting."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.connect()
        sent = {"Cookie": self.cookie, "X-CSRFToken": self.token} | headers
        if form:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        connection.request(method, path, urlencode(form, doseq=True) if form else None, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.took = time.perf_counter() - began
        if cookie := answer.headers.get("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        connection.close()
        if answer.status >= 400:
            raise click.ClickException(f"{method} {path} answered {answer.status}")
        return text

    def milliseconds(self, *request: Any, before: Callable[[], Any] = lambda: None) -> float:
        """The median over many runs; what stands in `request` may be a function that gives it."""
        times = []
        for _ in range(RUNS):
            before()
            method, path, form = request[0]() if callable(request[0]) else (*request, None)
            self.ask(method, path, form, **FRAGMENT)
            times.append(self.took)
        return round(statistics.median(times) * 1000, 1)


def found(pattern: str, text: str) -> str:
    """What a pattern finds in an answer."""
    hit = re.search(pattern, text)
    if hit is None:
        raise click.ClickException(f"the answer has no {pattern}")
    return hit[1]


def measure(scratch: Scratch, size: int, busiest: int) -> dict[str, Any]:
    """Every figure that is taken through the server, its memory last; `busiest` is a system that has much."""
    with scratch.server() as (port, pid):
        browser = Browser(port)
        browser.sign_in()
        browser.ask("POST", "/systems/columns", {"columns": COLUMNS})
        figures = {
            "list_ms": browser.milliseconds("GET", LIST),
            "list_statements": _statements(scratch, browser),
            "search_ms": browser.milliseconds("GET", "/systems?q=sv-"),
            "global_search_ms": browser.milliseconds("GET", "/search?q=sv-"),
            "record_ms": browser.milliseconds("GET", f"/systems/{busiest}"),
            **_saves_and_polls(browser),
            "rps_8": _requests_per_second(browser),
            "bulk_s": _bulk(browser, min(size, MANY)),
        }
        return figures | {"web_rss_mb": _largest_worker(pid)}


def _statements(scratch: Scratch, browser: Browser) -> int:
    """The statements of one list, counted in this process."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    from app import create_app

    statements: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    client = create_app(scratch.settings).test_client(use_cookies=False)
    event.listen(Engine, "before_cursor_execute", note)
    answer = client.get(LIST, headers={"Cookie": browser.cookie, **FRAGMENT})
    event.remove(Engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise click.ClickException(f"the list answered {answer.status_code}")
    return len(statements)


def _saves_and_polls(browser: Browser) -> dict[str, float]:
    """A status is changed to and fro; the poll sees nothing new, then one changed row."""
    record = found(r'<tr id="system-(\d+)"', browser.ask("GET", LIST))
    save = _changing(browser, record, "status", "system-statuses", "Compromised", "Clean")
    touch = _changing(browser, record, "priority", "priorities", "Low", "High")
    figures = {"cell_save_ms": browser.milliseconds(save)}
    browser.ask(*save(), **FRAGMENT)
    newest = [_revision(browser)]

    def poll() -> tuple[str, str, None]:
        return "GET", f"{LIST}&since={newest[0]}", None

    def change_a_row() -> None:
        newest[0] = _revision(browser)
        browser.ask(*touch(), **FRAGMENT)

    figures["poll_idle_ms"] = browser.milliseconds(poll)
    figures["poll_one_ms"] = browser.milliseconds(poll, before=change_a_row)
    return figures


def _revision(browser: Browser) -> str:
    return found(r'data-revision="(\d+)"', browser.ask("GET", LIST))


def _changing(
    browser: Browser, record: str, field: str, plural: str, to: str, fro: str
) -> Callable[[], tuple[str, str, dict[str, str]]]:
    """Requests that set a cell to one value and back to the one it has, in turn."""
    rows = json.loads(browser.ask("GET", f"/api/v1/{plural}?per_page=100"))["items"]
    ids = {row["name"]: f"id:{row['id']}" for row in rows}
    values = [ids[fro], ids[to]]

    def request() -> tuple[str, str, dict[str, str]]:
        values.reverse()
        return "PATCH", f"/systems/{record}/cell/{field}", {"value": values[0], "base": values[1]}

    return request


def _bulk(browser: Browser, count: int) -> float:
    """The status of so many systems in one change set."""
    ids: list[int] = []
    for page in range(1, -(-count // 1000) + 1):
        address = f"/api/v1/systems?per_page=1000&page={page}"
        ids += [item["id"] for item in json.loads(browser.ask("GET", address))["items"]]
    form = {"how": "set", "field": "status", "value": "Reinstalled", "apply": "1"}
    browser.ask("POST", "/systems/bulk", form | {"ids": ",".join(map(str, ids[:count]))}, **FRAGMENT)
    return round(browser.took, 2)


def _requests_per_second(browser: Browser) -> float:
    """Lists per second that eight clients get."""
    until, counts = time.perf_counter() + SECONDS, [0] * CLIENTS

    def ask_on(place: int) -> None:
        client = Browser(browser.port, browser.cookie, browser.token)
        while time.perf_counter() < until:
            client.ask("GET", LIST, **FRAGMENT)
            counts[place] += 1

    threads = [threading.Thread(target=ask_on, args=(place,)) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(sum(counts) / SECONDS, 1)


def _largest_worker(pid: int) -> int:
    """Resident memory of the largest web process, in megabytes."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    sizes = [found(r"VmRSS:\s+(\d+)", Path(f"/proc/{child}/status").read_text()) for child in children]
    return max(int(size) for size in sizes) // 1024
