"""What the values of a column mean: per lookup its name, its note, and how often the file has it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from app.entities.entity import Entity, Field
from app.entities.registry import entity_for
from app.extensions import db
from app.models.lookups import Lookup, State
from app.models.tags import Tag
from app.services.reading import Row, named_columns, plain


def explainable(item: Field) -> bool:
    """True for fields that point at something short that may have a note: a lookup, a tag."""
    return issubclass(getattr(item.kind, "target", None) or object, (Lookup, Tag))


def offered(entity: Entity) -> list[Field]:
    """The fields of an entity that can be explained."""
    return [item for item in entity.fields if explainable(item)]


class Counted:
    """Counts the values of the explained columns while the rows go by."""

    def __init__(self, columns: Sequence[Field], names: Sequence[str]) -> None:
        self.counts = [(item, Counter[int]()) for item in columns if item.name in names]

    def add(self, rows: Sequence[Row]) -> None:
        """Count what the rows have."""
        for item, count in self.counts:
            for row in rows:
                ids = plain(row[item.name])
                count.update(ids if isinstance(ids, list) else [ids])

    def sheets(self) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        """A title and the lines of each sheet, in the order of the lookup; nothing for an empty one."""
        for item, count in self.counts:
            rows = _live(item.kind.target)  # type: ignore[attr-defined]
            if rows:
                lines = [(row.name, row.note, count[row.id]) for row in rows]
                yield entity_for(item.kind.target).label[:31], [("Name", "Note", "Rows"), *lines]  # type: ignore[attr-defined]


def _live(target: Any) -> list[Any]:
    table = target.__table__
    record_id, name, _, _, note = named_columns(target, table)
    order = [table.c.position] if issubclass(target, State) else []
    statement = sa.select(record_id, name.label("name"), note.label("note"))
    return list(db.session.execute(statement.where(table.c.deleted_at.is_(None)).order_by(*order, "name")))
