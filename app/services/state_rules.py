"""Rules of statuses and priorities: one default at a time, and never a retired one."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record
from app.models.lookups import State
from app.services import name_rules, records, status_times
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.name_rules import leave
from app.services.shape import pointers_to

__all__ = ["leave", "prepare", "settle"]


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Unique names; a retired row is no default, and where one is needed the last one stays."""
    name_rules.prepare(change_set, model, drafts, exact=exact)
    status_times.refuse_contradictions(model, drafts)
    marked: list[Draft] = []
    for draft in drafts:
        if draft.new["is_default"] and draft.new["is_retired"]:
            field = "is_retired" if draft.was.get("is_default") else "is_default"
            draft.errors[field] = "what is retired can't be the default"
        elif draft.new["is_default"] and marked:
            draft.errors["is_default"] = "only one can be the default"
        elif draft.new["is_default"]:
            marked.append(draft)
    if not marked and _is_needed(model):
        _keep_a_default(model, [draft for draft in drafts if _loses_mark(draft)])


def _is_needed(model: type[Record]) -> bool:
    """True if some field that points here is never empty."""
    single = (attribute for _, attribute in pointers_to(model) if attribute.sort == "one")
    return any(not attribute.column.nullable for attribute in single)


def _loses_mark(draft: Draft) -> bool:
    return bool(draft.was.get("is_default")) and not draft.new["is_default"]


def _keep_a_default(model: type[Record], losing: Sequence[Draft]) -> None:
    if losing and not _defaults(model, but=[draft.id for draft in losing]):
        for draft in losing:
            draft.errors.setdefault("is_default", "mark another one as the default instead")


def _defaults(model: Any, but: Sequence[int | None]) -> list[int]:
    marked = sa.select(model.id).where(model.is_default, model.deleted_at.is_(None), model.id.not_in(but))
    return list(db.session.scalars(marked))


def settle(change_set: Recording, model: type[State], drafts: list[Draft]) -> None:
    """A new default takes the mark from the old one, in the same change set."""
    marked = [draft.id for draft in drafts if draft.new["is_default"]]
    if marked:
        unmarked = [Draft(record_id, {"is_default": False}) for record_id in _defaults(model, but=marked)]
        records.write(change_set, model, unmarked, exact=True)
