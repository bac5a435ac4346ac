"""A process that the supervisor looks after: started, listened to, started again, stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO, cast

from app.processes import die_with_parent

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
LIVED_WELL = 60.0
"""Seconds after which a death counts as the first one again."""


@dataclass
class Child:
    """One process in a session of its own, so that a terminal's Ctrl-C does not reach it."""

    name: str
    command: Sequence[str]
    stop_within: float
    """Seconds that it may take to stop before it is killed."""
    dies_by: signal.Signals = signal.SIGTERM
    """What it gets when the supervisor itself is killed."""
    inherits: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float | None = None
    """When to start it again, while it is dead."""
    pause: float = FIRST_PAUSE
    rest: bytes = field(default=b"", repr=False)

    def start(self) -> None:
        """Start it; its output comes through one pipe."""
        self.due_at, self.started_at = None, time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 (our own commands)
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=self.inherits,
            preexec_fn=die_with_parent(self.dies_by),  # noqa: PLW1509 (the supervisor has one thread)
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        os.set_blocking(self.output, False)

    @property
    def output(self) -> int:
        """The file descriptor of what it prints."""
        return self._pipe.fileno()

    @property
    def _alive_or_dead(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self.process

    @property
    def _pipe(self) -> IO[bytes]:
        return cast(IO[bytes], self._alive_or_dead.stdout)

    @property
    def runs(self) -> bool:
        """True while the process lives."""
        return self.process is not None and self.process.poll() is None

    def lines(self) -> list[str]:
        """The complete lines that it printed since the last call; all that is left, once it is dead."""
        text = self.rest
        while chunk := self._read():
            text += chunk
        *lines, self.rest = text.split(b"\n")
        if not self.runs and self.rest:
            lines, self.rest = [*lines, self.rest], b""
        return [line.decode(errors="replace").rstrip() for line in lines]

    def _read(self) -> bytes:
        try:
            return os.read(self.output, 65536)
        except BlockingIOError:
            return b""

    def bury(self) -> str:
        """Note that it is dead and when to start it again; says how it died."""
        self._pipe.close()
        code = self._alive_or_dead.returncode
        self.process = None
        if time.monotonic() - self.started_at > LIVED_WELL:
            self.pause = FIRST_PAUSE
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        text = f"{self.name} {how}; it is started again in {self.pause:g} s"
        self.due_at = time.monotonic() + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE)
        return text

    def stop(self, wait: Callable[[Callable[[], bool], float], bool]) -> bool:
        """Ask it to stop and wait; False if it had to be killed, with all it has started."""
        if not self.runs:
            return True
        process = self._alive_or_dead
        process.terminate()
        if wait(lambda: not self.runs, self.stop_within):
            return True
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False
