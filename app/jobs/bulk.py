"""The job that changes more records than a request may."""

from typing import Any
from zoneinfo import ZoneInfo

from app.entities import orders
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
    """Carry out the body of a request on behalf of whoever sent it, as one change set or not at all."""
    person = person_named(db.session.get_one(User, run.actor_id).username)
    wanted = entity(plural)
    if person is None or not may_write(person, wanted.model):
        raise Failed("Whoever asked for it may not change these records any more")
    see = sees_internal(person)
    parsed = orders.parse(wanted, asked, ZoneInfo(person.zone or "UTC"), see)
    deed = orders.Deed(wanted, asked, parsed, see)
    try:
        change_set = _carry_out(run, deed)
    except BadQuery as error:
        raise Failed(str(error)) from None
    except bulk.NotAll as error:
        _name(run, error.skipped)
        raise Failed(str(error)) from None
    done = deed.done
    _name(run, done.skipped)
    left_out = len({one["record"] for one in done.skipped})
    run.message = f"{done.changed:,} changed, {done.same:,} as they were, {left_out:,} left out"
    if done.made:
        run.message += f"; {done.made.summary}"
    told = orders.told(done, change_set, dry_run=bool(asked.get("dry_run")))
    return told | {name: told[name][:NAMED] for name in ("skipped", "warnings")}


def _carry_out(run: Run, deed: orders.Deed) -> changes.Recording:
    """Change them, or only try; the job stops where somebody asks it to, with nothing written."""
    if deed.asked.get("dry_run"):
        return changes.rehearse(deed, run.actor_id, "bulk")
    total = 2 * len(orders.ids_of(deed.entity, deed.asked, deed.see_internal))

    def work(change_set: changes.Recording) -> None:
        run.step(0, total, "Working out what changes")
        deed(change_set)
        run.step(total // 2, total, "Writing it")

    return changes.record(work, run.actor_id, "bulk", "", job_id=run.job_id)


def _name(run: Run, skipped: list[dict[str, Any]]) -> None:
    for item in skipped[:NAMED]:
        where = f"{item['name'] or item['record']} {item['field']}".strip()
        run.log(f"{where}: {item['reason']}")
    if len(skipped) > NAMED:
        run.log(f"… and {len(skipped) - NAMED} more")
