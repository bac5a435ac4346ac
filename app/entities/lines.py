"""Lines that a record owns, in their order: counted in lists, told and written as a whole by REST and templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.entities import forms
from app.entities.computed import Count, Tally
from app.entities.entity import Entity, Field
from app.entities.registry import entity_for
from app.extensions import db
from app.services.changes import Recording
from app.services.drafts import Refused
from app.services.reading import Row, among, read
from app.services.workflows import put_lines

MOST = 200
"""So many lines a record has at most."""


@dataclass(eq=False)
class Lined:
    """The lines of a record; shown like a count."""

    open: None
    total: int
    rows: Sequence[Row] = ()


class Lines(Count):
    """The records of another model that belong to a record, in their order."""

    @property
    def child_fields(self) -> list[Field]:
        """The fields of a line that can be set, but for whose it is and its place."""
        child = entity_for(self.child)
        return [
            item for item in child.fields if item.editable and item.name not in (self.link.name, "position")
        ]

    def value(self, parts: Sequence[Any]) -> Any:
        """The number; the lines themselves come with `complete`."""
        return Tally(None, parts[-1])

    def complete(self, name: str, rows: Sequence[Row]) -> None:
        """Read the lines of all of these records, with one go."""
        table = self.child.__table__
        mine = sa.select(table.c.id, self.link.column).where(
            among(self.link.column, [row.id for row in rows]), table.c.deleted_at.is_(None)
        )
        owners: dict[int, int] = dict(db.session.execute(mine.order_by(table.c.position, table.c.id)).all())
        by_owner: dict[int, list[Row]] = {}
        for line in read(self.child, list(owners), [item.name for item in self.child_fields]):
            by_owner.setdefault(owners[line.id], []).append(line)
        for row in rows:
            lines = by_owner.get(row.id, [])
            row.values[name] = Lined(None, len(lines), lines)

    def show(self, value: Any) -> str:
        """What the lines go by."""
        title = entity_for(self.child).title_field
        return ", ".join(title.kind.show(line[title.name]) for line in value.rows)

    def excel(self, value: Any) -> Any:
        """The same."""
        return self.show(value)

    def json(self, value: Any) -> Any:
        """Every line with its fields."""
        return [
            {item.name: item.kind.json(line[item.name]) for item in self.child_fields} for line in value.rows
        ]

    def schema(self) -> dict[str, Any]:
        """A list of lines."""
        properties = {item.name: item.kind.schema() for item in self.child_fields}
        return {"type": "array", "items": {"type": "object", "properties": properties}}

    def _read(self, change_set: Recording, name: str, raw: Any) -> list[dict[str, Any]]:
        """The plain values of lines that REST or a template gave; `Refused` names the line."""
        child = entity_for(self.child)
        if not isinstance(raw, list) or len(raw) > MOST:
            raise Refused({name: f"must be a list of at most {MOST} lines"})
        lines = []
        for number, given in enumerate(raw, start=1):
            try:
                lines.append(self._line(change_set, child, given))
            except Refused as error:
                text = "; ".join(f"{key}: {why}" if key else why for key, why in error.errors.items())
                raise Refused({name: f"line {number}: {text}"}) from None
        return lines

    def put(self, change_set: Recording, name: str, owner_id: int, raw: Any) -> bool:
        """Make these the lines of a record; True if that changed anything. `Refused` names the line."""
        lines = self._read(change_set, name, raw)
        return put_lines(change_set, self.child, owner_id, lines, name)

    def _line(self, change_set: Recording, child: Entity, given: Any) -> dict[str, Any]:
        if not isinstance(given, dict):
            raise Refused({"": "must be an object"})
        known = {item.name for item in self.child_fields}
        if unknown := [str(key) for key in given if key not in known]:
            raise Refused(dict.fromkeys(unknown, "is not a field of a line"))
        missing = [item.name for item in self.child_fields if item.required and not given.get(item.name)]
        if missing:
            raise Refused(dict.fromkeys(missing, "is required"))
        return forms.resolve(change_set, child, forms.parse(child, given))


def line_fields(entity: Entity) -> dict[str, Lines]:
    """The fields of an entity that are lines, by name."""
    return {item.name: item.kind for item in entity.fields if isinstance(item.kind, Lines)}
