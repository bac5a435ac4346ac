"""REST of what is done to tasks in one step: start, finish, renew."""

from flask import Response

from app.blueprints.rest.views import ID, bp, do, writable
from app.security.permissions import EDIT, needs
from app.services import task_actions


@bp.post(f"/v1/tasks/{ID}/start")
@needs(EDIT)
def start(record_id: int) -> Response:
    """A task is worked on from now on."""
    return _take(record_id, "start")


@bp.post(f"/v1/tasks/{ID}/finish")
@needs(EDIT)
def finish(record_id: int) -> Response:
    """A task is done."""
    return _take(record_id, "finish")


@bp.post(f"/v1/tasks/{ID}/renew")
@needs(EDIT)
def renew(record_id: int) -> Response:
    """A task is to be done again, by whoever takes it."""
    return _take(record_id, "renew")


def _take(record_id: int, step: str) -> Response:
    return do(
        writable("tasks"), record_id, task_actions.DONE[step], lambda s: task_actions.take(s, record_id, step)
    )
