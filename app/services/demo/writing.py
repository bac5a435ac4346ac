"""How a chapter of the demonstration becomes a change set: names are looked up while it is written."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record
from app.models.changes import ChangeSet
from app.models.systems import Memo, System
from app.models.users import User
from app.services import records, undo
from app.services.changes import Recording
from app.services.demo.stage import PEOPLE
from app.services.drafts import Delta, Draft
from app.services.lookups import find, find_or_create
from app.services.shape import Attribute, shape_of

Write = Callable[[Recording], None]


@dataclass
class Chapter:
    """One change set of the story: who did what, when, through which operation."""

    at: dt.datetime
    actor: str | None
    source: str
    summary: str
    write: Write


def actors() -> dict[str | None, int | None]:
    """The ids of the people who write chapters, by name; an installation writes without one."""
    return {None: None} | find(User, PEOPLE)


def written() -> set[tuple[dt.datetime, str, str]]:
    """What an interrupted loading got done: when, how, and in which words."""
    heads = sa.select(ChangeSet.at, ChangeSet.source, ChangeSet.summary)
    return {(at, source, summary) for at, source, summary in db.session.execute(heads)}


def people(rows: Sequence[Mapping[str, Any]]) -> Write:
    """Create those people who do not exist yet."""

    def write(change_set: Recording) -> None:
        known = set(db.session.scalars(sa.select(User.username_key).where(User.deleted_at.is_(None))))
        missing = [Draft(values=dict(row)) for row in rows if row["username"].casefold() not in known]
        _write(change_set, User, missing)

    return write


def lookups(model: type[Record], rows: Sequence[Mapping[str, Any]], key: str = "name") -> Write:
    """Create rows of a lookup that are not there yet; references by name."""

    def write(change_set: Recording) -> None:
        column = model.__table__.c[key]
        known = set(db.session.scalars(sa.select(column).where(model.__table__.c.deleted_at.is_(None))))
        missing = [row for row in rows if row[key] not in known]
        _write(change_set, model, _drafts(change_set, model, [(None, row) for row in missing]))

    return write


def together(*writes: Write) -> Write:
    """Several writes in one change set."""

    def write(change_set: Recording) -> None:
        for part in writes:
            part(change_set)

    return write


def systems(rows: Sequence[Mapping[str, Any]]) -> Write:
    """Create systems; those that others run on come first."""

    def write(change_set: Recording) -> None:
        for guests in (False, True):
            part = [(None, row) for row in rows if bool(row.get("host_system")) is guests]
            _write(change_set, System, _drafts(change_set, System, part))

    return write


def edit(changes: Mapping[str, Mapping[str, Any]]) -> Write:
    """Change systems by name; a list of a many-valued field is added to what is there."""

    def write(change_set: Recording) -> None:
        known = find(System, changes)
        rows = [(known[name], values) for name, values in changes.items() if name in known]
        _write(change_set, System, _drafts(change_set, System, rows))

    return write


def made(model: type[Record], rows: Sequence[Mapping[str, Any]]) -> Write:
    """Create records; references by name, empty ones left out."""
    wanted = [{key: value for key, value in row.items() if value is not None} for row in rows]

    def write(change_set: Recording) -> None:
        _write(change_set, model, _drafts(change_set, model, [(None, row) for row in wanted]))

    return write


def changed(model: type[Record], rows: Callable[[], Sequence[tuple[int | None, Mapping[str, Any]]]]) -> Write:
    """Change records, found when it is written; references by name."""

    def write(change_set: Recording) -> None:
        _write(change_set, model, _drafts(change_set, model, rows()))

    return write


def memo(name: str, text: str) -> Write:
    """Write a memo on a system."""

    def write(change_set: Recording) -> None:
        known = find(System, [name])
        records.create(change_set, Memo, {"system": known[name], "text": text})

    return write


def delete(name: str) -> Write:
    """Put a system into the bin."""

    def write(change_set: Recording) -> None:
        records.delete(change_set, System, [find(System, [name])[name]])

    return write


def undo_of(chapter: Chapter) -> Write:
    """Undo an earlier chapter."""

    def write(change_set: Recording) -> None:
        earlier = sa.select(ChangeSet.id).where(ChangeSet.at == chapter.at).order_by(ChangeSet.id.desc())
        change_set.undo_of_id = number = db.session.scalars(earlier.limit(1)).one()
        undo.undo(change_set, number)

    return write


def _drafts(
    change_set: Recording, model: type[Record], rows: Sequence[tuple[int | None, Mapping[str, Any]]]
) -> list[Draft]:
    """Drafts with ids for names; what lookups lack is created in the same change set."""
    shape = shape_of(model)
    ids = {
        name: find_or_create(change_set, attribute.target, _names(name, rows))
        for name, attribute in shape.items()
        if attribute.sort in ("one", "many") and any(name in values for _, values in rows)
    }
    drafts = []
    for record_id, values in rows:
        resolved = {k: _resolved(shape[k], v, ids.get(k, {}), record_id) for k, v in values.items()}
        drafts.append(Draft(record_id, resolved))
    return drafts


def _names(field: str, rows: Sequence[tuple[int | None, Mapping[str, Any]]]) -> set[str]:
    values = [row[field] for _, row in rows if row.get(field)]
    return {name for value in values for name in (value if isinstance(value, list) else [value])}


def _resolved(attribute: Attribute, value: Any, ids: Mapping[str, int], record_id: int | None) -> Any:
    if attribute.sort == "one":
        return ids.get(value)
    if attribute.sort == "many":
        found = [ids[name] for name in value]
        return found if record_id is None else Delta(add=frozenset(found))
    return value


def _write(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    for draft in records.write(change_set, model, drafts):
        if not draft.is_good:
            raise RuntimeError(f"the demonstration does not fit: {draft.errors or draft.clashes}")
