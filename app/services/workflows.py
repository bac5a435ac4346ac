"""Workflows: their lines, and what a system gets by them that it does not have yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.artifacts import Artifact
from app.models.base import Record, entity_of, key_of
from app.models.lookups import ArtifactType
from app.models.systems import System
from app.models.tasks import Task
from app.models.workflows import Workflow, WorkflowArtifact, WorkflowTask
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Draft, Refused
from app.services.ordering import STEP
from app.services.reading import LARGE, among, chunks, names_of, plain, read

LINES: dict[type[Record], type[Record]] = {WorkflowArtifact: Artifact, WorkflowTask: Task}
"""The kinds of lines, and what each makes of a system."""
_FIELDS: dict[type[Record], tuple[str, ...]] = {
    WorkflowArtifact: ("type", "name", "status", "priority"),
    WorkflowTask: ("name", "status", "priority", "note"),
}
_MARKS: dict[type[Record], tuple[str, ...]] = {WorkflowArtifact: ("type", "name"), WorkflowTask: ("name",)}
Key = tuple[Any, ...]


@dataclass
class Step:
    """A line of a workflow as it is carried out: what it makes, and the key by which one knows it is there."""

    model: type[Record]
    key: Key
    values: dict[str, Any]
    label: str

    @property
    def plural(self) -> str:
        """The entity of what it makes."""
        return entity_of(self.model)


@dataclass
class Found:
    """What a system has already of what a step would make."""

    step: Step
    record_id: int


@dataclass
class Share:
    """What one system gets, and what is there already."""

    system_id: int
    name: str
    made: list[Step] = field(default_factory=list)
    there: list[Found] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    """What was made, one for each step of `made`; empty until it is."""


@dataclass
class Plan:
    """What applying workflows would do, by system; `skipped` are systems that are not there any more."""

    names: list[str]
    steps: list[Step]
    shares: list[Share] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)

    def _count(self, model: type[Record]) -> int:
        return sum(step.model is model for share in self.shares for step in share.made)

    @property
    def artifacts(self) -> int:
        """How many artifacts are made."""
        return self._count(Artifact)

    @property
    def tasks(self) -> int:
        """How many tasks are made."""
        return self._count(Task)

    @property
    def changing(self) -> list[Share]:
        """The systems that get anything."""
        return [share for share in self.shares if share.made]

    @property
    def there(self) -> int:
        """How much is there already."""
        return sum(len(share.there) for share in self.shares)

    @property
    def same(self) -> int:
        """The systems that have everything already."""
        return len(self.shares) - len(self.changing)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers, as REST and jobs tell them."""
        systems = {"rows": len(self.shares), "changed": len(self.changing), "same": self.same}
        return systems | {"artifacts": self.artifacts, "tasks": self.tasks, "there": self.there}

    @property
    def summary(self) -> str:
        """What the change set says."""
        made = f"{self.artifacts:,} artifacts, {self.tasks:,} tasks"
        return f"{', '.join(self.names)[:150]} applied to {len(self.changing):,} systems: {made}"


def line_ids(model: type[Record], workflow_ids: Sequence[int]) -> list[int]:
    """The lines of workflows, in the order that they were given."""
    table = model.__table__
    live = sa.select(table.c.id).where(table.c.workflow_id.in_(workflow_ids), table.c.deleted_at.is_(None))
    return list(db.session.scalars(live.order_by(table.c.position, table.c.id)))


def plan(workflow_ids: Sequence[int], system_ids: Sequence[int]) -> Plan:
    """Work out what every system gets; `Refused` if a workflow is not there or says nothing.

    A system has what a step makes if it has an artifact of the same type and name, or a task of the
    same name, that is open or that stands where the step would put it: so applying twice is harmless.
    """
    found = [row for row in read(Workflow, workflow_ids, ["name", "deleted_at"]) if not row["deleted_at"]]
    if len(found) < len(set(workflow_ids)) or not found:
        raise Refused({"workflow": "there is no such workflow"})
    steps = _steps([row.id for row in found])
    if not steps:
        raise Refused({"workflow": f"“{found[0]['name']}” has no lines: add artifacts or tasks to it"})
    result = Plan([row["name"] for row in found], steps)
    rows = {row.id: row for row in read(System, list(dict.fromkeys(system_ids)), ["name", "deleted_at"])}
    for system_id in dict.fromkeys(system_ids):
        row = rows.get(system_id)
        if row is None or row["deleted_at"]:
            result.skipped.append(_gone(system_id, row["name"] if row else ""))
        else:
            result.shares.append(Share(system_id, row["name"]))
    _share_out(result)
    return result


def _gone(system_id: int, name: str) -> dict[str, Any]:
    return {"record": system_id, "name": name, "field": "", "reason": "is not there any more"}


def _steps(workflow_ids: Sequence[int]) -> list[Step]:
    """The lines of all workflows; what several of them say is done once."""
    steps: dict[tuple[type[Record], Key], Step] = {}
    for line_model, model in LINES.items():
        for line in read(line_model, line_ids(line_model, workflow_ids), [*_FIELDS[line_model], "label"]):
            values = {name: plain(line[name]) for name in _FIELDS[line_model]}
            key = (values["type"], key_of(values["name"])) if model is Artifact else (values["name"],)
            steps.setdefault((model, key), Step(model, key, values, line["label"]))
    return list(steps.values())


def _share_out(wanted: Plan) -> None:
    ids = [share.system_id for share in wanted.shares]
    held = {model: _held(model, wanted.steps, ids) for model in LINES.values()}
    for share in wanted.shares:
        for step in wanted.steps:
            there = held[step.model].get((share.system_id, *step.key))
            if there is None:
                share.made.append(step)
            else:
                share.there.append(Found(step, there))


def _held(model: type[Record], steps: Sequence[Step], ids: Sequence[int]) -> dict[Key, int]:
    """What the systems have of what the steps make: {(system, key): record}."""
    standing = {step.key: step.values["status"] for step in steps if step.model is model}
    if not standing:
        return {}
    table: Any = model.__table__
    status: Any = model.status.property.mapper.class_.__table__  # type: ignore[attr-defined]
    key = (table.c.type_id, table.c.name_key) if model is Artifact else (table.c.name_id,)
    statement = (
        sa.select(table.c.id, table.c.status_id, status.c.is_open, table.c.system_id, *key)
        .join(status, status.c.id == table.c.status_id)
        .where(table.c.deleted_at.is_(None), key[0].in_({first for first, *_ in standing}))
    )
    found: dict[Key, int] = {}
    for part in chunks(ids, LARGE):
        for record_id, status_id, is_open, system_id, *named in db.session.execute(
            statement.where(among(table.c.system_id, part)).order_by(table.c.id)
        ):
            wanted = standing.get(tuple(named))
            if wanted is not None and (is_open or status_id == wanted):
                found.setdefault((system_id, *named), record_id)
    return found


def carry_out(change_set: Recording, wanted: Plan) -> None:
    """Make what a plan says, within the open change set; a rule that forbids any of it is `Refused`."""
    for model in LINES.values():
        drafts = []
        for share in wanted.shares:
            mine = [
                Draft(values=s.values | {"system": share.system_id}) for s in share.made if s.model is model
            ]
            share.drafts += mine
            drafts += mine
        for draft in records.write(change_set, model, drafts):
            if draft.errors:
                raise Refused(draft.errors)
    change_set.summary = wanted.summary


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
