"""Runs a job, or a command, and dies by kill -9 right before its n-th database statement, for every n on a
line of its input; or after so many seconds, for `0.25s`.

`python dying.py 17` runs the job 17, `python dying.py restore FILE` a command; it answers with the exit code of
each try. As in the worker, a try is a fork that opens the database anew, so the application is loaded once.
"""

import os
import select
import signal
import sys
import traceback
from itertools import count

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app import create_app
from app.jobs import runner


def main(words: list[str]) -> None:
    app = create_app()
    for line in sys.stdin:
        seconds = float(line.rstrip("s\n")) if "s" in line else None
        child = os.fork()
        if not child:
            run(app, words, 0 if seconds else int(line))
        print(ended(child, seconds), flush=True)


def ended(child: int, seconds: float | None) -> int:
    """The exit code of a child, which is killed after so many seconds."""
    running = os.pidfd_open(child)
    if seconds is not None and not select.select([running], [], [], seconds)[0]:
        os.kill(child, signal.SIGKILL)
    os.close(running)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run(app: Flask, words: list[str], last: int) -> None:
    """In the child, which ends here in any case."""
    numbers = count(1)

    @event.listens_for(Engine, "before_cursor_execute")
    def die(*_) -> None:
        if next(numbers) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(Engine, "commit")
    def die_at_commit(*_) -> None:
        die()

    code = 1
    try:
        if words[0].isdecimal():
            with app.app_context():
                runner.run(int(words[0]))
            code = 0
        else:
            code = app.test_cli_runner().invoke(args=words).exit_code
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(code)


main(sys.argv[1:])
