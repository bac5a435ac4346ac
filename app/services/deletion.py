"""What stands against a deletion, and what goes to the bin together with a record."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.base import Record, entity_of
from app.models.cases import Case
from app.models.changes import ChangeSet
from app.models.lookups import State
from app.models.notes import Note, ReportItem
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.models.users import User
from app.models.workflows import Workflow, WorkflowArtifact, WorkflowTask
from app.services.reading import Row, chunks, names_of
from app.services.shape import Attribute, pointers_to, shape_of

Fields = dict[type[Record], tuple[tuple[type[Record], str], ...]]
"""Fields of other models that point at a model."""

OWNED: Fields = {
    System: ((Memo, "system"), (TimelineEntry, "system"), (ReportItem, "system"), (Account, "system")),
    Workflow: ((WorkflowArtifact, "workflow"), (WorkflowTask, "workflow")),
}
"""What belongs to a record: it goes to the bin with it and comes back with it."""

LOOSENED: Fields = {
    System: ((Task, "system"), (Account, "seen_on")),
    Artifact: ((Task, "artifact"),),
    Task: ((Task, "parent"),),
    Case: ((System, "cases"), (Task, "case"), (Note, "case"), (TimelineEntry, "case")),
    Tag: tuple((model, "tags") for model in (System, Artifact, Case, Task, Note, ReportItem, TimelineEntry)),
}
"""What stays without the record: its link is emptied in the same change set."""
NAMED = 3
"""As many records are named that stand against a deletion."""


def owned_by(model: type[Record]) -> tuple[tuple[type[Record], Attribute], ...]:
    """The models whose rows belong to a row of this one, with the field that says so."""
    return tuple((owned, shape_of(owned)[name]) for owned, name in OWNED.get(model, ()))


def loosened_by(model: type[Record]) -> tuple[tuple[type[Record], Attribute], ...]:
    """The fields that are emptied when a row of this model goes."""
    return tuple((user, shape_of(user)[name]) for user, name in LOOSENED.get(model, ()))


def loose_fields(model: type[Record]) -> tuple[Attribute, ...]:
    """The fields of a model that are emptied when what they point at goes."""
    return tuple(
        shape_of(model)[name] for users in LOOSENED.values() for user, name in users if user is model
    )


def binned(model: type[Record], ids: Collection[int]) -> set[int]:
    """Those of the rows that are in the bin."""
    table, found = model.__table__, set()
    for part in chunks(sorted(ids)):
        gone = sa.select(table.c.id).where(table.c.id.in_(part), table.c.deleted_at.is_not(None))
        found |= set(db.session.scalars(gone))
    return found


def pointing(user: type[Record], attribute: Attribute, ids: Sequence[int]) -> dict[int, set[int]]:
    """The live rows whose field points at one of these records: {row: records}."""
    table = user.__table__
    found: dict[int, set[int]] = {}
    for part in chunks(ids):
        for row_id, target in db.session.execute(_pointing(table, attribute, part)):
            found.setdefault(row_id, set()).add(target)
    return found


def _pointing(table: Any, attribute: Attribute, ids: Sequence[int]) -> sa.Select:
    live = table.c.deleted_at.is_(None)
    if attribute.sort == "one":
        return sa.select(table.c.id, attribute.column).where(attribute.column.in_(ids), live)
    link = attribute.secondary
    joined = sa.select(table.c.id, link.c.target_id).join(link, link.c.owner_id == table.c.id)
    return joined.where(link.c.target_id.in_(ids), live)


def live_children(owned: type[Record], attribute: Attribute, ids: Sequence[int]) -> dict[int, int]:
    """The rows that belong to these records and are not in the bin: {row: owner}."""
    return _children(owned, attribute, ids, owned.__table__.c.deleted_at.is_(None))


def binned_children(owned: type[Record], attribute: Attribute, parents: Sequence[Row]) -> list[int]:
    """The rows that went to the bin in the same moment as their record."""
    by_moment: dict[Any, list[int]] = {}
    for parent in parents:
        by_moment.setdefault(parent["deleted_at"], []).append(parent.id)
    found: list[int] = []
    for moment, ids in by_moment.items():
        found += _children(owned, attribute, ids, owned.__table__.c.deleted_at == moment)
    return found


def _children(
    owned: type[Record], attribute: Attribute, ids: Sequence[int], condition: Any
) -> dict[int, int]:
    table = owned.__table__
    found: dict[int, int] = {}
    for part in chunks(ids):
        statement = sa.select(table.c.id, attribute.column).where(attribute.column.in_(part), condition)
        found.update(db.session.execute(statement).all())
    return found


def blockers(model: type[Record], ids: Sequence[int]) -> dict[int, str]:
    """Why a record can't be deleted, by id; people are disabled instead."""
    if model is User:
        return dict.fromkeys(ids, "people are disabled, not deleted: their work stays signed")
    return in_use(model, ids) | _defaults(model, ids)


def _defaults(model: type[Record], ids: Sequence[int]) -> dict[int, str]:
    if not issubclass(model, State):
        return {}
    defaults = db.session.scalars(sa.select(model.id).where(model.id.in_(ids), model.is_default))
    return dict.fromkeys(defaults, "is the default: make another one the default first")


def in_use(model: type[Record], ids: Sequence[int]) -> dict[int, str]:
    """What live rows need a record, in words, by id; people also by what they have done."""
    reasons: dict[int, list[str]] = {}
    for user, attribute, record_id, users in users_of(model, ids):
        words = f"{len(users)} {entity_of(user).replace('-', ' ')} ({attribute.name.replace('_', ' ')})"
        more = f" and {len(users) - NAMED} more" if len(users) > NAMED else ""
        shown = ", ".join(one.name[:80] for _, one in sorted(names_of(user, users[:NAMED]).items()))
        reasons.setdefault(record_id, []).append(f"{words}: {shown}{more}")
    if model is User:
        acted = sa.select(ChangeSet.actor_id).where(ChangeSet.actor_id.in_(ids)).distinct()
        for actor_id in db.session.scalars(acted):
            reasons.setdefault(actor_id or 0, []).append("the history")
    return {record_id: "still used by " + "; ".join(parts) for record_id, parts in reasons.items()}


def users_of(
    model: type[Record], ids: Sequence[int]
) -> Iterator[tuple[type[Record], Attribute, int, list[int]]]:
    """The live rows that need each record, and so stand against its deletion: (model, field, id, rows)."""
    loose = {(user, attribute.name) for user, attribute in loosened_by(model)}
    in_need: dict[tuple[type[Record], str], list[int]] = {}
    for user, attribute, record_id, _ in uses(model, ids):
        if (user, attribute.name) not in loose:
            in_need.setdefault((user, attribute.name), []).append(record_id)
    for (user, name), needed in in_need.items():
        attribute = shape_of(user)[name]
        by_target: dict[int, list[int]] = {}
        for row_id, targets in sorted(pointing(user, attribute, needed).items()):
            for target in targets.intersection(needed):
                by_target.setdefault(target, []).append(row_id)
        for record_id, users in by_target.items():
            yield user, attribute, record_id, users


def uses(model: type[Record], ids: Sequence[int]) -> list[tuple[type[Record], Attribute, int, int]]:
    """How often live rows that are not its own point at each record: (model, field, id, count)."""
    owned = {owner for owner, _ in OWNED.get(model, ())}
    found = []
    for user, attribute in pointers_to(model):
        if user in owned:
            continue
        for part in chunks(ids):
            rows = db.session.execute(_uses(user, attribute, part))
            found += [(user, attribute, record_id, count) for record_id, count in rows]
    return found


def _uses(user: type[Record], attribute: Attribute, ids: Sequence[int]) -> sa.Select:
    table = user.__table__
    if attribute.sort == "many":
        link = attribute.secondary
        target = link.c.target_id
        statement = sa.select(target, sa.func.count()).join(table, table.c.id == link.c.owner_id)
    else:
        target = attribute.column
        statement = sa.select(target, sa.func.count())
    return statement.where(target.in_(ids), table.c.deleted_at.is_(None)).group_by(target)
