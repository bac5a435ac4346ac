"""Rules of everything that has a unique name: lookups, tags, cases, people."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record, key_of, sort_key
from app.services.changes import Recording
from app.services.drafts import Draft, Held
from app.services.progress import counted
from app.services.reading import Row, chunks


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Trim names, derive their keys, refuse names that another live row has.

    A new default takes the mark from the old one in `settle`.
    """
    for draft in counted(drafts):
        for name in {"name", model.__label__} & draft.new.keys():
            if isinstance(draft.new.get(name), str):
                draft.new[name] = " ".join(draft.new[name].split())
            if f"{name}_sort" in model.__table__.c:
                text = draft.new.get(name) or ""
                draft.derived |= {f"{name}_sort": sort_key(text), f"{name}_key": key_of(text)}
    refuse_taken(model, drafts)


def refuse_taken(model: type[Record], drafts: list[Draft]) -> None:
    """Derive the unique key of each draft; a key held by another live row is an error."""
    if model.__unique__ is None:
        return
    field, key_column = model.__unique__
    for draft in counted(drafts):
        draft.derived[key_column] = key_of(draft.new[field] or "")
    refuse_taken_keys(model, drafts, key_column, field)


def refuse_taken_keys(
    model: type[Record], drafts: list[Draft], key_column: str, field: str, reason: str = ""
) -> None:
    """An error at the field of every draft whose derived key another live row, or draft, has."""
    keys = {draft.derived[key_column] for draft in drafts} - {None, ""}
    holders = _holders(model, key_column, sorted(keys))
    stored = set(holders)
    for draft in counted(drafts):
        key = draft.derived[key_column]
        holder = holders.setdefault(key, draft.id or id(draft))
        if key and holder not in (draft.id, id(draft)):
            text = reason or f"“{draft.new[field]}” exists already"
            draft.errors.setdefault(field, Held(text, model, holder) if key in stored else text)


def _holders(model: type[Record], key_column: str, keys: Sequence[str]) -> dict[str, int]:
    table = model.__table__
    held: dict[str, int] = {}
    for part in chunks(keys):
        statement = sa.select(table.c[key_column], table.c.id)
        statement = statement.where(table.c[key_column].in_(part), table.c.deleted_at.is_(None))
        held.update(db.session.execute(statement).all())
    return held


def settle(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """Nothing depends on a plain name."""


def leave(change_set: Recording, model: type[Record], rows: list[Row]) -> None:
    """Nothing depends on a plain name."""
