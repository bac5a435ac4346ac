"""The undo of a large change set."""

from typing import Any

from app.services import changes, undo
from app.services.running import Run


def undo_change_set(run: Run, number: int) -> dict[str, Any]:
    """Undo it, as one change set of whoever asked for it."""
    with changes.recording(
        run.actor_id, "undo", f"Undo of {number}", job_id=run.job_id, undo_of_id=number
    ) as change_set:
        undone = undo.undo(change_set, number)
    run.message = f"{undone.count} put back, {len(undone.skipped)} left alone"
    return undone.as_json(change_set)
