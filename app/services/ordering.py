"""The order that people give to records by hand: positions, in steps that leave room between them."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Draft, Missing

STEP = 10


def shift(change_set: Recording, model: type[Record], record_id: int, by: int, within: str = "") -> None:
    """Move a row of a short list up (`by` negative) or down among the live ones; `Missing` if it is gone.

    `within`: only among those that share this field.
    """
    table = model.__table__
    live = sa.select(table.c.id).where(table.c.deleted_at.is_(None))
    if within:
        group = table.c[f"{within}_id"]
        live = live.where(
            group == sa.select(group).where(table.c.id == record_id).correlate(None).scalar_subquery()
        )
    by_name = table.c[f"{model.__label__}_sort"]
    ids = list(db.session.scalars(live.order_by(table.c.position, by_name, table.c.id)))
    if record_id not in ids:
        raise Missing(f"no such record: {record_id}")
    at = ids.index(record_id)
    to = max(0, min(len(ids) - 1, at + by))
    if to != at:
        move(change_set, model, record_id, ids, ids[to], after=by > 0)


def move(
    change_set: Recording,
    model: type[Record],
    record_id: int,
    siblings: Sequence[int],
    neighbour: int,
    *,
    after: bool,
) -> None:
    """Put a record right before or after its neighbour; `siblings` are all of them in their present order.

    `Missing` if one of the two is no sibling any more.
    """
    if record_id not in siblings or neighbour not in siblings or record_id == neighbour:
        raise Missing(f"{record_id} beside {neighbour}")
    order = [one for one in siblings if one != record_id]
    order.insert(order.index(neighbour) + after, record_id)
    table = model.__table__
    stored = sa.select(table.c.id, table.c.position).where(table.c.id.in_(siblings))
    places: dict[int, int] = dict(db.session.execute(stored).all())
    moved = [at for at, (old, new) in enumerate(zip(siblings, order, strict=True)) if old != new]
    records.write(change_set, model, _drafts(order, places, moved[0], moved[-1]) if moved else [])


def _drafts(order: list[int], places: dict[int, int], first: int, last: int) -> list[Draft]:
    """The moved rows share their old positions where these are in order; else all are numbered anew."""
    free = sorted(places[one] for one in order[first : last + 1])
    before, behind = [places[one] for one in order[:first]], [places[one] for one in order[last + 1 :]]
    is_in_order = len(set(free)) == len(free) and max(before, default=free[0] - 1) < free[0]
    if is_in_order and free[-1] < min(behind, default=free[-1] + 1):
        moved = zip(order[first : last + 1], free, strict=True)
        return [Draft(one, {"position": place}) for one, place in moved]
    return [Draft(one, {"position": STEP * number}) for number, one in enumerate(order, start=1)]


def place_last(model: type[Record], drafts: Sequence[Draft], within: str = "") -> None:
    """New records come last where an order was given, among all or among those that share the field `within`."""
    new = [draft for draft in drafts if draft.is_new and not draft.new["position"]]
    if not new:
        return
    table = model.__table__
    group = table.c[f"{within}_id"] if within else sa.null()
    last = sa.select(group, sa.func.max(table.c.position)).where(table.c.deleted_at.is_(None))
    if within:
        last = last.where(group.in_({draft.new[within] for draft in new})).group_by(group)
    highest = dict(db.session.execute(last).all())
    for draft in new:
        key = draft.new[within] if within else None
        if highest.get(key):
            highest[key] += STEP
            draft.new["position"] = highest[key]
