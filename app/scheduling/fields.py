"""What a list of schedules shows of each beyond its columns: its rhythm in words, its next time, its last run."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.entities.computed import Computed
from app.entities.kinds import Kind, LongText
from app.entities.scalars import DateTime
from app.models.base import now
from app.models.jobs import Job
from app.models.schedules import Schedule, ScheduleKind, ScheduleSlot
from app.services.rhythm import understand
from app.services.schedule_kinds import KINDS
from app.services.shape import Attribute

_TABLE = Schedule.__table__


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
