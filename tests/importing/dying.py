"""Runs a job and dies by kill -9 right before its n-th database statement: `python dying.py JOB N`."""

import os
import signal
import sys
from itertools import count

from sqlalchemy import event
from sqlalchemy.engine import Engine

from app import create_app
from app.jobs import runner


def main(job_id: int, last: int) -> None:
    app = create_app()
    with app.app_context():
        numbers = count(1)

        @event.listens_for(Engine, "before_cursor_execute")
        def die(*_) -> None:
            if next(numbers) == last:
                os.kill(os.getpid(), signal.SIGKILL)

        @event.listens_for(Engine, "commit")
        def die_at_commit(*_) -> None:
            die()

        runner.run(job_id)
        print(next(numbers) - 1)


main(int(sys.argv[1]), int(sys.argv[2]))
