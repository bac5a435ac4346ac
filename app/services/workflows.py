"""Workflows: named lists of artifacts and tasks; what a system gets by them is worked out by `giving`."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.artifacts import Artifact
from app.models.base import Record, key_of
from app.models.lookups import ArtifactType
from app.models.tasks import Task
from app.models.workflows import Workflow, WorkflowArtifact, WorkflowTask
from app.services import giving, records
from app.services.changes import Recording
from app.services.drafts import Draft, Refused
from app.services.giving import Key, Plan, Step
from app.services.ordering import STEP
from app.services.reading import names_of, plain, read

LINES: dict[type[Record], type[Record]] = {WorkflowArtifact: Artifact, WorkflowTask: Task}
"""The kinds of lines, and what each makes of a system."""
_FIELDS: dict[type[Record], tuple[str, ...]] = {
    WorkflowArtifact: ("type", "name", "status", "priority"),
    WorkflowTask: ("name", "status", "priority", "note"),
}
_MARKS: dict[type[Record], tuple[str, ...]] = {WorkflowArtifact: ("type", "name"), WorkflowTask: ("name",)}


def line_ids(model: type[Record], workflow_ids: Sequence[int]) -> list[int]:
    """The lines of workflows, in the order that they were given."""
    table = model.__table__
    live = sa.select(table.c.id).where(table.c.workflow_id.in_(workflow_ids), table.c.deleted_at.is_(None))
    return list(db.session.scalars(live.order_by(table.c.position, table.c.id)))


def plan(workflow_ids: Sequence[int], system_ids: Sequence[int]) -> Plan:
    """Work out what every system gets; `Refused` if a workflow is not there or says nothing."""
    return giving.plan(*_said(workflow_ids), system_ids)


def give_new(change_set: Recording, workflow_ids: Sequence[int], names: Mapping[int, str]) -> None:
    """Give systems that the open change set makes what workflows say: they have nothing yet."""
    title, steps = _said(workflow_ids)
    made = change_set.summary
    wanted = giving.plan_new(title, steps, names)
    giving.carry_out(change_set, wanted)
    change_set.summary = f"{made}; {wanted.summary}"


def _said(workflow_ids: Sequence[int]) -> tuple[str, list[Step]]:
    """The names of the workflows, and what they say."""
    found = [row for row in read(Workflow, workflow_ids, ["name", "deleted_at"]) if not row["deleted_at"]]
    if len(found) < len(set(workflow_ids)) or not found:
        raise Refused({"workflow": "there is no such workflow"})
    steps = _steps([row.id for row in found])
    if not steps:
        raise Refused({"workflow": f"“{found[0]['name']}” has no lines: add artifacts or tasks to it"})
    return ", ".join(row["name"] for row in found), steps


def _steps(workflow_ids: Sequence[int]) -> list[Step]:
    """The lines of all workflows; what several of them say is done once."""
    steps: dict[tuple[type[Record], Key], Step] = {}
    for line_model, model in LINES.items():
        for line in read(line_model, line_ids(line_model, workflow_ids), [*_FIELDS[line_model], "label"]):
            values = {name: plain(line[name]) for name in _FIELDS[line_model]}
            key = (values["type"], key_of(values["name"])) if model is Artifact else (values["name"],)
            steps.setdefault((model, key), Step(model, key, values, line["label"]))
    return list(steps.values())


def put_lines(
    change_set: Recording,
    model: type[Record],
    workflow_id: int,
    wanted: Sequence[Mapping[str, Any]],
    field_name: str = "lines",
) -> bool:
    """Make these the lines of a workflow, in this order; True if that changed anything. `Refused` names the line."""
    stored = read(model, line_ids(model, [workflow_id]), _MARKS[model])
    known = {_mark(model, {name: plain(row[name]) for name in _MARKS[model]}): row.id for row in stored}
    types = names_of(ArtifactType, {values["type"] for values in wanted if values.get("type")})
    drafts = []
    for number, values in enumerate(wanted, start=1):
        given = {"workflow": workflow_id} | dict(values) | {"position": number * STEP}
        kind = types.get(given.get("type", 0))
        drafts.append(Draft(known.pop(_mark(model, given, kind.name if kind else ""), None), given))
    records.delete(change_set, model, list(known.values()))
    for number, draft in enumerate(records.write(change_set, model, drafts), start=1):
        if draft.errors:
            name, text = next(iter(draft.errors.items()))
            raise Refused({field_name: f"line {number}, {name}: {text}"})
    return bool(known) or any(draft.is_new or draft.changed for draft in drafts)


def _mark(model: type[Record], values: Mapping[str, Any], usual: str = "") -> Key:
    """What tells the lines of one workflow apart; an artifact without a name is called as `usual`."""
    if model is WorkflowTask:
        return (values.get("name"),)
    return (values.get("type"), key_of(values.get("name") or usual))


def duplicate(change_set: Recording, workflow_id: int) -> Draft:
    """A workflow with the same lines under a name that is free."""
    (row,) = read(Workflow, [workflow_id], ["name", "note"])
    copy = records.create(
        change_set, Workflow, {"name": _free_name(f"Copy of {row['name']}"[:240]), "note": row["note"]}
    )
    for model, names in _FIELDS.items():
        lines = read(model, line_ids(model, [workflow_id]), names)
        put_lines(change_set, model, copy.record_id, [{n: plain(line[n]) for n in names} for line in lines])
    change_set.summary = f"{row['name'][:80]} duplicated"
    return copy


def _free_name(name: str) -> str:
    keys = sa.select(Workflow.name_key).where(Workflow.deleted_at.is_(None))
    taken = set(db.session.scalars(keys))
    names = [name, *(f"{name} {number}" for number in range(2, len(taken) + 3))]
    return next(one for one in names if key_of(one) not in taken)
