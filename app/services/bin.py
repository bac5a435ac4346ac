"""The bin: what was deleted, in one list, and emptying it for good."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record, entity_of
from app.models.users import User
from app.services import deletion
from app.services.changes import Recording
from app.services.drafts import Missing, Refused
from app.services.history import name_of
from app.services.reading import read, read_one
from app.services.shape import label_of, models, pointers_to, shape_of


class Binned(NamedTuple):
    """A record in the bin."""

    entity: str
    id: int
    name: str
    deleted_at: dt.datetime
    deleted_by_id: int | None
    deleted_by: str | None
    created_by_id: int | None


def contents(plurals: Sequence[str], limit: int, offset: int = 0) -> list[Binned]:
    """What is in the bin, latest first; what went along with its owner is left out."""
    parts = [_binned(models()[plural]) for plural in plurals if models()[plural] is not User]
    if not parts:
        return []
    all_of_it = sa.union_all(*parts).subquery()
    statement = (
        sa.select(
            all_of_it.c.entity, all_of_it.c.id, all_of_it.c.name, all_of_it.c.deleted_at,
            all_of_it.c.by_id, User.username, all_of_it.c.created_by_id,
        )
        .outerjoin(User, User.id == all_of_it.c.by_id)
        .order_by(all_of_it.c.deleted_at.desc(), all_of_it.c.id)
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    return [Binned(*row) for row in db.session.execute(statement)]


def _binned(model: type[Record]) -> sa.Select:
    table = model.__table__
    statement = sa.select(
        sa.literal(entity_of(model)).label("entity"),
        table.c.id,
        sa.cast(label_of(model), sa.Text).label("name"),
        table.c.deleted_at,
        table.c.updated_by_id.label("by_id"),
        table.c.created_by_id,
    ).where(table.c.deleted_at.is_not(None))
    for owner, parts in deletion.OWNED.items():
        for owned, name in parts:
            if owned is model:
                gone = sa.select(owner.__table__.c.id).where(owner.__table__.c.deleted_at.is_not(None))
                statement = statement.where(shape_of(model)[name].column.not_in(gone))
    return statement


def purge(change_set: Recording, model: type[Record], record_id: int) -> str:
    """Remove a record in the bin for good, with what belongs to it; its history stays. Its name.

    `Missing` if it is not in the bin, `Refused` if something else in the bin still points at it.
    """
    row = read_one(model, record_id, [model.__label__, "deleted_at"])
    if row is None or row["deleted_at"] is None or model is User:
        raise Missing(f"{entity_of(model)} {record_id}")
    for owned, attribute in deletion.owned_by(model):
        parts = sa.select(owned.__table__.c.id).where(attribute.column == record_id)
        for part_id in db.session.scalars(parts).all():
            _remove(change_set, owned, part_id)
    _refuse_used(model, record_id)
    _remove(change_set, model, record_id)
    return name_of(model, row.values)


def _refuse_used(model: type[Record], record_id: int) -> None:
    for user, attribute in pointers_to(model):
        column = attribute.secondary.c.target_id if attribute.sort == "many" else attribute.column
        count = db.session.scalar(sa.select(sa.func.count()).where(column == record_id)) or 0
        if count:
            words = entity_of(user).replace("-", " ")
            raise Refused({"": f"{count} {words} still point at it; purge them first"})


def _remove(change_set: Recording, model: type[Record], record_id: int) -> None:
    (row,) = read(model, [record_id], [model.__label__])
    for attribute in shape_of(model).values():
        if attribute.sort == "many":
            link = attribute.secondary
            db.session.execute(sa.delete(link).where(link.c.owner_id == record_id))
        elif attribute.sort == "texts":
            texts = attribute.target.__table__
            db.session.execute(sa.delete(texts).where(texts.c.system_id == record_id))
    table = model.__table__
    db.session.execute(sa.delete(table).where(table.c.id == record_id))
    change_set.add(entity_of(model), record_id, name_of(model, row.values), "purge", {})
