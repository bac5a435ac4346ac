"""The order that people give to records by hand: their positions, counted from 1."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Draft, Missing


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

    Only those whose position changes are written. `Missing` if one of the two is no sibling any more.
    """
    if record_id not in siblings or neighbour not in siblings or record_id == neighbour:
        raise Missing(f"{record_id} beside {neighbour}")
    order = [one for one in siblings if one != record_id]
    order.insert(order.index(neighbour) + after, record_id)
    records.write(change_set, model, [Draft(one, {"position": place}) for place, one in enumerate(order, 1)])


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
            highest[key] += 1
            draft.new["position"] = highest[key]
