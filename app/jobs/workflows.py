"""The job that applies workflows to more systems than a request may."""

from typing import Any

from app.extensions import db
from app.models.systems import System
from app.models.users import User
from app.security.access import may_write, person_named
from app.services import changes, workflows
from app.services.drafts import Refused
from app.services.running import Failed, Run


def apply_to_many(run: Run, workflow_ids: list[int], system_ids: list[int]) -> dict[str, Any]:
    """Apply workflows on behalf of whoever asked for it, as one change set."""
    person = person_named(db.session.get_one(User, run.actor_id).username)
    if person is None or not may_write(person, System):
        raise Failed("Whoever asked for it may not change these records any more")
    wanted = workflows.Plan([], [])
    total = 2 * len(system_ids)

    def work(change_set: changes.Recording) -> None:
        nonlocal wanted
        run.step(0, total, "Looking up what is there")
        wanted = workflows.plan(workflow_ids, system_ids)
        run.step(len(system_ids), total, "Making what is missing")
        workflows.carry_out(change_set, wanted)
        run.step(total, total, wanted.summary)

    try:
        change_set = changes.record(work, run.actor_id, "workflow", "", job_id=run.job_id)
    except Refused as error:
        raise Failed("; ".join(error.errors.values())) from None
    for item in wanted.skipped:
        run.log(f"{item['name'] or item['record']}: {item['reason']}")
    run.message = f"{wanted.summary}; {wanted.there:,} there already"
    return wanted.counts | {"change_set": change_set.id if change_set.changes else None}
