"""What a list of schedules shows of each beyond its columns: its rhythm in words, its next time, its last run."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.entities.computed import Computed
from app.entities.kinds import Kind, LongText
from app.entities.scalars import DateTime
from app.extensions import db
from app.models.base import now
from app.models.jobs import Job
from app.models.schedules import Schedule, ScheduleKind, ScheduleSlot
from app.services.rhythm import understand
from app.services.schedule_kinds import KINDS
from app.services.shape import Attribute

_TABLE = Schedule.__table__
RANKED = 1000
"""So many schedules are put into the order of their next times."""


class Options(LongText):
    """Lines such as `keep: 14`; a form has an input for each that the kind of the schedule knows."""

    def of_form(self, form: Any) -> str:
        """The lines that the inputs mean; a script may send the lines themselves."""
        kind = form.get("kind")
        if self.attribute.name in form or kind not in list(ScheduleKind):
            return super().of_form(form)
        return KINDS[ScheduleKind(kind)].compose(form)


class _Of(Computed):
    """What is made of a schedule's own columns; nobody filters by it."""

    parts: tuple[Any, ...] = (_TABLE.c.when, _TABLE.c.zone)
    may_be_empty = True

    def __init__(self, name: str) -> None:
        super().__init__(Attribute(name, "computed"), Schedule)  # type: ignore[call-arg]

    def order(self) -> Any:
        """By the text of the rhythm."""
        return self.parts[0]


class InWords(_Of, Kind):
    """How often, and in which zone."""

    def value(self, parts: Sequence[Any]) -> str:
        """The words; a rhythm that is none any more says so."""
        try:
            return f"{understand(parts[0], parts[1]).words}, {parts[1]}"
        except ValueError as error:
            return str(error)


class NextTime(_Of, DateTime):
    """When it is due next."""

    parts = (_TABLE.c.when, _TABLE.c.zone, _TABLE.c.since, _TABLE.c.is_paused)
    is_exact = False

    def value(self, parts: Sequence[Any]) -> Any:
        """None while it is paused."""
        text, zone, since, is_paused = parts
        try:
            return None if is_paused else understand(text, zone).next(now(), since, 1)[0]
        except (ValueError, IndexError):
            return None

    def order(self) -> Any:
        """By when each is due: no column holds it, so it is worked out; of more than `RANKED` the rest come last."""
        running = (_TABLE.c.deleted_at.is_(None), _TABLE.c.is_paused.is_(False))
        found = sa.select(_TABLE.c.id, *self.parts).where(*running).order_by(_TABLE.c.id).limit(RANKED)
        due = {row[0]: self.value(row[1:]) for row in db.session.execute(found)}
        ranks = {at: rank for rank, at in enumerate(sorted({at for at in due.values() if at}))}
        ranked = {number: ranks[at] for number, at in due.items() if at}
        return sa.case(ranked, value=_TABLE.c.id) if ranked else _TABLE.c.id


def _last(column: Any, other: Any) -> Any:
    """Something of the latest time that was due: of its job, else of itself."""
    slot, job = ScheduleSlot.__table__, Job.__table__
    latest = sa.select(sa.func.coalesce(sa.cast(column, sa.String), sa.cast(other, sa.String)))
    latest = latest.select_from(slot.outerjoin(job, job.c.id == slot.c.job_id))
    mine = latest.where(slot.c.schedule_id == _TABLE.c.id).order_by(slot.c.slot.desc()).limit(1)
    return mine.correlate(_TABLE).scalar_subquery()


class LastRun(_Of, Kind):
    """What became of the latest time: the state of its job, or missed, or failed."""

    parts = (_last(Job.__table__.c.state, ScheduleSlot.__table__.c.state),)

    def value(self, parts: Sequence[Any]) -> str:
        """The word."""
        return parts[0] or ""
