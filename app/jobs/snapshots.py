"""The job that keeps the numbers of the status page."""

from app.extensions import db
from app.models.schedules import Schedule
from app.services import changes, snapshots
from app.services.running import Run
from app.status.snapshots import numbers


def scheduled(run: Run, *, schedule_id: int, slot: str) -> dict[str, int]:
    """Keep them, under the name of the schedule."""
    schedule = db.session.get(Schedule, schedule_id)
    with changes.recording(run.actor_id, "schedule") as change_set:
        made = snapshots.keep(change_set, numbers(), schedule.name if schedule else slot)
    run.step(1, 1, f"{made.numbers['systems']['total']:,} systems")
    return {"snapshot": made.id}
