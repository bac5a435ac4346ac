"""Notices: written in the transaction of what they tell of; the caller commits."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import now
from app.models.changes import ChangeSet
from app.models.jobs import Job, JobState
from app.models.notices import Notice, NoticeKind
from app.models.users import Role, User

KEPT = dt.timedelta(days=90)
"""A notice that was read is kept for so long."""
LONGEST = 300


def tell_of_changes(head: Mapping[str, Any], changes: Iterable[Mapping[str, Any]]) -> None:
    """Tell people what somebody else gave to them, or undid of theirs; `head` is the change set's row."""
    given: dict[int, list[Mapping[str, Any]]] = {}
    for change in changes:
        _, new = change["diff"].get("assigned_to", (None, None))
        if new and new["id"] != head["actor_id"] and change["action"] in ("create", "update"):
            given.setdefault(new["id"], []).append(change)
    undone = _author_of_undone(head)
    if not given and undone is None:
        return
    actor = _name(head["actor_id"])
    for user_id, theirs in given.items():
        first, several = theirs[0], len(theirs) > 1
        words = f"{len(theirs)} {_word(theirs)}" if several else first["name"]
        address = f"/change-sets/{head['id']}" if several else f"/{first['entity']}/{first['record_id']}"
        _write(user_id, NoticeKind.ASSIGNED, f"{actor} assigned {words} to you", address)
    if undone is not None:
        author, summary = undone
        text = f"{actor} undid what you did: {summary}"
        _write(author, NoticeKind.UNDONE, text, f"/change-sets/{head['id']}")


def _word(changes: Sequence[Mapping[str, Any]]) -> str:
    entities = {change["entity"] for change in changes}
    return entities.pop().replace("-", " ") if len(entities) == 1 else "records"


def _name(user_id: int | None) -> str:
    found = db.session.scalar(sa.select(User.username).where(User.id == user_id)) if user_id else None
    return found or "The installation"


def _author_of_undone(head: Mapping[str, Any]) -> tuple[int, str] | None:
    """Whose change set was undone and what it was, if that is somebody else's."""
    if head["undo_of_id"] is None:
        return None
    columns = (ChangeSet.actor_id, ChangeSet.summary)
    author, summary = db.session.execute(sa.select(*columns).where(ChangeSet.id == head["undo_of_id"])).one()
    return None if author in (None, head["actor_id"]) else (author, summary)


def tell_of_job(job_id: int) -> None:
    """Tell the person who started a job that it is done or has failed; of a schedule's, leads too if it failed."""
    job = db.session.execute(sa.select(Job.__table__).where(Job.__table__.c.id == job_id)).one()
    if job.actor_id is None or job.state not in (JobState.DONE, JobState.FAILED):
        return
    is_bad = job.state is JobState.FAILED
    text = f"{job.title or job.kind} {'failed' if is_bad else 'is done'}"
    text = f"{text}: {job.message}" if job.message else text
    run = job.result.get("import") if job.result else None
    address = f"/imports/{run}" if run else f"/jobs/{job_id}"
    if "schedule_id" not in job.arguments:
        _write(job.actor_id, NoticeKind.JOB, text, address, is_bad)
    elif is_bad:
        tell_of_schedule(job.actor_id, text, address)


def tell_of_schedule(person_id: int, text: str, address: str) -> None:
    """Tell leads, and the person it runs as, what went wrong with something that runs by itself."""
    tell_leads(text, address, is_bad=True)
    if person_id not in _leads():
        _write(person_id, NoticeKind.JOB, text, address, is_bad=True)


def tell_leads(text: str, address: str, is_bad: bool = False) -> None:
    """Write one notice to every active lead and administrator, in the open write."""
    for user_id in _leads():
        _write(user_id, NoticeKind.JOB, text, address, is_bad)


def _leads() -> list[int]:
    may = (User.role.in_((Role.LEAD, Role.ADMIN)), User.is_enabled, User.deleted_at.is_(None))
    return list(db.session.scalars(sa.select(User.id).where(*may).order_by(User.id)))


def _write(user_id: int, kind: NoticeKind, text: str, address: str, is_bad: bool = False) -> None:
    at = now()
    table = Notice.__table__
    db.session.execute(sa.delete(table).where(table.c.user_id == user_id, table.c.read_at < at - KEPT))
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    values = {"user_id": user_id, "at": at, "kind": kind, "text": text, "address": address}
    db.session.execute(sa.insert(table).values(**values, is_bad=is_bad))


def unread(user_id: int) -> int:
    """How many notices a person has not read."""
    mine = sa.select(sa.func.count()).where(Notice.user_id == user_id, Notice.read_at.is_(None))
    return db.session.scalar(mine.select_from(Notice)) or 0


def newest(user_id: int) -> int:
    """The id of the newest notice of a person; 0 without any."""
    return db.session.scalar(sa.select(sa.func.max(Notice.id)).where(Notice.user_id == user_id)) or 0


def since(user_id: int, notice_id: int, limit: int) -> list[Notice]:
    """What a person was told after a notice and has not read, the newest first."""
    mine = (Notice.user_id == user_id, Notice.id > notice_id, Notice.read_at.is_(None))
    return list(db.session.scalars(sa.select(Notice).where(*mine).order_by(Notice.id.desc()).limit(limit)))


def of(user_id: int, before: int | None = None, limit: int = 50) -> list[Notice]:
    """The notices of a person, the newest first."""
    statement = sa.select(Notice).where(Notice.user_id == user_id)
    if before is not None:
        statement = statement.where(Notice.id < before)
    return list(db.session.scalars(statement.order_by(Notice.id.desc()).limit(limit)))


def mark_read(user_id: int, notice_id: int | None = None) -> int:
    """Mark one notice of a person as read, or all of them, inside an open write; how many were new."""
    table = Notice.__table__
    marking = sa.update(table).where(table.c.user_id == user_id, table.c.read_at.is_(None))
    if notice_id is not None:
        marking = marking.where(table.c.id == notice_id)
    done: Any = db.session.execute(marking.values(read_at=now()))
    return done.rowcount


def is_of(user_id: int, notice_id: int) -> bool:
    """True if the person has such a notice."""
    mine = sa.select(Notice.id).where(Notice.id == notice_id, Notice.user_id == user_id)
    return db.session.scalar(mine) is not None
