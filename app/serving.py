"""How web processes hang up."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

HANGING_UP = 16
"""Threads that wait for clients which don't hang up, for two seconds at most each."""


class Threads(ThreadWorker):
    """gunicorn's threads; whoever does not hang up after an answer keeps nobody else waiting.

    gunicorn itself waits for that in the thread which takes all requests of the process.
    """

    def init_process(self) -> None:
        """In the process, after the fork."""
        self.hanging_up = ThreadPoolExecutor(HANGING_UP, "hanging-up")
        super().init_process()

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        """The connection is kept, or closed: then elsewhere."""
        is_kept = fs.cancelled() or fs.exception() is not None or fs.result()
        if is_kept:
            super().finish_request(conn, fs)
            return
        self.nr_conns -= 1
        self.hanging_up.submit(conn.close, graceful=True)
