"""How far a long piece of work is, told from deep inside it to whoever listens: a job; else to nobody.

A listener may raise to stop the work. It is told at most twice a second, so that telling costs nothing.
"""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

EVERY = 0.5
"""Seconds between two words at least."""
_STRIDE = 64
Item = TypeVar("Item")
Listener = Callable[[int, int, str], Any]
"""Is told how many are done, of how many, and what is being done; 0 of 0: still the same."""


class _Ear:
    def __init__(self, listener: Listener) -> None:
        self.listener, self.told = listener, 0.0
        self.before = self.whole = 0

    def tell(self, done: int, total: int, message: str) -> None:
        if (now := time.monotonic()) - self.told >= EVERY:
            self.told = now
            share = (self.before + done, self.whole or total) if message else (0, 0)
            self.listener(*share, message)


_EAR: ContextVar[_Ear | None] = ContextVar("progress", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell this listener of the work that is done inside."""
    token = _EAR.set(_Ear(listener))
    try:
        yield
    finally:
        _EAR.reset(token)


@contextmanager
def share(before: int, whole: int) -> Iterator[None]:
    """What is counted inside comes after so many of the whole."""
    if (ear := _EAR.get()) is None:
        yield
        return
    ear.before, ear.whole = before, whole
    try:
        yield
    finally:
        ear.before = ear.whole = 0


def reached(done: int, total: int, message: str) -> None:
    """So many are done, of so many."""
    if ear := _EAR.get():
        ear.tell(done, total, message)


def tick() -> None:
    """A sign of life where nothing can be counted."""
    if ear := _EAR.get():
        ear.tell(0, 0, "")


def counted(items: Collection[Item], message: str = "") -> Iterator[Item]:
    """The items, telling how many of them are done; without a message it is only a sign of life."""
    ear, total = _EAR.get(), len(items) if message else 0
    if ear is None:
        yield from items
        return
    for number, item in enumerate(items):
        if number % _STRIDE == 0:
            ear.tell(number if message else 0, total, message)
        yield item
