"""The scheduler: fires what is due. Several may run; one leads, the others wait to take over."""

import datetime as dt
import logging
import signal
import threading
import time
from collections.abc import Callable

from flask import Flask
from redis import RedisError
from redis.exceptions import LockError
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db, redis_connection
from app.jobs import upkeep
from app.jobs.runner import results_directory
from app.models.base import now
from app.scheduling import firing
from app.services import beats

log = logging.getLogger(__name__)

TURN = 1.0
"""Seconds between two looks at what is due."""
LEASE = 20
"""Seconds after which a leader that gives no sign of life is followed by another."""
UPKEEP = 3600
"""Seconds between two looks for what is old."""


class Scheduler:
    """One process's part: it leads while it holds the lock."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.kept = dt.timedelta(days=app.config["SETTINGS"].jobs_kept_days)
        self.over = threading.Event()
        self.next_upkeep = 0.0
        self.was_away = False
        with app.app_context():
            self.lock = redis_connection().lock(
                beats.LEADER, timeout=LEASE, blocking=False, thread_local=False
            )

    def run(self) -> None:
        """Turn after turn, until a signal says stop; what is in hand is finished, then another may lead."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.over.set())
        while not self.over.is_set():
            with self.app.app_context():
                self._safely(self.turn)
            self.over.wait(TURN)
        with self.app.app_context():
            self._safely(self._step_down)

    def turn(self) -> bool:
        """Fire what is due, if this process leads; True if it does."""
        if not self._leads():
            return False
        firing.fire_due(now())
        beats.beat()
        if time.monotonic() >= self.next_upkeep:
            upkeep.expire_results(results_directory())
            there_is_more = upkeep.thin_out(self.kept)
            self.next_upkeep = time.monotonic() + (TURN if there_is_more else UPKEEP)
        return True

    def _leads(self) -> bool:
        """Hold the lock a while longer, or take it if nobody has it."""
        try:
            if self.lock.owned():
                return self.lock.reacquire()
        except LockError:
            log.warning("another scheduler leads now")
        return self.lock.acquire()

    def _step_down(self) -> None:
        if self.lock.owned():
            beats.stop()
            self.lock.release()

    def _safely(self, act: Callable[[], object]) -> None:
        """Queue or database may be away: what is due then waits, and is dealt with afterwards."""
        try:
            act()
            self.was_away = False
        except (RedisError, SQLAlchemyError) as error:
            if not self.was_away:
                log.warning("what is due waits: %s", type(error).__name__)
            self.was_away = True
        except Exception:
            log.exception("a turn of the scheduler failed")
        finally:
            db.session.remove()
