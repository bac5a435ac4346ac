"""Rules of people: one enabled administrator remains; who is locked out is signed out at once."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record
from app.models.users import Role, User
from app.services import name_rules, sessions
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.reading import Row


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Unique usernames, known roles; the last enabled administrator stays one."""
    name_rules.prepare(change_set, model, drafts, exact=exact)
    for draft in drafts:
        if draft.new.get("role") not in list(Role):
            draft.errors["role"] = "must be one of " + ", ".join(Role)
    _keep_an_administrator(drafts)


def _keep_an_administrator(drafts: Sequence[Draft]) -> None:
    leaving = [draft for draft in drafts if _reigns(draft.was) and not _reigns(draft.new)]
    if not leaving or any(_reigns(draft.new) for draft in drafts if not draft.errors):
        return
    others = sa.select(User.id).where(
        User.role == Role.ADMIN,
        User.is_enabled,
        User.deleted_at.is_(None),
        User.id.not_in([draft.id for draft in leaving]),
    )
    if db.session.scalar(others.limit(1)) is None:
        for draft in leaving:
            field = "role" if draft.new["role"] != Role.ADMIN else "is_enabled"
            draft.errors[field] = "is the last enabled administrator"


def _reigns(values: dict[str, Any]) -> bool:
    return values.get("role") == Role.ADMIN and bool(values.get("is_enabled"))


def settle(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """A new password and a disabled account end every session of the person."""
    locked_out = [
        draft.record_id
        for draft in drafts
        if "password_hash" in draft.changed or ("is_enabled" in draft.changed and not draft.new["is_enabled"])
    ]
    if locked_out:
        change_set.then(partial(sessions.end_all, locked_out))


def leave(change_set: Recording, model: type[Record], rows: list[Row]) -> None:
    """Whoever goes to the bin (undo of a creation) is signed out."""
    change_set.then(partial(sessions.end_all, [row.id for row in rows]))
