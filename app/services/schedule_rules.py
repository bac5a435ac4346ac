"""Rules of schedules: a rhythm, a zone and options that make sense, as somebody; whoever is disabled is told."""

from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa

from app.extensions import db, operators_dirs
from app.models.base import Record, entity_of
from app.models.exports import ExportProfile
from app.models.imports import ImportProfile
from app.models.schedules import Schedule
from app.models.users import User
from app.services import name_rules, places, rhythm
from app.services.changes import Recording
from app.services.drafts import Draft, Warn
from app.services.lookups import find
from app.services.name_rules import leave
from app.services.schedule_kinds import KINDS, Work

__all__ = ["leave", "prepare", "settle"]

_NAMED = {entity_of(model): model for model in (ExportProfile, ImportProfile)}
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
            if not exact and not draft.errors and {"kind", "options"} & set(draft.changed):
                _check(draft, "options", partial(_refuse_what_is_not_there, KINDS[draft.new["kind"]]))
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


def _refuse_what_is_not_there(work: Work, text: str) -> None:
    """A profile that nobody has made, a place outside the operator's directories: no run could mend that."""
    values = work.understand(text)
    for option in work.options:
        value = str(values[option.name])
        if option.of and not find(_NAMED[option.of], [value]):
            raise ValueError(f"{option.name}: there is no profile called “{value}”")
        if option.within and not _is_within(option.within, value):
            raise ValueError(
                f"{option.name}: “{value}” is outside the {option.within.partition('_')[0]} directories"
            )


def _is_within(name: str, path: str) -> bool:
    try:
        return bool(places.within(operators_dirs(name), path))
    except (OSError, RuntimeError, ValueError):
        return False


def _disabled(ids: set[int]) -> set[int]:
    out = sa.or_(sa.not_(User.is_enabled), User.deleted_at.is_not(None))
    return set(db.session.scalars(sa.select(User.id).where(User.id.in_(ids), out))) if ids else set()


def settle(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """What comes back from the bin begins anew."""
    back = [draft.record_id for draft in drafts if draft.old and draft.old.get("deleted_at")]
    if back:
        table = Schedule.__table__
        change_set.execute(sa.update(table).where(table.c.id.in_(back)).values(since=change_set.at))
