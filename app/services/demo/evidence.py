"""What hangs on the systems: artifacts that are requested and arrive, tasks, the timeline, the report."""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.base import Record
from app.models.notes import Note, ReportItem
from app.models.systems import System
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.models.workflows import Workflow, WorkflowArtifact, WorkflowTask
from app.services.demo import stage, writing
from app.services.demo.landscape import Host
from app.services.demo.writing import Write
from app.services.lookups import find

TRIAGE, ANALYSE = "Triage", "Analyse triage data"


def requested(hosts: Sequence[Host], priority: str) -> Write:
    """Triage packages are asked for, one for each host."""
    rows = [
        {"name": "Triage package", "type": TRIAGE, "system": host.name, "status": "Requested"}
        | {"priority": priority, "source_path": "C:\\Windows\\Temp\\triage.zip"}
        for host in hosts
    ]
    return writing.made(Artifact, rows)


def arrived(hosts: Sequence[Host], rng: random.Random) -> Write:
    """The packages are there, with their hashes."""
    values = {
        host.name: {"status": "Ready for analysis", "sha256": f"{rng.getrandbits(256):064x}"}
        for host in hosts
    }
    return _of_systems(Artifact, values)


def begun(host: Host, actor: str) -> Write:
    """Somebody takes the package and the task."""
    task = {"name": ANALYSE, "system": host.name, "status": "Working", "assigned_to": actor}
    taken = {"status": "Analysis ongoing", "assigned_to": actor}
    return writing.together(writing.made(Task, [task]), _of_systems(Artifact, {host.name: taken}))


def finished(host: Host, finding: str) -> Write:
    """The package is analysed, the task is done."""
    done = {"status": "Analysis finished", "result": finding}
    return writing.together(
        _of_systems(Artifact, {host.name: done}), _of_systems(Task, {host.name: {"status": "Done"}})
    )


def _of_systems(model: type[Record], values: Mapping[str, Mapping[str, Any]]) -> Write:
    """Change the rows of these systems, by the name of the system."""

    def rows() -> list[tuple[int | None, Mapping[str, Any]]]:
        table, names = model.__table__, {one: name for name, one in find(System, values).items()}
        found = sa.select(table.c.id, table.c.system_id).where(table.c.system_id.in_(names))
        return [
            (row_id, values[names[one]]) for row_id, one in db.session.execute(found.order_by(table.c.id))
        ]

    return writing.changed(model, rows)


def rebuild(hosts: Sequence[Host], due: dt.datetime) -> Write:
    """What is set up anew is a task with a date."""
    rows = [{"name": "Rebuild", "system": host.name, "priority": "High", "due_at": due} for host in hosts]
    return writing.made(Task, rows)


def agreed_workflows() -> Write:
    """What the team has agreed to ask for, and to do, wherever the attacker was."""
    artifacts, tasks = [], []
    for flow, (asked, done) in stage.WORKFLOWS.items():
        artifacts += [
            {"workflow": flow, "type": kind, "name": name, "status": status, "priority": priority}
            for kind, name, status, priority in asked
        ]
        tasks += [{"workflow": flow, "name": name, "priority": priority} for name, priority in done]
    flows = writing.lookups(Workflow, [{"name": flow} for flow in stage.WORKFLOWS])
    return writing.together(
        flows, writing.made(WorkflowArtifact, artifacts), writing.made(WorkflowTask, tasks)
    )


def general_tasks(first_day: dt.datetime) -> Write:
    """Work that hangs on no system, one of it in parts."""
    rows = [
        {"name": name, "priority": priority, "note": note, "case": stage.CASES[0], "assigned_to": actor}
        | {"due_at": first_day + dt.timedelta(days=days, hours=16)}
        for name, priority, days, actor, note in stage.GENERAL_TASKS
    ]
    parts = [
        {"name": name, "parent": whole, "case": stage.CASES[0]}
        for name, whole in stage.PARTS_OF_TASKS.items()
    ]
    return writing.together(writing.made(Task, rows), writing.made(Task, parts))


def events(host: Host, first: dt.datetime, rng: random.Random, count: int) -> Write:
    """What the attacker and the system did, as far as it was found."""
    at, rows = first, []
    for number in range(count):
        kind, content = stage.EVENTS[number % len(stage.EVENTS)]
        at += dt.timedelta(seconds=rng.randrange(20, 3000), microseconds=rng.randrange(10**6))
        text = content.format(name=host.name, number=rng.randrange(1000, 9999))
        rows.append(
            {"system": host.name, "time": at, "zone": "UTC", "type": kind, "content": text}
            | {"source": "triage package", "case": stage.CASES[0]}
        )
    return writing.made(TimelineEntry, rows)


def accounts(hosts: Sequence[Host], domain: str) -> Write:
    """The accounts that the attacker used, and where they were seen."""
    names = [host.name for host in hosts]
    rows: list[dict[str, Any]] = [
        {"name": name, "domain": domain, "is_admin": is_admin, "note": note, "seen_on": names[start::step]}
        for name, is_admin, note, start, step in stage.ACCOUNTS
    ]
    local = {
        "name": "Administrator",
        "system": names[0],
        "is_admin": True,
        "note": "Local, same password everywhere",
    }
    return writing.made(Account, [*rows, local])


def notes() -> Write:
    """What is true for the whole incident."""
    rows = [
        {
            "title": title,
            "content": content,
            "status": status,
            "case": stage.CASES[0],
            "position": 10 * number,
        }
        for number, (title, status, content) in enumerate(stage.NOTES, start=1)
    ]
    return writing.made(Note, rows)


def report(host: Host, number: int) -> Write:
    """What the report says about a system."""
    rows = [
        {
            "system": host.name,
            "headline": headline,
            "status": status,
            "content": content.format(name=host.name),
        }
        | {"case": stage.CASES[0], "position": 10 * place}
        for place, (headline, status, content) in enumerate(
            stage.REPORT[: 1 + number % len(stage.REPORT)], start=1
        )
    ]
    return writing.made(ReportItem, rows)
