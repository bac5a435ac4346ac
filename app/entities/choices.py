"""What is offered while somebody types the name of a record."""

from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record
from app.models.lookups import State
from app.models.users import User
from app.services.reading import Named


def choice_rows(target: type[Record], text: str, limit: int) -> list[Named]:
    """The rows offered while somebody types: exact name first, then by beginning, then by part."""
    table = target.__table__
    label = table.c[target.__label__]
    columns: list[Any] = [getattr(table.c, n, sa.literal("")) for n in ("colour", "icon", "note")]
    lowered = sa.func.lower(label)
    rank = sa.case(
        (lowered == text.lower(), 0), (lowered.startswith(text.lower(), autoescape=True), 1), else_=2
    )
    live: list[Any] = [table.c.deleted_at.is_(None)]
    if "is_retired" in table.c:
        live.append(table.c.is_retired.is_(False))
    if target is User:
        live.append(table.c.is_enabled.is_(True))
    if text:
        live.append(lowered.contains(text.lower(), autoescape=True))
    position = [table.c.position] if issubclass(target, State) else []
    statement = (
        sa.select(table.c.id, label, *columns).where(*live).order_by(rank, *position, lowered).limit(limit)
    )
    return [Named(*record) for record in db.session.execute(statement)]
