"""The order of a short list: its rows have positions, in steps that leave room between them."""

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Draft, Missing

STEP = 10


def move(change_set: Recording, model: type[Record], record_id: int, by: int) -> None:
    """Move a row up (`by` negative) or down among the live ones; `Missing` if it is gone."""
    table = model.__table__
    live = sa.select(table.c.id, table.c.position).where(table.c.deleted_at.is_(None))
    found = db.session.execute(live.order_by(table.c.position, table.c.name_sort, table.c.id)).all()
    places: dict[int, int] = dict(found)
    ids = list(places)
    if record_id not in places:
        raise Missing(f"no such record: {record_id}")
    at = ids.index(record_id)
    to = max(0, min(len(ids) - 1, at + by))
    if to == at:
        return
    ids.insert(to, ids.pop(at))
    records.write(change_set, model, _drafts(ids, places, min(at, to), max(at, to)))


def _drafts(ids: list[int], places: dict[int, int], first: int, last: int) -> list[Draft]:
    """The moved rows share their old positions where these are in order; else all are numbered anew."""
    free = sorted(places[one] for one in ids[first : last + 1])
    before = [places[one] for one in ids[:first]]
    if len(set(free)) == len(free) and (not before or before[-1] < free[0]):
        return [
            Draft(one, {"position": place}) for one, place in zip(ids[first : last + 1], free, strict=True)
        ]
    return [Draft(one, {"position": STEP * number}) for number, one in enumerate(ids, start=1)]
