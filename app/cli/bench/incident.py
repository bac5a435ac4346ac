"""What happens to the systems of the scratch instance: a long timeline, and one system that has all of it."""

from typing import Any

import sqlalchemy as sa

from app.cli.bench.scratch import Scratch
from app.extensions import db
from app.models.artifacts import Artifact
from app.models.base import Record, now
from app.models.lookups import ArtifactType, TaskName
from app.models.systems import Memo, System
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.services import changes, lookups, records
from app.services.drafts import Draft

ENTRIES, MOST = 5, 100_000
"""Timeline entries for each system, and in all."""
ARTIFACTS, TASKS, EVENTS, MEMOS = 40, 25, 300, 12
"""What the busiest system has."""
BATCH = 10_000
DOINGS = (
    "Logon of user{0}",
    "Process powershell.exe by user{0}",
    "Service updater{0} installed",
    "File {0}.tmp",
)


def write(scratch: Scratch, size: int) -> int:
    """Write it all; the id of the busiest system."""
    from app import create_app

    with create_app(scratch.settings).app_context():
        systems = list(db.session.scalars(sa.select(System.id).order_by(System.id)))
        busiest, began = systems[0], now()
        named = {
            ArtifactType: _one("Triage image", ArtifactType),
            TaskName: _one("Look at the timeline", TaskName),
        }
        _make(Artifact, [_artifact(n, busiest, named[ArtifactType]) for n in range(ARTIFACTS)])
        _make(Task, [{"name": named[TaskName], "system": busiest, "note": f"part {n}"} for n in range(TASKS)])
        _make(Memo, [{"system": busiest, "text": f"Seen by somebody, part {n}"} for n in range(MEMOS)])
        owners = [busiest] * EVENTS + [systems[n % size] for n in range(min(ENTRIES * size, MOST) - EVENTS)]
        _make(TimelineEntry, [_entry(n, owner, began) for n, owner in enumerate(owners)])
        db.session.remove()
        db.engine.dispose()
        return busiest


def _one(name: str, model: type[Record]) -> int:
    with changes.recording(None, "import", name) as change_set:
        found = lookups.find_or_create(change_set, model, [name])
    db.session.commit()
    return found[name]


def _make(model: type[Record], values: list[dict[str, Any]]) -> None:
    for start in range(0, len(values), BATCH):
        with changes.recording(None, "import", "Measured") as change_set:
            records.write(change_set, model, [Draft(values=one) for one in values[start : start + BATCH]])
        db.session.commit()


def _artifact(number: int, system: int, kind: int) -> dict[str, Any]:
    return {"name": f"triage-{number}.zip", "system": system, "type": kind}


def _entry(number: int, system: int, began: Any) -> dict[str, Any]:
    content = DOINGS[number % len(DOINGS)].format(number) + f" on sv-{number % 20_000:06}"
    return {"system": system, "time": began, "type": "event log", "content": content}
