"""The order that people give to records by hand: their positions, counted from 1."""

from collections.abc import Sequence

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
