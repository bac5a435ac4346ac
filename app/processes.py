"""What operating systems do differently about processes."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_M_ARENA_MAX = -8


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """A function for the child, right after the fork: its parent's death sends it this signal.

    Only Linux knows this; elsewhere children notice by themselves (gunicorn's do) or stay.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def ask() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, number)
            if os.getppid() != parent:
                os.kill(os.getpid(), number)

    return ask


def share_heaps(most: int) -> None:
    """Let the threads of this process, and of those it forks, share so many heaps.

    With heaps of their own, as glibc has it, each thread keeps what its largest request once needed.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:  # musl has none
        mallopt(_M_ARENA_MAX, most)
