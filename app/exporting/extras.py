"""Columns that are no fields of the entity: numbers, what was written about a system elsewhere."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from app.entities.entity import Entity, Field
from app.entities.kinds import LongText
from app.entities.query import ids, understand_text
from app.entities.registry import entity_for
from app.entities.scalars import Integer
from app.models.base import Record
from app.models.notes import ReportItem
from app.models.systems import Memo, System
from app.services.reading import Row, among, read
from app.services.shape import Attribute


class Number(Integer):
    """The number of the record, or of the one that it points at."""

    is_computed = True


class Written(LongText):
    """The texts of the records of another model that belong to a system, in their order."""

    is_computed = True
    is_markup = True
    child: type[Record]

    def texts(self, systems: Sequence[int]) -> dict[int, list[str]]:
        """The texts of each system."""
        query = understand_text(entity_for(self.child), "")
        query.where.append(among(self.child.__table__.c.system_id, systems))
        found = defaultdict(list)
        for row in read(self.child, ids(query)):
            found[row["system"].id].append(self.text(row))
        return found

    def text(self, row: Row) -> str:
        """What a record says."""
        return str(row[self.child.__label__])


class Memos(Written):
    """What analysts wrote among themselves."""

    child = Memo


class ReportItems(Written):
    """What goes into the report."""

    child = ReportItem

    def text(self, row: Row) -> str:
        """The text below its headline."""
        headings = (row["headline"].name if row["headline"] else "", row["subheadline"])
        return "\n\n".join(filter(None, (" – ".join(filter(None, headings)), row["content"])))


def of(entity: Entity) -> list[Field]:
    """What can be a column beside the fields."""
    extra = [_number("id", entity)]
    extra += [_number(f"{name}_id", entity) for name in ("system", "case") if entity.has(name)]
    if entity.model is System:
        texts = (("memos", Memos, True), ("report_items", ReportItems, False))
        extra += [
            Field(name, kind=kind(Attribute(name, "computed"), System), internal=internal)
            for name, kind, internal in texts
        ]
    return extra


def _number(name: str, entity: Entity) -> Field:
    return Field(name, kind=Number(Attribute(name, "computed"), entity.model))


def needed(columns: Sequence[Field]) -> list[str]:
    """The names of what must be read for these columns."""
    numbers = (item.name.removesuffix("_id") for item in columns if isinstance(item.kind, Number))
    return list(dict.fromkeys([*(item.name for item in columns), *numbers]))


def fill(columns: Sequence[Field], rows: Sequence[Row]) -> None:
    """Give the rows the values that are no fields."""
    for item in columns:
        kind: Any = item.kind
        if isinstance(kind, Number):
            for row in rows:
                of = row.get(item.name.removesuffix("_id"))
                row.values[item.name] = row.id if item.name == "id" else of and of.id
        elif isinstance(kind, Written):
            texts = kind.texts([row.id for row in rows])
            for row in rows:
                row.values[item.name] = "\n\n".join(texts.get(row.id, ()))
