"""What is done to tasks in one step: start, finish, renew, close all of a name.

Which status a step leads to is said by the flags of the statuses, never by a name.
"""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from app.extensions import db
from app.models.lookups import TaskName, TaskStatus
from app.models.tasks import Task
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Draft, Impossible, Missing
from app.services.reading import Named, names_of, read_one

STEPS = {
    "start": (
        TaskStatus.is_open & TaskStatus.sets_started & ~TaskStatus.sets_finished,
        "open and sets started",
    ),
    "finish": (~TaskStatus.is_open & TaskStatus.sets_finished, "not open and sets finished"),
    "renew": (
        TaskStatus.is_open & TaskStatus.clears_started & TaskStatus.clears_finished,
        "open, clears started and clears finished",
    ),
}
"""What a status must mean for a step to lead to it, as a condition and in words."""
DONE = {"start": "started", "finish": "finished", "renew": "renewed"}


class NoStatus(Impossible):
    """No task status has the meaning that a step needs."""

    def __init__(self, step: str) -> None:
        super().__init__(f"no task status means “{DONE[step]}” ({STEPS[step][1]}): a lead can set its flags")


def take(change_set: Recording, task_id: int, step: str) -> Draft:
    """Start, finish or renew a task; a renewed one is free. `Missing`, or `NoStatus` if none has the meaning."""
    row = read_one(Task, task_id, ["status", "deleted_at"])
    if row is None or row["deleted_at"]:
        raise Missing(f"tasks {task_id}")
    values = {"status": _status(step, row["status"].id)}
    return records.update(
        change_set, Task, task_id, values | ({"assigned_to": None} if step == "renew" else {})
    )


def _status(step: str, present: int | None = None) -> int:
    """The status that a step leads to: the present one if it has the meaning, else the default, else the first."""
    meant = sa.select(TaskStatus.id).where(
        STEPS[step][0], TaskStatus.deleted_at.is_(None), TaskStatus.is_retired.is_(False)
    )
    found = list(db.session.scalars(meant.order_by(TaskStatus.is_default.desc(), TaskStatus.position)))
    if not found:
        raise NoStatus(step)
    return present if present in found and step != "renew" else found[0]


class Closable(NamedTuple):
    """An open status that tasks of a name have, and how many; `is_usual` where nothing stands in the way."""

    status: Named
    total: int
    is_usual: bool


def closable(name_id: int) -> list[Closable]:
    """The open statuses of the live tasks of a name, in their order."""
    counted = sa.select(Task.status_id, sa.func.count().label("count"))
    counted = counted.where(Task.name_id == name_id, Task.deleted_at.is_(None)).group_by(Task.status_id)
    totals: dict[int, int] = dict(db.session.execute(counted).all())
    usual = sa.or_(TaskStatus.is_default, TaskStatus.sets_started)
    found = sa.select(TaskStatus.id, usual).where(TaskStatus.id.in_(totals), TaskStatus.is_open)
    named = names_of(TaskStatus, totals)
    rows = db.session.execute(found.order_by(TaskStatus.position, TaskStatus.id))
    return [Closable(named[status_id], totals[status_id], bool(is_usual)) for status_id, is_usual in rows]


def close_all(change_set: Recording, name_id: int, statuses: Sequence[int]) -> list[Draft]:
    """Finish every task of a name that has one of these open statuses; `NoStatus`, or `Missing` without the name."""
    name = read_one(TaskName, name_id, ["deleted_at"])
    if name is None or name["deleted_at"]:
        raise Missing(f"task-names {name_id}")
    of_name = sa.select(Task.id).join(TaskStatus, TaskStatus.id == Task.status_id)
    of_name = of_name.where(Task.name_id == name_id, Task.deleted_at.is_(None), TaskStatus.is_open)
    ids = list(db.session.scalars(of_name.where(Task.status_id.in_(statuses)).order_by(Task.id)))
    finished = _status("finish")
    return records.write(change_set, Task, [Draft(task_id, {"status": finished}) for task_id in ids])
