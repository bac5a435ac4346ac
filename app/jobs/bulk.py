"""The job that changes more records than a request may."""

from typing import Any

from app.entities import forms, orders
from app.entities.query import BadQuery
from app.entities.registry import entity
from app.extensions import db
from app.models.users import User
from app.security.access import may_write, person_named, sees_internal
from app.services import bulk, changes
from app.services.running import Failed, Run

NAMED = 50
"""So many refused records are named in the job's log."""


def change_many(run: Run, plural: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Carry out the body of a REST request on behalf of whoever sent it, as one change set or not at all."""
    person = person_named(db.session.get_one(User, run.actor_id).username)
    wanted = entity(plural)
    if person is None or not may_write(person, wanted.model):
        raise Failed("Whoever asked for it may not change these records any more")
    see = sees_internal(person)
    parsed = {
        how: forms.parse(wanted, asked[how], see_internal=see) for how in orders.WORDS if asked.get(how)
    }
    try:
        with changes.recording(run.actor_id, "bulk", job_id=run.job_id) as change_set:
            done = orders.carry_out(change_set, wanted, asked, parsed, see)
    except BadQuery as error:
        raise Failed(str(error)) from None
    except bulk.NotAll as error:
        _name(run, error.skipped)
        raise Failed(str(error)) from None
    _name(run, done["skipped"])
    run.message = f"{done['changed']} changed, {done['same']} as they were, {len(done['skipped'])} left out"
    return done | {name: done[name][:NAMED] for name in ("skipped", "warnings")}


def _name(run: Run, skipped: list[dict[str, Any]]) -> None:
    for item in skipped[:NAMED]:
        where = f"{item['name'] or item['record']} {item['field']}".strip()
        run.log(f"{where}: {item['reason']}")
    if len(skipped) > NAMED:
        run.log(f"… and {len(skipped) - NAMED} more")
