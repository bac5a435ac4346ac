"""Creators: artifacts or tasks for many systems, from raw values to the plan that `services.giving` carries out."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.entities import forms, orders
from app.entities.entity import Entity, Field
from app.entities.several import as_list
from app.models.artifacts import Artifact
from app.models.base import Record
from app.models.tasks import Task
from app.services import giving, lookups
from app.services.changes import Recording
from app.services.drafts import Refused
from app.services.reading import names_of

EACH: dict[type[Record], str] = {Artifact: "type", Task: "name"}
"""The field of which several values are told: every system gets a record for each of them."""
OF_ONE = ("system", "artifact")
"""What only one of many systems can have."""


def each_of(entity: Entity) -> Field:
    """The field of which several values are told."""
    return entity.field(EACH[entity.model])


def fields_of(entity: Entity, see_internal: bool) -> list[Field]:
    """The fields that all of them share; each may be left as usual."""
    left_out = (each_of(entity).name, *OF_ONE)
    shared = (one for one in orders.fields_for_many(entity, see_internal) if one.name not in left_out)
    return [replace(one, required=False, help="Like its type, unless told") if one.required else one
            for one in shared]  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is to be made of an entity: what each system gets, and the parsed values that all of it shares."""

    entity: Entity
    picks: Sequence[lookups.Pick]
    values: Mapping[str, Any]
    again: bool = False

    def plan(self, change_set: Recording | None, system_ids: Sequence[int]) -> giving.Plan:
        """What every system gets; without a change set, names that would be created are in no row yet."""
        values = self._resolved(change_set)
        title, each = self.entity.title_field.name, each_of(self.entity).name
        steps = []
        for record_id, name in _chosen(change_set, each_of(self.entity), self.picks):
            made = {title: name} | values | {each: record_id}
            label = name if title == each else made[title]
            steps.append(giving.Step(self.entity.model, (record_id,), made, label))
        names = ", ".join(step.label for step in steps)
        return giving.plan(names, steps, system_ids, again=self.again)

    def _resolved(self, change_set: Recording | None) -> dict[str, Any]:
        try:
            return forms.resolve(change_set, self.entity, self.values)
        except Refused as error:
            kinds = {name: self.entity.field(name).kind for name in error.errors}
            if change_set or not all(getattr(kind, "grows", False) for kind in kinds.values()):
                raise
            known = {name: value for name, value in self.values.items() if name not in kinds}
            return forms.resolve(None, self.entity, known)


def parse(
    entity: Entity, raw: Mapping[str, Any], *, again: bool, zone: dt.tzinfo | None, see_internal: bool
) -> Asked:
    """Read raw values; `Refused` names every field that is wrong or that many systems can't share."""
    each = each_of(entity)
    shared = {name: value for name, value in raw.items() if name != each.name and value not in ("", None, [])}
    errors = not_shared(entity, shared, see_internal)
    picks, values = [], {}
    try:
        picks = [pick for one in as_list(raw.get(each.name)) if (pick := each.kind.parse(one))]
    except ValueError as error:
        errors[each.name] = str(error)
    try:
        fitting = {name: value for name, value in shared.items() if name not in errors}
        values = forms.parse(entity, fitting, zone=zone, see_internal=see_internal)
    except Refused as error:
        errors |= error.errors
    if errors:
        raise Refused(errors)
    return Asked(entity, picks, values, again)


def not_shared(entity: Entity, names: Iterable[str], see_internal: bool) -> dict[str, str]:
    """What is wrong with the names of fields: those that many systems can't share."""
    known = {item.name for item in fields_of(entity, see_internal)}
    return {name: "can't be given to many systems at once" for name in names if name not in known}


def _chosen(
    change_set: Recording | None, each: Field, picks: Sequence[lookups.Pick]
) -> list[tuple[int | None, str]]:
    """The values of the field, each once: id and name; a name that is to be created has an id once it is."""
    target: Any = each.kind.attribute.target
    settled = picks
    if change_set is None and target.__grows__:
        known = lookups.find(target, [pick.name for pick in picks if pick.id is None])
        settled = [pick for pick in picks if pick.id is not None or pick.name in known]
    try:
        ids = dict(zip(settled, lookups.resolve_all(change_set, target, settled), strict=True))
    except ValueError as error:
        raise Refused({each.name: str(error)}) from None
    named = names_of(target, ids.values())
    pairs = [(ids.get(pick), named[ids[pick]].name if pick in ids else pick.name) for pick in picks]
    return list(dict.fromkeys(pairs))
