"""Filters beyond an entity's fields: the records themselves, the cases that use them, kept sets of systems."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.entities.entity import Entity, Field
from app.entities.links import Reference, is_id
from app.extensions import db
from app.models.base import Record
from app.models.cases import Case
from app.models.name_sets import NameSet, name_sets_systems
from app.models.systems import System
from app.services.shape import Attribute, pointers_to, shape_of


def scopes_of(entity: Entity) -> dict[str, Field]:
    """`/tags?tags=id:5` is that tag; `/tags?cases=id:3` are the tags that things of that case have."""
    itself = Attribute(entity.plural, "one", column=entity.model.__table__.c.id, target=entity.model)
    found = {entity.plural: _field(itself, Reference(itself, entity.model), entity.label)}
    if _in_cases(entity.model, sa.true()) is None and _users(entity.model):
        attribute = Attribute("cases", "one", column=itself.column, target=Case)
        found["cases"] = _field(attribute, UsedInCases(attribute, entity.model), "Used in case")
    if entity.model is System:
        attribute = Attribute("set", "one", column=itself.column, target=NameSet)
        found["set"] = _field(attribute, InSet(attribute, System), "Set")
    return found


def _field(attribute: Attribute, kind: Reference, label: str) -> Field:
    return Field(attribute.name, label=label, kind=kind, listed=False, editable=False, bulk=False)


def _users(model: type[Record]) -> list[tuple[type[Record], Attribute]]:
    """The fields by which what belongs to cases points at a model."""
    pointers = pointers_to(model)
    return [(user, attribute) for user, attribute in pointers if _in_cases(user, sa.true()) is not None]


def _in_cases(model: type[Record], condition: Any) -> Any:
    """A select of the ids that belong to cases which fulfil a condition; None if the model knows no cases."""
    cases = sa.select(Case.id).where(condition)
    if model is Case:
        return cases
    attribute = next((one for one in shape_of(model).values() if one.target is Case), None)
    if attribute is None:
        return None
    if attribute.sort == "many":
        link = attribute.secondary
        return sa.select(link.c.owner_id).where(link.c.target_id.in_(cases))
    return sa.select(model.__table__.c.id).where(attribute.column.in_(cases))


class UsedInCases(Reference):
    """The cases to which the live records belong that point at a record."""

    def _used(self, condition: Any) -> Any:
        parts = []
        for user, attribute in _users(self.model):
            table, owners = user.__table__, _in_cases(user, condition)
            live = sa.select(table.c.id).where(table.c.id.in_(owners), table.c.deleted_at.is_(None))
            if attribute.sort == "many":
                link = attribute.secondary
                parts.append(sa.select(link.c.target_id).where(link.c.owner_id.in_(live)))
            else:
                parts.append(sa.select(attribute.column).where(table.c.id.in_(live)))
        return self.column.in_(sa.union_all(*parts))

    def equals(self, raw: str) -> Any:
        """Used in this case."""
        return self._used(self._picked(raw))

    def contains(self, text: str) -> Any:
        """Used in a case whose name contains the text."""
        return self._used(self._named(text))

    def empty(self) -> Any:
        """Used in no case."""
        return sa.not_(self._used(sa.true()))


class InSet(Reference):
    """The kept sets of systems that were named together; a filter's value is the number of a set."""

    page = "/systems/pasted?set="
    """Where a set is shown, with what was pasted."""

    def words(self, values: Sequence[str]) -> list[str]:
        """What the sets are called."""
        numbers = [int(value) for value in values if is_id(value)]
        named = dict(
            db.session.execute(sa.select(NameSet.id, NameSet.words).where(NameSet.id.in_(numbers))).all()
        )
        return [named[int(value)] for value in values]

    def equals(self, raw: str) -> Any:
        """In this set; `ValueError` if it is not kept any more."""
        if not is_id(raw) or db.session.get(NameSet, int(raw)) is None:
            raise ValueError(f"the set {raw} is not kept any more: paste its names again")
        link = name_sets_systems.c
        return self.column.in_(sa.select(link.system_id).where(link.set_id == int(raw)))

    def empty(self) -> Any:
        """In no set: of no use, since sets are many people's."""
        return self.column.not_in(sa.select(name_sets_systems.c.system_id))
