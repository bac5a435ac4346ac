"""`flask bench`: how quick lists, saves, polls and imports are, through a real server on loopback."""

import csv
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import click

PASSWORD = "measured-by-the-clock"  # noqa: S105 (of a scratch instance)
RUNS = 25
LIST = "/systems?deprecated_at.empty=1&status=Clean&sort=name"


@click.command("bench")
@click.option("--systems", "sizes", multiple=True, type=int, default=(1000, 20_000), show_default=True)
@click.option("--database-url", default="", help="An empty PostgreSQL database; left out: SQLite.")
def bench(sizes: tuple[int, ...], database_url: str) -> None:
    """Measure a scratch instance; the last line is one JSON object, times in milliseconds (medians)."""
    figures = {}
    for size in sizes if not database_url else sizes[-1:]:
        with tempfile.TemporaryDirectory(prefix="spoor-bench-") as directory:
            figures[str(size)] = _measure(Path(directory), size, database_url)
    click.echo(json.dumps({"database": "postgresql" if database_url else "sqlite", "sizes": figures}))


def _measure(directory: Path, size: int, database_url: str) -> dict[str, float]:
    settings = {"SPOOR_DATA_DIR": str(directory), "SPOOR_ADMIN_PASSWORD": PASSWORD}
    env = os.environ | settings | ({"SPOOR_DATABASE_URL": database_url} if database_url else {})
    sheet = _sheet(directory / "systems.csv", size)
    _flask(env, "init")
    figures = {"import_s": _timed(lambda: _flask(env, "import", str(sheet), "--as", "admin"))}
    figures["reimport_s"] = _timed(lambda: _flask(env, "import", str(sheet), "--as", "admin"))
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "--threads", "4", "-w", "1", "wsgi:app"]
    port = _free_port()
    address, quiet = f"127.0.0.1:{port}", subprocess.DEVNULL
    server = subprocess.Popen([*command, "-b", address], env=env, stderr=quiet, stdout=quiet)  # noqa: S603
    try:
        return figures | _Browser(port).figures()
    finally:
        server.terminate()
        server.wait()


def _sheet(path: Path, size: int) -> Path:
    """A list of systems with status, domain, operating system, two addresses and two tags each."""
    with path.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["Name", "Status", "Priority", "Domain", "OS", "IPs", "Tags"])
        for number in range(size):
            status = ("Clean", "Compromised", "Unknown")[number % 3]
            ips = f"10.{number // 65025}.{number // 255 % 255}.{number % 255};172.16.{number // 255 % 255}.1"
            tags = f"site-{number % 7};wave-{number % 11}"
            rows.writerow([f"SV-{number:06}", status, "High", "corp.example", "Windows 11", ips, tags])
    return path


def _flask(env: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    subprocess.run(command, env=env, check=True, capture_output=True)  # noqa: S603


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return round(time.perf_counter() - start, 2)


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class _Browser:
    """A signed-in client that counts from the request line to the last byte."""

    def __init__(self, port: int) -> None:
        self.port, self.cookie, self.token = port, "", ""
        self._wait()
        page = self.ask("GET", "/login")
        form = {"username": "admin", "password": PASSWORD, "csrf_token": self._token(page)}
        self.ask("POST", "/login", urlencode(form))
        self.token = self._token(self.ask("GET", "/me"))

    def _wait(self) -> None:
        for _ in range(300):
            try:
                self.ask("GET", "/healthz")
                return
            except OSError:
                time.sleep(0.1)
        raise click.ClickException("the scratch server did not start")

    @staticmethod
    def _token(page: str) -> str:
        return re.search(r'name="csrf-token" content="([^"]+)"', page)[1]  # type: ignore[index]

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        sent = {"Cookie": self.cookie, "X-CSRFToken": self.token} | form | headers
        connection.request(method, path, body or None, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        if cookie := answer.headers.get("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        connection.close()
        if answer.status >= 400:
            raise click.ClickException(f"{method} {path} answered {answer.status}")
        return text

    def figures(self) -> dict[str, float]:
        """The medians of list, search, save and idle poll."""
        fragment = {"HX-Request": "true", "HX-Request-Type": "partial"}
        page = self.ask("GET", LIST)
        record = re.search(r'<tr id="system-(\d+)"', page)[1]  # type: ignore[index]
        reasons = iter(range(10**6))

        def save() -> None:
            body = urlencode({"value": f"Reason {next(reasons) % 2}", "base": self.base})
            self.ask("PATCH", f"/systems/{record}/cell/reason", body, **fragment)

        figures = {"list_ms": self._median(lambda: self.ask("GET", LIST, **fragment))}
        figures["search_ms"] = self._median(lambda: self.ask("GET", "/systems?q=sv-", **fragment))
        figures["cell_save_ms"] = self._median(save, before=lambda: self._see(record))
        newest = re.search(r'data-revision="(\d+)"', self.ask("GET", LIST))[1]  # type: ignore[index]
        figures["poll_idle_ms"] = self._median(lambda: self.ask("GET", f"{LIST}&since={newest}", **fragment))
        return figures

    def _see(self, record: str) -> None:
        editor = self.ask("GET", f"/systems/{record}/cell/reason", **{"HX-Request": "true"})
        self.base = re.search(r'name="base" value="([^"]*)"', editor)[1]  # type: ignore[index]

    @staticmethod
    def _median(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
        times = []
        for _ in range(RUNS):
            before()
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        return round(statistics.median(times) * 1000, 1)
