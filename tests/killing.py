"""Killing what writes at any of its database statements."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


def environment(settings) -> dict[str, str]:
    """What another process is told, to work on the same installation."""
    return os.environ | {
        "SPOOR_DATA_DIR": str(settings.data_dir),
        "SPOOR_DATABASE_URL": settings.database_url,
        "SPOOR_REDIS_URL": settings.redis_url,
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def dying(settings, *words: object) -> Iterator[Callable[[int | str], int]]:
    """Run a job (its number) or a command, and kill it: `die(3)` before a statement of it, `die("0.5s")` after
    some time; it gives the exit code."""
    command = [sys.executable, "tests/dying.py", *map(str, words)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen(command, cwd=ROOT, env=environment(settings), **pipes) as process:

        def die(at: int | str) -> int:
            process.stdin.write(f"{at}\n")
            return int(process.stdout.readline())

        yield die
        process.stdin.close()
        assert process.wait(timeout=60) == 0
