"""What is never empty becomes the default: statuses and priorities."""

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record
from app.models.lookups import State
from app.services.drafts import Draft
from app.services.shape import shape_of


def fill(model: type[Record], drafts: list[Draft]) -> None:
    """Give drafts the default of every status or priority that they must have and lack."""
    for attribute in shape_of(model).values():
        if attribute.sort != "one" or attribute.column.nullable or not issubclass(attribute.target, State):
            continue
        lacking = [draft for draft in drafts if draft.new[attribute.name] is None]
        default = default_of(attribute.target) if lacking else None
        for draft in lacking:
            draft.new[attribute.name] = default


def default_of(model: type[State]) -> int | None:
    """The row that an empty status or priority becomes."""
    order = (model.is_default.desc(), model.position, model.id)
    live = sa.select(model.id).where(model.deleted_at.is_(None), model.is_retired.is_(False))
    return db.session.scalar(live.order_by(*order).limit(1))
