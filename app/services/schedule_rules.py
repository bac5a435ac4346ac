"""Rules of schedules: a rhythm, a zone and options that make sense, as somebody; whoever is disabled is told."""

from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record
from app.models.schedules import Schedule
from app.models.users import User
from app.services import name_rules, rhythm
from app.services.changes import Recording
from app.services.drafts import Draft, Warn
from app.services.name_rules import leave
from app.services.schedule_kinds import KINDS

__all__ = ["leave", "prepare", "settle"]

_COUNTS_ANEW = {"when", "zone", "is_paused"}
"""What makes a schedule begin anew: no time before that moment is due."""


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Refuse what could never run; note from when its times count."""
    name_rules.prepare(change_set, model, drafts, exact=exact)
    gone = _disabled({draft.new["run_as"] for draft in drafts if "run_as" in draft.changed} - {None})
    for draft in drafts:
        draft.new["zone"] = draft.new["zone"] or "UTC"
        _check(draft, "zone", rhythm.zone_of)
        if "zone" not in draft.errors and draft.new["when"]:
            _check(draft, "when", partial(_rhythm, zone=draft.new["zone"]))
        if draft.new["kind"] in KINDS:
            _check(draft, "options", KINDS[draft.new["kind"]].understand)
        if draft.new["run_as"] in gone:
            draft.warnings.append(Warn("run_as", "Whom it runs as is disabled: its times will fail"))
        if draft.is_new or _COUNTS_ANEW & set(draft.changed):
            draft.derived["since"] = change_set.at


def _rhythm(text: str, zone: str) -> str:
    return rhythm.understand(text, zone).text


def _check(draft: Draft, name: str, understand: Callable[[str], Any]) -> None:
    """Write a value as it is understood, or say why it is not."""
    draft.tidy(name)
    try:
        understood = understand(draft.new[name])
    except ValueError as error:
        draft.errors.setdefault(name, str(error))
    else:
        draft.new[name] = understood if isinstance(understood, str) else draft.new[name]


def _disabled(ids: set[int]) -> set[int]:
    out = sa.or_(sa.not_(User.is_enabled), User.deleted_at.is_not(None))
    return set(db.session.scalars(sa.select(User.id).where(User.id.in_(ids), out))) if ids else set()


def settle(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """What comes back from the bin begins anew."""
    back = [draft.record_id for draft in drafts if draft.old and draft.old.get("deleted_at")]
    if back:
        table = Schedule.__table__
        change_set.execute(sa.update(table).where(table.c.id.in_(back)).values(since=change_set.at))
