"""Functions that the jobs of these tests run, in the test's process or in a real worker."""

import errno
import os
import signal
import time
from pathlib import Path

from app.models.tags import Tag
from app.services import changes, records
from app.services.running import Failed, Run


def tag(run: Run, name: str) -> dict:
    """Create a tag; it is stored together with the end of the job."""
    with changes.recording(run.actor_id, "import", job_id=run.job_id) as change_set:
        records.create(change_set, Tag, {"name": name})
    run.log(f"Created {name}")
    return {"tags": 1}


def tag_unless_killed(run: Run, name: str, kill: str, lives: int) -> dict:
    """Create a tag, but die by kill -9 in the first attempts, at the last moment before the commit."""
    result = tag(run, name)
    if run.attempt <= lives:
        victim = os.getpid() if kill == "horse" else os.getppid()
        os.kill(victim, signal.SIGKILL)
        signal.pause()
    return result


def count(run: Run, upto: int) -> dict:
    """Only make progress."""
    for number in range(upto):
        run.step(number + 1, upto, f"{number + 1} of {upto}")
    return {"counted": upto}


def write_file(run: Run, text: str) -> dict:
    """Leave a result."""
    run.result_file("greeting.txt").write_text(text)
    return {}


def wait_for_cancel(run: Run, started: str) -> None:
    """Run until somebody cancels."""
    Path(started).touch()
    while True:
        run.step(1, 2, "waiting")


def fail(run: Run) -> None:
    """Be unable, with a reason for people."""
    raise Failed("The file is empty")


def fill_the_disk(run: Run) -> None:
    """Write more than there is room for."""
    run.result_file("large.csv")
    raise OSError(errno.ENOSPC, "No space left on device")


def crash(run: Run) -> None:
    """Break, with a secret in the message."""
    raise RuntimeError("password=hunter2")


def take_long(run: Run, seconds: float, directory: str) -> None:
    """Work for so long, or until told to hurry; leaves a mark at its beginning and its end."""
    marks = Path(directory)
    (marks / f"begun-{run.attempt}").touch()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not (marks / "hurry").exists():
        time.sleep(0.05)
    (marks / f"ended-{run.attempt}").touch()
