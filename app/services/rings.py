"""Records that stand above each other: never in a ring."""

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record
from app.services.drafts import Draft
from app.services.shape import shape_of


def refuse(model: type[Record], field: str, drafts: list[Draft], itself: str, ring: str) -> None:
    """An error at the field of every draft that would stand above `itself`, or in a `ring` with others."""
    changing = [draft for draft in drafts if draft.id and field in draft.changed]
    moved = {d.record_id: d.new[field] for d in changing if d.new[field] != d.id}
    for draft in changing:
        if draft.id not in moved:
            draft.errors[field] = itself
        elif _leads_back(model, field, draft.record_id, moved):
            draft.errors.setdefault(field, ring)


def _leads_back(model: type[Record], field: str, start: int, moved: dict[int, int | None]) -> bool:
    column, own_id = shape_of(model)[field].column, model.__table__.c.id
    seen, above = {start}, moved[start]
    while above is not None and above not in seen:
        seen.add(above)
        stored = sa.select(column).where(own_id == above)
        above = moved[above] if above in moved else db.session.scalar(stored)
    return above == start
