"""What systems are given: the artifacts and tasks that each of them lacks, and what is there already.

Workflows and creators differ in where their steps come from; what a step does is the same for both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.artifacts import Artifact
from app.models.base import Record, entity_of
from app.models.systems import System
from app.models.tasks import Task
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Draft, Refused
from app.services.reading import LARGE, among, chunks, read

AT_ONCE = 3000
"""More records are made by a job."""
Key = tuple[Any, ...]
KEYS: dict[type[Record], tuple[str, ...]] = {Artifact: ("type_id", "name_key"), Task: ("name_id",)}
"""What can be given, and the columns by which one knows that a system has it: all of them, or the first."""


@dataclass
class Step:
    """One thing that every system gets, and the key by which one knows that it is there."""

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
    """What would be made, by system; `skipped` are systems that are not there any more."""

    title: str
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
    def size(self) -> int:
        """How many records are made."""
        return self.artifacts + self.tasks

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
    def made(self) -> list[tuple[str, str]]:
        """What is made, by entity, in words: `("tasks", "3 tasks")`."""
        counts = ((entity_of(model), self._count(model)) for model in KEYS)
        return [(plural, numbered(count, plural[:-1])) for plural, count in counts if count]

    @property
    def summary(self) -> str:
        """What the change set says."""
        made = ", ".join(words for _, words in self.made) or "nothing new"
        return f"{self.title[:150]} for {numbered(len(self.changing), 'system')}: {made}"


def numbered(count: int, word: str) -> str:
    """So many of something, in words."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def plan(title: str, steps: Sequence[Step], system_ids: Iterable[int], *, again: bool = False) -> Plan:
    """Work out what every system gets.

    A system has what a step makes if it has an artifact of the same type (and name, if the step's key
    says one), or a task of the same name, that is open or that stands where the step would put it: so
    doing it twice is harmless. With `again`, all of it is made, whatever is there.
    """
    result, ids = Plan(title, list(steps)), list(dict.fromkeys(system_ids))
    rows = {row.id: row for row in read(System, ids, ["name", "deleted_at"])}
    for system_id in ids:
        row = rows.get(system_id)
        if row is None or row["deleted_at"]:
            result.skipped.append(_gone(system_id, row["name"] if row else ""))
        else:
            result.shares.append(Share(system_id, row["name"]))
    _share_out(result, again)
    return result


def plan_new(title: str, steps: Sequence[Step], names: Mapping[int, str]) -> Plan:
    """The same for systems that are just being made: each gets everything."""
    return Plan(title, list(steps), [Share(one, name, list(steps)) for one, name in names.items()])


def _gone(system_id: int, name: str) -> dict[str, Any]:
    return {"record": system_id, "name": name, "field": "", "reason": "is not there any more"}


def _share_out(wanted: Plan, again: bool) -> None:
    ids = [] if again else [share.system_id for share in wanted.shares]
    held = {model: _held(model, wanted.steps, ids) for model in KEYS}
    for share in wanted.shares:
        for step in wanted.steps:
            there = held[step.model].get((share.system_id, *step.key))
            if there is None:
                share.made.append(step)
            else:
                share.there.append(Found(step, there))


def _held(model: type[Record], steps: Sequence[Step], ids: Sequence[int]) -> dict[Key, int]:
    """What the systems have of what the steps make: {(system, key): record}."""
    standing = {step.key: step.values.get("status") for step in steps if step.model is model}
    if not standing:
        return {}
    table: Any = model.__table__
    status: Any = model.status.property.mapper.class_.__table__  # type: ignore[attr-defined]
    key = [table.c[name] for name in KEYS[model]]
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
            for one in (tuple(named), tuple(named[:1])):
                if one in standing and (is_open or status_id == standing[one]):
                    found.setdefault((system_id, *one), record_id)
    return found


def carry_out(change_set: Recording, wanted: Plan) -> None:
    """Make what a plan says, within the open change set; a rule that forbids any of it is `Refused`."""
    for model in KEYS:
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
