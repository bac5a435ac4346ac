"""Rules of everything that has a unique name: lookups, tags, cases, people."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record, key_of, sort_key
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.reading import Row, chunks


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Trim names, derive their keys, refuse names that another live row has.

    A new default takes the mark from the old one in `settle`.
    """
    for draft in drafts:
        for name in ("name", model.__label__):
            if isinstance(draft.new.get(name), str):
                draft.new[name] = " ".join(draft.new[name].split())
        if "name_sort" in model.__table__.c:
            draft.derived["name_sort"] = sort_key(draft.new["name"] or "")
            draft.derived["name_key"] = key_of(draft.new["name"] or "")
    refuse_taken(model, drafts)


def refuse_taken(model: type[Record], drafts: list[Draft]) -> None:
    """Derive the unique key of each draft; a key held by another live row is an error."""
    if model.__unique__ is None:
        return
    field, key_column = model.__unique__
    for draft in drafts:
        draft.derived[key_column] = key_of(draft.new[field] or "")
    holders = _holders(model, key_column, [draft.derived[key_column] for draft in drafts])
    for draft in drafts:
        key = draft.derived[key_column]
        holder = holders.setdefault(key, draft.id or id(draft))
        if key and holder not in (draft.id, id(draft)):
            draft.errors[field] = f"“{draft.new[field]}” exists already"


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


def leave(model: type[Record], rows: list[Row]) -> None:
    """Nothing depends on a plain name."""
