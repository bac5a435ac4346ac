"""What the rules will say of planned records, asked beforehand: a preview names what can't go in."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.importing.cells import Fault, New, Parser
from app.models.base import Record, now
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.progress import counted
from app.services.reading import chunks


def drafts_of(
    model: type[Record],
    wanted: Sequence[dict[str, Any]],
    ids: Sequence[int | None] = (),
    numbers: dict[New, int] | None = None,
) -> list[Draft]:
    """Drafts with these values, completed and checked by the rules, not written.

    What is only made with the import stands in under a number that no record has; drafts that are
    compared with each other are given the same `numbers`.
    """
    numbers = {} if numbers is None else numbers
    made = [
        Draft(record_id, {name: _numbered(value, numbers) for name, value in values.items()})
        for record_id, values in zip(ids or [None] * len(wanted), counted(wanted), strict=True)
    ]
    for draft in made:
        draft.values = {name: value for name, value in draft.values.items() if draft.id or _is_said(value)}
    records.check(Recording(0, now(), None, "import"), model, made)
    return made


def _is_said(value: Any) -> bool:
    return value is not None and value != []


def _numbered(value: Any, numbers: dict[New, int]) -> Any:
    if isinstance(value, (list, frozenset)):
        return sorted(_numbered(item, numbers) for item in value)
    return numbers.setdefault(value, -1 - len(numbers)) if isinstance(value, New) else value


def faults_of(
    drafts: Iterable[Draft], lines: Sequence[tuple[int, list[str]]], parser: Parser
) -> list[list[Fault]]:
    """What is wrong with each draft, told at the line and column that it came from."""
    columns = {column.field: (index, heading) for index, heading, column in parser.columns}
    found = []
    for draft, (line, cells) in zip(drafts, lines, strict=True):
        faults = []
        for name, reason in draft.errors.items():
            index, heading = columns.get(name, (None, _label(parser, name)))
            text = "" if index is None else cells[index].strip()
            faults.append(Fault(line, heading, text, f"{reason}: {'correct it' if text else 'fill it in'}"))
        found.append(faults)
    return found


def unique_key(model: Any) -> str:
    """The column that the rules keep unique among live records; empty if there is none."""
    if model.__unique__:
        return model.__unique__[1]
    unique = (index for index in model.__table__.indexes if index.unique)
    return next((column.name for index in unique for column in index.columns), "")


def keys_of(model: type[Record], drafts: Sequence[Draft]) -> set[Hashable]:
    """The unique keys that these records want, and those that they have."""
    name, table = unique_key(model), model.__table__
    if not name:
        return set()
    found = {draft.derived.get(name) for draft in drafts} - {None, ""}
    for ids in chunks([draft.id for draft in drafts if draft.id]):
        found.update(db.session.scalars(sa.select(table.c[name]).where(table.c.id.in_(ids))))
    return found


def _label(parser: Parser, name: str) -> str:
    return parser.entity.field(name).label if parser.entity.has(name) else name
