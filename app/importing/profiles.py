"""Profiles by name: the team's, as records whose definition is always one that can be followed."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from app.entities.entity import Field
from app.entities.kinds import LongText
from app.extensions import db
from app.importing.profile import Profile
from app.importing.refusal import ImportRefused
from app.importing.written import checked_profile, read_profile, write_profile
from app.models.base import key_of
from app.models.imports import ImportProfile, RememberedMapping
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.reading import field_of


class Definition(LongText):
    """A profile as YAML; whoever writes it, by whatever way, is told what can't be meant."""

    def parse(self, raw: Any, zone: dt.tzinfo | None = dt.UTC) -> Any:
        """The text itself, if it is a profile without contradictions."""
        text = super().parse(raw, zone)
        if text:
            checked_profile(text)
        return text


def definition_field() -> Field:
    """The field that holds the profile."""
    kind = Definition(field_of(ImportProfile, "definition"), ImportProfile)
    return Field("definition", kind=kind, required=True, bulk=False, help="As YAML; see the handbook")


def chosen(user_id: int, *, kind: str = "", name: str = "", text: str = "") -> Profile | None:
    """The profile that somebody asks for by its name or brings along as YAML; None: the usual."""
    if name and text:
        raise ImportRefused("Two profiles are given, one by its name and one as a file: leave one out.")
    profile = checked_profile(text) if text else profile_named(user_id, name) if name else None
    if profile and kind and profile.kind != kind:
        raise ImportRefused(f"The profile is for {profile.kind}, not for {kind}.")
    return profile


def profile_named(user_id: int, name: str) -> Profile:
    """A profile by its name: what this person saved for themselves before what the team has."""
    mine = (RememberedMapping.user_id == user_id, RememberedMapping.name == name)
    own = db.session.scalars(sa.select(RememberedMapping).where(*mine).order_by(RememberedMapping.id)).first()
    return Profile.from_dict(own.profile) if own else team_profile(name)


def team_profile(name: str) -> Profile:
    """A profile of the team."""
    live = (ImportProfile.name_key == key_of(name), ImportProfile.deleted_at.is_(None))
    found = db.session.execute(sa.select(ImportProfile.name, ImportProfile.definition).where(*live)).first()
    if found is None:
        raise ImportRefused(f"There is no profile called “{name}”.")
    return _called(*found)


def _called(name: str, definition: str) -> Profile:
    profile = read_profile(definition)
    profile.name = name
    return profile


def names() -> list[str]:
    """What the team's profiles are called, in order."""
    live = sa.select(ImportProfile.name).where(ImportProfile.deleted_at.is_(None))
    return list(db.session.scalars(live.order_by(ImportProfile.name_sort)))


def keep(change_set: Recording, profile: Profile) -> Draft:
    """Make this a profile of the team, under its name: a new one, or what the one of that name is from now on."""
    live = (ImportProfile.name_key == key_of(profile.name), ImportProfile.deleted_at.is_(None))
    known = db.session.scalar(sa.select(ImportProfile.id).where(*live))
    values = {"definition": write_profile(profile)}
    if known is None:
        return records.create(change_set, ImportProfile, {"name": profile.name, **values})
    return records.update(change_set, ImportProfile, known, values)
