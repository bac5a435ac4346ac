"""Schedules fire: each of their times once, as a job, or recorded as missed or failed; leads are told."""

import datetime as dt
import logging
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.schedules import Missed, Schedule, ScheduleSlot, SlotState
from app.models.users import User
from app.security.access import may, person_named
from app.services import changes, jobs, notices
from app.services.rhythm import understand
from app.services.schedule_kinds import KINDS

log = logging.getLogger(__name__)

LATE = dt.timedelta(seconds=90)
"""A time that passed longer ago has been missed; what happens then is the schedule's policy."""
AT_ONCE = 1000
"""So many times are recorded in one transaction."""


def fire_due(moment: dt.datetime) -> int:
    """Deal with every time that is due: a transaction for each schedule that has any; how many times."""
    waiting = [row.id for row in _timed(moment) if _due(row, moment, 1)]
    db.session.rollback()
    return sum(_fire(schedule_id, moment) for schedule_id in waiting)


def _timed(moment: dt.datetime, *conditions: Any) -> list[Any]:
    """The schedules that are live and not paused, each with the latest time that it has dealt with."""
    latest = sa.select(sa.func.max(ScheduleSlot.slot)).where(
        ScheduleSlot.schedule_id == Schedule.id,
        ScheduleSlot.by_hand.is_(False),
        ScheduleSlot.slot <= moment,
    )
    columns = (Schedule.id, Schedule.name, Schedule.kind, Schedule.options, Schedule.when, Schedule.zone)
    columns += (Schedule.run_as_id, Schedule.missed, Schedule.since, latest.scalar_subquery().label("latest"))
    live = (Schedule.deleted_at.is_(None), Schedule.is_paused.is_(False))
    return list(db.session.execute(sa.select(*columns).where(*live, *conditions)).all())


def _due(row: Any, moment: dt.datetime, most: int) -> list[dt.datetime]:
    """The times after the latest one that was dealt with; none if its rhythm can't be read any more."""
    start = row.since if row.latest is None else max(row.since, row.latest)
    try:
        return understand(row.when, row.zone).between(start, moment, row.since, most)
    except ValueError as error:
        log.warning("schedule %d is never due: %s", row.id, error)
        return []


def divide(due: list[dt.datetime], moment: dt.datetime, missed: Missed) -> list[dt.datetime]:
    """Which of the times that are due fire; the others have been missed."""
    in_time = [slot for slot in due if moment - slot <= LATE]
    return in_time or (due[-1:] if missed is Missed.ONCE else [])


def _fire(schedule_id: int, moment: dt.datetime) -> int:
    """Record what is due and enqueue its jobs, in one transaction; another scheduler may have been faster."""
    changes.begin_write()
    rows = _timed(moment, Schedule.id == schedule_id)
    due = _without_known(schedule_id, _due(rows[0], moment, AT_ONCE + 1)) if rows else []
    if not due:
        db.session.rollback()
        return 0
    (row,) = rows
    whole = len(due) <= AT_ONCE
    due = due[:AT_ONCE]
    firing = divide(due, moment, row.missed if whole else Missed.SKIP)
    missed = [slot for slot in due if slot not in set(firing)]
    _record_missed(row, missed, firing)
    for slot in firing:
        _start(row, slot)
    db.session.commit()
    return len(due)


def _without_known(schedule_id: int, due: list[dt.datetime]) -> list[dt.datetime]:
    """A clock that was ahead and steps back brings no time again."""
    mine = sa.select(ScheduleSlot.slot).where(
        ScheduleSlot.schedule_id == schedule_id, ScheduleSlot.slot.in_(due)
    )
    known = set(db.session.scalars(mine)) if due else set()
    return [slot for slot in due if slot not in known]


def _record_missed(row: Any, missed: list[dt.datetime], firing: list[dt.datetime]) -> None:
    if not missed:
        return
    values = {"schedule_id": row.id, "state": SlotState.MISSED, "reason": "nothing ran at that time"}
    db.session.execute(sa.insert(ScheduleSlot), [values | {"slot": slot} for slot in missed])
    times = "a time was" if len(missed) == 1 else f"{len(missed):,} times were"
    goes_on = "; it runs once now" if firing else ""
    text = f"Schedule {row.name}: {times} missed, the last one {_utc(missed[-1])}{goes_on}"
    notices.tell_of_schedule(row.run_as_id, text, f"/schedules/{row.id}")


def _utc(slot: dt.datetime) -> str:
    return slot.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _start(row: Any, slot: dt.datetime, *, by_hand: bool = False) -> ScheduleSlot:
    """The job of one time; without one, the reason."""
    found = ScheduleSlot(schedule_id=row.id, slot=slot, state=SlotState.FIRED, by_hand=by_hand)
    db.session.add(found)
    try:
        found.job_id = _job(row, slot).id
    except ValueError as error:
        found.state, found.reason = SlotState.FAILED, str(error)
        text = f"Schedule {row.name} failed: {error}"
        notices.tell_of_schedule(row.run_as_id, text, f"/schedules/{row.id}")
    return found


def _job(row: Any, slot: dt.datetime) -> jobs.Job:
    """`ValueError` says why the job can't be."""
    work = KINDS[row.kind]
    username = db.session.scalar(sa.select(User.username).where(User.id == row.run_as_id)) or ""
    person = person_named(username)
    if person is None:
        raise ValueError(f"{username}, as whom it runs, is disabled")
    if not may(person, work.verb):
        raise ValueError(
            f"{username}, as whom it runs, may not do that: the role {person.role} is not enough"
        )
    arguments = {"schedule_id": row.id, "slot": slot.isoformat()} | work.understand(row.options)
    title = f"{work.label}: {row.name}"[:255]
    return jobs.enqueue(
        str(row.kind), work.function, arguments, title=title, actor_id=person.id, queue=work.queue
    )


def run_now(schedule_id: int, moment: dt.datetime) -> ScheduleSlot:
    """A time by hand, besides the others; it runs even while the schedule is paused. The caller commits."""
    changes.begin_write()
    row = db.session.get_one(Schedule, schedule_id)
    return _start(row, moment, by_hand=True)
