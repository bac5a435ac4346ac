"""Who has what: the records that can be assigned, by entity and by person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from app.entities import query
from app.entities.entity import Entity, Field
from app.entities.states import Pairs, States, case_pairs, open_pairs
from app.extensions import db
from app.models.lookups import Priority
from app.services import assignment, bulk
from app.services.bulk import Order
from app.services.changes import Recording
from app.services.reading import Row, read
from app.status.figures import address_of

NOBODY = 0
SHOWN = ("priority", "status", "analysis_status", "system", "due_at", "tags", "assigned_to")
"""What a row of work shows besides its title, as far as the entity has it."""


@dataclass(frozen=True)
class Scope:
    """Which records: whose (`NOBODY` for unassigned, None for all), in which cases, with which tags."""

    person: int | None = NOBODY
    cases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    with_closed: bool = False

    def pairs(self, entity: Entity, states: States) -> Pairs:
        """The filters of the list that shows these records of an entity."""
        whose: Pairs = [("assigned_to", f"id:{self.person}")] if self.person else []
        if self.person == NOBODY:
            whose = [("assigned_to.empty", "1")]
        tagged = [("tags", tag) for tag in self.tags]
        still = [] if self.with_closed else open_pairs(entity, states)
        return [*whose, *case_pairs(entity, self.cases), *tagged, *still]


@dataclass
class Section:
    """The records of one entity: how many, the most urgent of them, the list of all."""

    entity: Entity
    total: int
    rows: list[Row]
    fields: list[Field]
    address: str


def section(
    entity: Entity, pairs: Pairs, see_internal: bool, total: int, limit: int, without: Sequence[str] = ()
) -> Section:
    """The first records that match, the most urgent and oldest first; `without` some of the columns."""
    visible = {item.name: item for item in entity.visible(see_internal)}
    fields = [visible[name] for name in SHOWN if name in visible and name not in without]
    order = "-priority,created_at" if entity.has("priority") else entity.order
    asked = query.understand(entity, query.with_usual(entity, [*pairs, ("sort", order)]), see_internal)
    names = [entity.title_field.name, "assigned_to", *(item.name for item in fields)]
    rows = read(entity.model, query.ids(asked, limit=limit), names) if total else []
    return Section(entity, total, rows, fields, address_of(entity, pairs))


def workload(found: Sequence[Entity], scope: Scope, states: States) -> dict[int, dict[str, int]]:
    """How many records of each entity each person has (`NOBODY`: unassigned), with one statement."""
    everybody = replace(scope, person=None)
    parts = []
    for entity in found:
        pairs = query.with_usual(entity, everybody.pairs(entity, states))
        where = query.understand(entity, pairs).where
        owner = sa.func.coalesce(entity.model.__table__.c.assigned_to_id, NOBODY)
        parts.append(
            sa.select(sa.literal(entity.plural), owner, sa.func.count()).where(*where).group_by(owner)
        )
    loads: dict[int, dict[str, int]] = {}
    for plural, person, total in db.session.execute(sa.union_all(*parts)):
        loads.setdefault(person, {})[plural] = total
    return loads


def most_urgent(found: Sequence[Entity], scope: Scope, states: States) -> tuple[Entity, int] | None:
    """The record with the highest priority, of those the oldest; None if there is none."""
    best: tuple[Any, Entity, int] | None = None
    for entity in found:
        table = entity.model.__table__
        rank: Any = sa.literal(-1)
        if entity.has("priority"):
            position = sa.select(Priority.position).where(Priority.id == table.c.priority_id)
            rank = position.scalar_subquery()
        where = query.understand(entity, query.with_usual(entity, scope.pairs(entity, states))).where
        statement = sa.select(rank, table.c.created_at, table.c.id).where(*where)
        first = db.session.execute(statement.order_by(rank.desc(), table.c.created_at, table.c.id).limit(1))
        for place, created_at, record_id in first:
            key = (-place, created_at)
            if best is None or key < best[0]:
                best = (key, entity, record_id)
    return best and (best[1], best[2])


def take_next(
    change_set: Recording, found: Sequence[Entity], scope: Scope, states: States, person_id: int
) -> tuple[Entity, int] | None:
    """Give the most urgent unassigned record to a person; None if there is none."""
    best = most_urgent(found, replace(scope, person=NOBODY), states)
    if best is None:
        return None
    entity, record_id = best
    draft = assignment.grab(change_set, entity.model, record_id, person_id)
    change_set.summary = f"{entity.called(draft)} grabbed as the next"
    return best


def hand_over(
    change_set: Recording, found: Sequence[Entity], scope: Scope, states: States, to: int | None
) -> int:
    """Give all these records to somebody else, or to nobody; how many changed hands."""
    given = 0
    for entity in found:
        asked = query.understand(entity, query.with_usual(entity, scope.pairs(entity, states)))
        order = Order(set={"assigned_to": to})
        given += bulk.apply(change_set, entity.model, query.ids(asked), order).changed
    return given
