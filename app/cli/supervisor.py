"""The supervisor: keeps web, worker, scheduler and Valkey running, and stops them in order."""

import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Sequence

from app.cli.children import Child

WIDTH = 9
"""Of the name in front of each line."""


class Stopped(Exception):
    """Somebody asked Spoor to stop while it was starting."""


def say(name: str, line: str) -> None:
    """Print one line with the name of the process it comes from."""
    print(f"{name:<{WIDTH}} | {line}", flush=True)


class Supervisor:
    """Looks after children from one thread: their output, their deaths, the signals."""

    def __init__(self, children: Sequence[Child]) -> None:
        """The children are started in this order and stopped in the opposite one."""
        self.children = children
        self.stopping = False
        self._selector = selectors.DefaultSelector()
        self._wakeup, wakeup_writer = os.pipe()
        for end in (self._wakeup, wakeup_writer):
            os.set_blocking(end, False)
        self._selector.register(self._wakeup, selectors.EVENT_READ)
        signal.set_wakeup_fd(wakeup_writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, _number, _frame) -> None:
        self.stopping = True

    def start(self, child: Child) -> None:
        """Start a child and listen to it."""
        child.start()
        self._selector.register(child.output, selectors.EVENT_READ, child)

    def wait(self, condition: Callable[[], bool], seconds: float, *, interval: float = 0.05) -> bool:
        """Go on looking after the children until the condition holds; False after so many seconds."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            self._turn(interval)
        return True

    def wait_while_starting(self, condition: Callable[[], bool], seconds: float) -> bool:
        """The same, but a request to stop ends the start: `Stopped`."""

        def holds() -> bool:
            if self.stopping:
                raise Stopped
            return condition()

        return self.wait(holds, seconds)

    def watch(self) -> None:
        """Look after the children until somebody asks to stop."""
        while not self.stopping:
            due = [child.due_at for child in self.children if child.due_at is not None]
            self._turn(max(0.0, min(due) - time.monotonic()) if due else None)

    def stop(self) -> None:
        """Stop all children, the last one first; further signals change nothing."""
        self.stopping = True
        for child in reversed(self.children):
            if child.runs:
                say("spoor", f"stopping {child.name}")
                if not child.stop(self.wait):
                    say("spoor", f"{child.name} did not stop within {child.stop_within:g} s and was killed")
            self._listen(child)

    def _turn(self, seconds: float | None) -> None:
        """Wait for output, deaths and signals at most so long, and deal with them."""
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                os.read(self._wakeup, 4096)
            else:
                self._listen(key.data)
        for child in self.children:
            if child.process is not None and not child.runs:
                self._let_go(child)
                if not self.stopping:
                    say("spoor", child.bury())
            elif not self.stopping and child.due_at is not None and time.monotonic() >= child.due_at:
                self.start(child)

    def _let_go(self, child: Child) -> None:
        """Take the last words of a dead child. Its pipe is at its end, which is always ready to be read:
        a wait on it would not wait."""
        self._listen(child)
        if child.output in self._selector.get_map():
            self._selector.unregister(child.output)

    def _listen(self, child: Child) -> None:
        if child.process is not None:
            for line in child.lines():
                say(child.name, line)
        sys.stdout.flush()
