"""`flask up` with real processes: start, deaths, stop, and the mistakes it must explain."""

import os
import re
import select
import signal
import socket
import stat
import time
from pathlib import Path

import pytest

from tests.running import PATIENCE, Spoor, children_of

AT_MOST = 10
"""Seconds for a stop when nothing is in hand."""


@pytest.fixture
def start(tmp_path_factory):
    """Start Spoor: `start()`, `start(data_dir=…, SPOOR_…=…)`."""
    started = []

    def begin(data_dir: Path | None = None, **settings: str) -> Spoor:
        started.append(Spoor(data_dir or tmp_path_factory.mktemp("spoor"), **settings))
        return started[-1]

    yield begin
    for spoor in started:
        spoor.clear_away()


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def _wait_until(condition, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        select.select([], [], [], 0.05)


def _refusal(spoor: Spoor) -> str:
    """The one line of a start that was refused."""
    assert spoor.end() == 2, spoor.text
    lines = [line for line in spoor.text.splitlines() if not re.match(r"valkey|spoor +\| stopping", line)]
    assert len(lines) == 1, spoor.text
    return lines[0]


def test_the_first_start_makes_an_administrator_and_everything_answers(start, tmp_path):
    spoor = start(data_dir=tmp_path).ready()
    assert spoor.get("/healthz") == (200, {"status": "ok"})
    status, parts = spoor.get("/readyz")
    assert status == 200
    seconds = {parts.pop("worker_seconds"), parts.pop("scheduler_seconds")}
    assert set(parts.values()) == {"ok"}
    assert all(one is None or one < 60 for one in seconds)
    assert re.search(r"^spoor +\| first administrator: admin$", spoor.text, re.M)
    assert re.search(r"^spoor +\| password: \S{12,}", spoor.text, re.M)
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    code, took = spoor.stop(signal.SIGINT)
    assert (code, took < AT_MOST) == (0, True)

    again = start(data_dir=tmp_path).ready()
    assert "password" not in again.text
    assert all(
        re.match(r"(spoor|web|worker|scheduler|valkey) +\| ", line) for line in again.text.splitlines()
    )


def test_whoever_does_not_hang_up_keeps_nobody_waiting(start):
    spoor = start().ready()
    asked = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    hanging = [socket.create_connection(("127.0.0.1", spoor.port)) for _ in range(40)]
    for one in hanging:
        one.sendall(asked)
        assert b" 200 " in one.recv(100)
    began = time.monotonic()
    assert spoor.get("/healthz")[0] == 200
    assert time.monotonic() - began < 1
    for one in hanging:
        one.close()
    code, took = spoor.stop()
    assert (code, took < AT_MOST) == (0, True)


def test_a_given_password_is_not_printed(start, tmp_path):
    spoor = start(data_dir=tmp_path, SPOOR_ADMIN_PASSWORD="a-long-given-secret").ready()
    spoor.stop()
    assert "a-long-given-secret" not in spoor.text
    assert "password:" not in spoor.text


def test_a_child_that_died_is_started_again_and_said(start):
    spoor = start().ready()
    before = spoor.children()
    assert set(before) == {"web", "worker", "scheduler", "valkey"}
    os.kill(before["worker"], signal.SIGKILL)
    spoor.until(r"worker was killed by signal 9; it is started again in 1 s")
    _wait_until(lambda: spoor.children().get("worker", before["worker"]) != before["worker"])
    os.kill(before["web"], signal.SIGKILL)
    spoor.until(r"web was killed by signal 9")
    _wait_until(lambda: spoor.children().get("web", before["web"]) != before["web"])
    assert spoor.get("/healthz") == (200, {"status": "ok"})


def test_a_signal_stops_scheduler_web_worker_and_valkey_in_order_and_more_signals_change_nothing(start):
    spoor = start().ready()
    everybody = list(spoor.children().values())
    spoor.process.terminate()
    spoor.until("stopping web")
    spoor.process.send_signal(signal.SIGINT)
    code, took = spoor.stop()
    assert (code, took < AT_MOST) == (0, True)
    assert re.findall(r"spoor +\| stopping (\w+)", spoor.text) == ["scheduler", "web", "worker", "valkey"]
    assert "was killed" not in spoor.text
    assert not any(_lives(pid) for pid in everybody)


def test_nothing_outlives_a_supervisor_that_was_killed(start):
    spoor = start().ready()
    children = spoor.children()
    family = [*children.values(), *children_of(children["web"])]
    spoor.process.kill()
    _wait_until(lambda: not any(_lives(pid) for pid in family), 20)


def test_every_child_has_a_session_of_its_own(start):
    spoor = start().ready()
    for pid in spoor.children().values():
        assert os.getsid(pid) == pid


def test_a_port_in_use_is_one_clear_line(start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = _refusal(start(SPOOR_PORT=str(port)))
    assert f"SPOOR_PORT={port}" in line
    assert "in use" in line


def test_an_unusable_data_directory_is_one_clear_line(start, tmp_path):
    (tmp_path / "file").touch()
    assert "SPOOR_DATA_DIR" in _refusal(start(data_dir=tmp_path / "file" / "below"))


def test_a_data_directory_that_is_in_use_is_one_clear_line(start, tmp_path):
    start(data_dir=tmp_path).ready()
    assert "another Spoor is running on it" in _refusal(start(data_dir=tmp_path))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://spoor@localhost/spoor", "must start with postgresql:// or sqlite:///"),
        ("postgresql://spoor@127.0.0.1:port/spoor", "can't be read"),
        ("postgresql://spoor:secret@127.0.0.1:1/spoor", "can't be opened"),
        ("sqlite:////nowhere/at/all/spoor.db", "can't be opened"),
    ],
)
def test_a_database_that_is_not_there_is_one_clear_line(start, url, said):
    line = _refusal(start(SPOOR_DATABASE_URL=url))
    assert said in line
    assert "secret" not in line


def test_a_wrong_number_names_the_setting(start):
    assert "SPOOR_WEB_WORKERS=many" in _refusal(start(SPOOR_WEB_WORKERS="many"))


def test_a_weak_administrator_password_is_refused(start):
    assert "SPOOR_ADMIN_PASSWORD" in _refusal(start(SPOOR_ADMIN_PASSWORD="admin"))
