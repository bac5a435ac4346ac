"""Change sets: one per write, in one order, each sealed with the hash of its predecessor."""

import datetime as dt
import hashlib
import json
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.models.base import now
from app.models.changes import Change, ChangeSet
from app.services import batch, notices, progress, unwritten
from app.services.drafts import Warned
from app.services.reading import snapshot
from app.services.spool import Shelf, Spool, portions

WRITER_LOCK = 7_766_684
"""The advisory lock (PostgreSQL) that puts all writers in one order."""
FIRST_LINK = "0" * 64
_NEWEST = sa.select(sa.func.coalesce(sa.func.max(ChangeSet.id), 0))
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))

AT_HAND = 50_000
"""What waits in memory until it is written; more waits on disk."""


@dataclass
class Recording:
    """An open change set: services write through it and append changes, then it is sealed and stored."""

    id: int
    at: dt.datetime
    actor_id: int | None
    source: str
    summary: str = ""
    job_id: int | None = None
    undo_of_id: int | None = None
    changes: Spool[dict[str, Any]] = field(default_factory=partial(Spool, at_hand=AT_HAND))
    warnings: list[Warned] = field(default_factory=list)
    """What was stored but is noteworthy; it is said once, not kept."""
    steps: deque[Callable[[], Any]] | None = None
    """What is to be written, while it is worked out ahead of the write lock; None: everything is written at once."""
    rows: Shelf = field(default_factory=partial(Shelf, AT_HAND))
    """The rows of these steps."""
    apart: bool = False
    """What is written of a model in several parts does not refer to each other, so that it is worked out ahead too."""

    def then(self, step: Callable[[], Any]) -> None:
        """Take a step of the writing, now or when its turn comes."""
        if self.steps is None:
            step()
        else:
            self.steps.append(step)

    def execute(self, statement: Any, rows: Sequence[dict[str, Any]] | None = None) -> None:
        """Change what is stored, by a statement for each of the rows, or one without any."""
        self._with(rows, lambda rows: db.session.connection().execute(statement, rows))

    def insert(self, table: Any, rows: Sequence[dict[str, Any]]) -> None:
        """Store new rows, which all name the same columns."""
        for some in portions(rows, batch.PART):
            words, lines = batch.prepared(table, some)
            self._with(lines, partial(batch.insert, words))

    def _with(self, rows: Any, step: Callable[[Any], Any]) -> None:
        """Take a step with these rows; until its turn comes, many of them lie on disk."""
        if self.steps is None or not rows:
            self.then(lambda: step(rows))
        else:
            place = self.rows.put(rows, len(rows))
            self.steps.append(lambda: step(self.rows.take(place)))

    def add(self, entity: str, record_id: int, name: str, action: str, diff: dict[str, list[Any]]) -> None:
        """Note what happened to one record."""
        self.changes.append(
            {
                "change_set_id": self.id,
                "entity": entity,
                "record_id": record_id,
                "name": name[:200],
                "action": action,
                "diff": diff,
            }
        )


def begin_write() -> None:
    """Leave the reading transaction and start a writing one, before its first read.

    On SQLite it takes the write lock, on PostgreSQL the advisory lock: writers come one after
    the other, so what a service reads from here on is what it changes.
    """
    if db.session.new or db.session.dirty:
        raise RuntimeError("unsaved objects would be lost: begin the write before changing anything")
    db.session.rollback()
    connection = db.session.connection(execution_options={"writes": True})
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITER_LOCK)))


def begin_write_at_once() -> bool:
    """Begin a write if nobody else writes; False: somebody does, and what is to be written can wait for another time."""
    db.session.rollback()
    try:
        connection = db.session.connection(execution_options={"writes": True, "waits": False})
    except OperationalError:  # SQLite
        db.session.rollback()
        return False
    if connection.dialect.name == "postgresql":
        free = connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(WRITER_LOCK)))
        if not free:
            db.session.rollback()
        return bool(free)
    return True


def is_writing() -> bool:
    """True between `begin_write` and the commit."""
    session = db.session()
    return session.in_transaction() and session.connection().get_execution_options().get("writes", False)


@contextmanager
def recording(
    actor_id: int | None,
    source: str,
    summary: str = "",
    *,
    job_id: int | None = None,
    undo_of_id: int | None = None,
    at: dt.datetime | None = None,
) -> Iterator[Recording]:
    """Begin a write and give its change set; at the end it is sealed, and the caller commits.

    A change set without changes is not stored.
    """
    begin_write()
    open_set = Recording(newest() + 1, at or now(), actor_id, source, summary, job_id, undo_of_id)
    yield open_set
    _seal(open_set)


def record(
    work: Callable[[Recording], Any], actor_id: int | None, source: str, summary: str, *, job_id: int | None
) -> Recording:
    """A large change set: worked out before the write lock is taken, so that others wait for the writing only.

    `work` writes through the change set that it is given. It is called again, under the lock, if
    somebody wrote meanwhile or if it depends on what it writes itself. The caller commits.
    """
    ahead = _worked_out(work, actor_id, source, summary, job_id)
    if ahead is not None and ahead.steps is not None:
        begin_write()
        if newest() + 1 == ahead.id:
            total = len(ahead.steps)
            while ahead.steps:
                progress.reached(total - len(ahead.steps), total, "Storing")
                ahead.steps.popleft()()
            return ahead
    with recording(actor_id, source, summary, job_id=job_id) as change_set:
        work(change_set)
    return change_set


def rehearse(work: Callable[[Recording], Any], actor_id: int | None, source: str) -> Recording:
    """What `work` would record; nothing of it stays, and others rarely wait for it."""
    ahead = _worked_out(work, actor_id, source, "", None)
    if ahead is None:
        with recording(actor_id, source) as change_set:
            work(change_set)
            ahead = replace(change_set, changes=change_set.changes)
            change_set.changes = Spool()
    db.session.rollback()
    return ahead


def _worked_out(
    work: Callable[[Recording], Any], actor_id: int | None, source: str, summary: str, job_id: int | None
) -> Recording | None:
    """The change set, sealed and not written; None if it can't be known without writing."""
    snapshot()
    ahead = Recording(newest() + 1, now(), actor_id, source, summary, job_id, steps=deque())
    unwritten.begin()
    try:
        work(ahead)
        _seal(ahead)
    except unwritten.Unknowable:
        return None
    finally:
        unwritten.end()
    return ahead


def newest() -> int:
    """The newest revision: the id of the last change set."""
    return db.session.scalar(_NEWEST) or 0


def signature(revision: int) -> str:
    """A revision as a file carries it: with the beginning of its hash, so that another history is told apart."""
    found = db.session.scalar(sa.select(ChangeSet.hash).where(ChangeSet.id == revision))
    return f"{revision} {found[:16]}" if found else "0"


def revision_of(text: str) -> int:
    """The revision of a signature; 0 if it is none of this history."""
    number, _, _ = text.partition(" ")
    is_ours = number.isdecimal() and len(number) < 10 and signature(int(number)) == text
    return int(number) if is_ours else 0


def _seal(open_set: Recording) -> None:
    if not open_set.changes:
        return
    previous = db.session.scalar(sa.select(ChangeSet.hash).where(ChangeSet.id == open_set.id - 1))
    head = {
        "id": open_set.id,
        "at": open_set.at,
        "actor_id": open_set.actor_id,
        "source": open_set.source,
        "summary": open_set.summary,
        "job_id": open_set.job_id,
        "undo_of_id": open_set.undo_of_id,
        "change_count": len(open_set.changes),
        "previous_hash": previous or FIRST_LINK,
    }
    head["hash"] = link_hash(head, open_set.changes)
    open_set.execute(sa.insert(ChangeSet.__table__), [head])
    open_set.insert(Change.__table__, open_set.changes)
    open_set.then(partial(notices.tell_of_changes, head, open_set.changes))


def link_hash(head: dict[str, Any], changes: Collection[dict[str, Any]]) -> str:
    """SHA-256 over the canonical JSON of a change set and its changes, in their order."""
    digest = hashlib.sha256()
    names = ("id", "actor_id", "source", "summary", "job_id", "undo_of_id", "change_count", "previous_hash")
    at = head["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    digest.update(_canonical({"at": at} | {name: head[name] for name in names}))
    for change in progress.counted(changes):
        digest.update(_canonical([change[n] for n in ("entity", "record_id", "name", "action", "diff")]))
    return digest.hexdigest()


def _canonical(value: Any) -> bytes:
    return _ENCODER.encode(value).encode()


def first_broken_link() -> int | None:
    """Walk the whole chain; the id of the first change set that was tampered with, or None."""
    previous, expected = FIRST_LINK, 1
    sets = sa.select(ChangeSet.__table__).order_by(ChangeSet.id)
    for head in db.session.execute(sets.execution_options(yield_per=500)).mappings():
        rows = sa.select(Change.__table__).where(Change.change_set_id == head["id"]).order_by(Change.id)
        changes = [dict(row) for row in db.session.execute(rows).mappings()]
        linked = head["previous_hash"] == previous and head["id"] == expected
        if not linked or head["hash"] != link_hash(dict(head), changes):
            return expected
        previous, expected = head["hash"], expected + 1
    return None
