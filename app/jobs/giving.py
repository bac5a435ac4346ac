"""The jobs that give more systems artifacts and tasks than a request may: by workflows, by creators."""

from collections.abc import Callable
from typing import Any

from app.entities import registry
from app.extensions import db
from app.importing import creators
from app.models.base import Record
from app.models.systems import System
from app.models.users import User
from app.security.access import Person, may_write, person_named, sees_internal
from app.services import changes, giving, workflows
from app.services.drafts import Refused
from app.services.running import Failed, Run
from app.times import zone_named


def apply_workflows(run: Run, workflow_ids: list[int], system_ids: list[int]) -> dict[str, Any]:
    """Apply workflows on behalf of whoever asked for it, as one change set."""
    _allowed(run, System)
    return _give(run, "workflow", len(system_ids), lambda _: workflows.plan(workflow_ids, system_ids))


def create(run: Run, plural: str, asked: dict[str, Any], system_ids: list[int]) -> dict[str, Any]:
    """Make artifacts or tasks of many systems, as one change set."""
    entity = registry.entity(plural)
    see = sees_internal(_allowed(run, entity.model))
    zone = zone_named(asked["zone"]) if asked["zone"] else None
    try:
        wanted = creators.parse(entity, asked["values"], again=asked["again"], zone=zone, see_internal=see)
    except Refused as error:
        raise Failed(str(error)) from None
    return _give(run, "creator", len(system_ids), lambda change_set: wanted.plan(change_set, system_ids))


def _allowed(run: Run, model: type[Record]) -> Person:
    person = person_named(db.session.get_one(User, run.actor_id).username)
    if person is None or not may_write(person, model):
        raise Failed("Whoever asked for it may not change these records any more")
    return person


def _give(
    run: Run, source: str, count: int, plan: Callable[[changes.Recording], giving.Plan]
) -> dict[str, Any]:
    wanted = giving.Plan("", [])

    def work(change_set: changes.Recording) -> None:
        nonlocal wanted
        run.step(0, 2 * count, "Looking up what is there")
        wanted = plan(change_set)
        run.step(count, 2 * count, "Making what is missing")
        giving.carry_out(change_set, wanted)
        run.step(2 * count, 2 * count, wanted.summary)

    try:
        change_set = changes.record(work, run.actor_id, source, "", job_id=run.job_id)
    except Refused as error:
        raise Failed("; ".join(error.errors.values())) from None
    for item in wanted.skipped:
        run.log(f"{item['name'] or item['record']}: {item['reason']}")
    run.message = f"{wanted.summary}; {wanted.there:,} there already"
    return wanted.counts | {"change_set": change_set.id if change_set.changes else None}
