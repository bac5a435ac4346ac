"""May this person do that? And loading a record together with the answer."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import abort

from app.extensions import db
from app.models.base import Record, key_of
from app.models.changes import Change, ChangeSet
from app.models.exports import ExportProfile
from app.models.imports import ImportProfile
from app.models.lookups import State
from app.models.schedules import Schedule
from app.models.settings import Setting
from app.models.snapshots import Snapshot
from app.models.users import User
from app.security.people import Person
from app.security.permissions import (
    CONFIGURE,
    DELETE,
    EDIT,
    FOLLOW,
    IMPORT,
    PEOPLE,
    SEE_INTERNAL,
    STATES,
    UNDO,
)
from app.security.roles import OWN, YES, right
from app.services.reading import Row, read_one
from app.services.sessions import PERSON
from app.services.shape import model_for, shape_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_IMPORT_SCOPE = (IMPORT, FOLLOW)
_CONFIGURED = (Setting, ImportProfile, ExportProfile, Schedule, Snapshot)
"""What leads decide for all."""


def may(person: Any, verb: str, owner_id: int | None = None) -> bool:
    """True if the person's role has the verb, where needed because the thing is their own."""
    if person.role is None:
        return False
    held = right(person.role, verb)
    return held is YES or (held is OWN and owner_id is not None and owner_id == person.id)


def may_enter(person: Any, verb: str, method: str) -> bool:
    """True if an endpoint that needs the verb is open to the person and to the token they came with."""
    if person.role is None or right(person.role, verb) not in (YES, OWN):
        return False
    scope = person.token_scope
    if scope == "read":
        return method in SAFE_METHODS
    return scope != "import" or verb in _IMPORT_SCOPE


def sees_internal(person: Any) -> bool:
    """True if internal fields (memos, internal notes) are shown to the person."""
    return may(person, SEE_INTERNAL)


def verb_to_write(model: type[Record]) -> str:
    """The verb for creating and changing records of a model."""
    if model is User:
        return PEOPLE
    if model in _CONFIGURED:
        return CONFIGURE
    return STATES if issubclass(model, State) else EDIT


def may_write(person: Any, model: type[Record]) -> bool:
    """True if the person may create and change records of this model."""
    return may(person, verb_to_write(model))


def may_delete(person: Any, model: type[Record], created_by_id: int | None) -> bool:
    """True if the person may put this record into the bin: analysts only what they created."""
    return may_write(person, model) and may(person, DELETE, created_by_id)


def may_undo(person: Any, change_set: ChangeSet) -> bool:
    """True if the person may undo it: analysts only their own, and nobody beyond what they may write.

    What an import created is the exception: it was allowed to create statuses and people.
    """
    if not may(person, UNDO, change_set.actor_id):
        return False
    touched = sa.select(Change.entity).where(Change.change_set_id == change_set.id).distinct()
    if change_set.source == "import":
        touched = touched.where(Change.action != "create")
    return all(may_write(person, model_for(entity)) for entity in db.session.scalars(touched))


def load(model: type[Record], record_id: int, names: Iterable[str] = ()) -> Row:
    """A live record with who created it, or 404."""
    row = read_one(model, record_id, [*(names or shape_of(model)), "deleted_at", "created_by"])
    if row is None or row["deleted_at"]:
        abort(404)
    return row


def require(allowed: bool) -> None:
    """403 unless it is allowed."""
    if not allowed:
        abort(403)


def person_named(username: str) -> Person | None:
    """An enabled person by username, for commands and jobs that act on somebody's behalf."""
    return _person(User.username_key == key_of(username))


def person_with(user_id: int | None) -> Person | None:
    """An enabled person by id, for jobs."""
    return _person(User.id == user_id)


def _person(condition: Any) -> Person | None:
    live = (condition, User.is_enabled, User.deleted_at.is_(None))
    found = db.session.execute(sa.select(*PERSON).where(*live)).one_or_none()
    return Person(*found) if found else None
