"""The worker: takes jobs from the queues, each in a process of its own."""

import logging
import os
import signal
import sys
from contextlib import suppress

from flask import Flask
from redis import Redis, RedisError
from rq import Queue, Worker, worker_registration
from rq.job import Job
from rq.serializers import JSONSerializer

from app.extensions import db
from app.jobs import upkeep
from app.processes import die_with_parent
from app.services.jobs import QUEUES

log = logging.getLogger(__name__)

HEARTBEAT = 15
"""Seconds between two signs of life of an idle worker."""
SWEEP = 10
"""Seconds after which a worker that has nothing else to do looks for lost jobs."""


class JobWorker(Worker):
    """Runs every job inside the application's context; the database is opened only after the fork."""

    app: Flask

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the child: a killed worker takes its job along, so that it can't run twice."""
        self.die_with_worker()
        with self.app.app_context():
            super().main_work_horse(job, queue)

    def request_force_stop(self, signum, frame) -> None:
        """A second signal changes nothing: the job in hand is finished."""

    def maintain_heartbeats(self, job, execution) -> None:
        """A queue that is away for a while does not end the job in hand."""
        with suppress(RedisError):
            super().maintain_heartbeats(job, execution)

    def handle_work_horse_killed(self, job, retpid, ret_val, rusage) -> None:
        """A job whose process was killed is looked for at once."""
        self.last_cleaned_at = None

    def run_maintenance_tasks(self) -> None:
        """At the start and every few seconds: register again after a loss, look for lost jobs."""
        super().run_maintenance_tasks()
        if not self.connection.sismember(self.redis_workers_keys, self.key):
            worker_registration.register(self)
            self.connection.hset(self.key, mapping=self.serialize())
        self._sweep()

    def _sweep(self) -> None:
        """In a child, since this process must never open the database."""
        child = os.fork()
        if child:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
            return
        code = 1
        try:
            self.setup_work_horse_signals()
            self.die_with_worker()
            with self.app.app_context():
                upkeep.sweep()
                db.session.remove()
            code = 0
        except Exception:
            log.exception("looking for lost jobs failed")
        finally:
            os._exit(code)


def work(app: Flask) -> None:
    """Take jobs until a signal says stop."""
    connection = Redis.from_url(app.config["SETTINGS"].queue_url)
    worker = JobWorker(
        list(QUEUES),
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=HEARTBEAT + 15,
        job_monitoring_interval=HEARTBEAT,
        maintenance_interval=SWEEP,
    )
    worker.app = app
    worker.die_with_worker = die_with_parent(signal.SIGKILL)
    worker.work(logging_level="WARNING")
    sys.exit(0)
