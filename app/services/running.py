"""A job while it runs: progress, log and the wish to stop are kept in Valkey, not in its row.

So nobody waits for the database's write lock to see how far a job is. A lease that is renewed
every few seconds tells a running job from one whose worker was killed.
"""

import datetime as dt
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis import Redis, RedisError

from app.models.base import now

LEASE = 15
"""Seconds after which a job that gives no sign of life counts as dead."""
BEAT = 3
KEPT = 24 * 3600
"""Seconds that progress outlives its last word."""


class Cancelled(Exception):
    """Somebody asked the job to stop; what it has not committed is undone."""


class Failed(Exception):
    """The job can't be done; the text says why, to people."""


@dataclass
class Run:
    """One attempt at a job: what the job's function works with."""

    job_id: int
    attempt: int
    actor_id: int | None
    directory: Path
    connection: Redis
    done: int = 0
    total: int = 0
    message: str = ""
    lines: list[tuple[dt.datetime, str]] = field(default_factory=list)
    stored_file: str = ""
    file_name: str = ""

    def step(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Say how far the job is; `Cancelled` if somebody wants it to stop."""
        self.done = done
        self.total = self.total if total is None else total
        self.message = self.message if message is None else message
        with suppress(RedisError), self.connection.pipeline() as pipe:
            key = _key(self.job_id)
            pipe.hset(key, mapping={"done": done, "total": self.total, "message": self.message})
            pipe.expire(key, KEPT)
            pipe.exists(_key(self.job_id, "cancel"))
            if pipe.execute()[-1]:
                raise Cancelled

    def log(self, text: str) -> None:
        """Write a line into the job's log."""
        at = now()
        self.lines.append((at, text))
        with suppress(RedisError), self.connection.pipeline() as pipe:
            key = _key(self.job_id, "log")
            pipe.rpush(key, f"{at.isoformat()} {text}")
            pipe.expire(key, KEPT)
            pipe.execute()

    def result_file(self, name: str) -> Path:
        """Where the job writes its result; people download it under `name`."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.stored_file, self.file_name = secrets.token_hex(16), name
        return self.directory / self.stored_file

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Hold the lease: a thread renews it until the work is over."""
        over = threading.Event()
        with suppress(RedisError):
            self.connection.delete(*(_key(self.job_id, part) for part in ("", "log", "cancel")))
            self._renew()
        thread = threading.Thread(target=self._keep_renewing, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            with suppress(RedisError):
                release(self.connection, self.job_id)

    def _keep_renewing(self, over: threading.Event) -> None:
        while not over.wait(BEAT):
            with suppress(RedisError):
                self._renew()

    def _renew(self) -> None:
        self.connection.set(_key(self.job_id, "lease"), f"{socket.gethostname()} {os.getpid()}", ex=LEASE)


def _key(job_id: int, part: str = "") -> str:
    return f"spoor:job:{job_id}" + (f":{part}" if part else "")


def release(connection: Redis, job_id: int) -> None:
    """Give the lease up: the job's process has ended."""
    connection.delete(_key(job_id, "lease"))


def lives(connection: Redis, job_id: int) -> bool:
    """True if a process works on the job; one of this machine that is gone does not count."""
    lease: Any = connection.get(_key(job_id, "lease"))
    if lease is None:
        return False
    host, _, pid = lease.decode().rpartition(" ")
    if host == socket.gethostname():
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
    return True


def ask_to_stop(connection: Redis, job_id: int) -> None:
    """Leave the wish to stop where the job looks at every step."""
    connection.set(_key(job_id, "cancel"), 1, ex=KEPT)


def is_asked_to_stop(connection: Redis, job_id: int) -> bool:
    """True if somebody wants the job to stop."""
    return bool(connection.exists(_key(job_id, "cancel")))


def heard(connection: Redis, job_id: int) -> dict[str, Any]:
    """What a running job has said so far: done, total, message and log lines (time, text)."""
    with connection.pipeline() as pipe:
        pipe.hgetall(_key(job_id))
        pipe.lrange(_key(job_id, "log"), 0, -1)
        told, lines = pipe.execute()
    said = {name.decode(): value.decode() for name, value in told.items()}
    split = (line.decode().split(" ", 1) for line in lines)
    return {
        "done": int(said.get("done", 0)),
        "total": int(said.get("total", 0)),
        "message": said.get("message", ""),
        "lines": [(dt.datetime.fromisoformat(at), text) for at, text in split],
    }
