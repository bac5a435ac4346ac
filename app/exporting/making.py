"""A file made by a profile, for somebody: the same for the browser, REST, commands and jobs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from app.entities.entity import Field
from app.entities.links import Reference, pick
from app.entities.query import BadQuery, count
from app.exporting import files
from app.exporting.columns import Manner
from app.exporting.profile import BadProfile, Profile
from app.models.base import now
from app.models.exports import ExportProfile
from app.security.access import may, sees_internal
from app.security.permissions import EXPORT
from app.services import changes
from app.services.lookups import find, resolve
from app.services.reading import read_one

FAULTS = (BadProfile, BadQuery, files.TooLong)
"""What keeps a file from being made; the text says why."""


@dataclass(frozen=True)
class Export:
    """A stored profile, ready to be followed on somebody's behalf."""

    id: int
    called: str
    profile: Profile
    person: Any

    def count(self) -> int:
        """How many records there are to write now."""
        return count(self.profile.query())

    def file_name(self, file_format: str) -> str:
        """`YYYYMMDD_HHMM_<name>.<format>`."""
        return f"{now():%Y%m%d_%H%M}_{self.profile.stem(self.called)}.{file_format}"

    def write(
        self,
        file_format: str,
        stream: BinaryIO,
        step: Callable[[int, int], Any] = lambda done, total: None,
    ) -> int:
        """Write the file within the open snapshot; the number of rows."""
        query, columns = self.profile.query(), self.profile.chosen()
        return files.write(query, columns, file_format, stream, step, self._manner(file_format))

    def _manner(self, file_format: str) -> Manner:
        profile = self.profile
        manner = Manner(profile.split, profile.times, profile.explanations)
        if not profile.says_what_it_is(file_format):
            return manner
        marked = ", only those marked for spreadsheets" if profile.goes_by_mark else ""
        listed = (profile.filter or "none") + marked
        told = [("Profile:", self.called), *about(profile.chosen(), profile.entity, listed, manner)]
        return replace(manner, about=(*made(self.person.username), *told))


def made(username: str) -> tuple[tuple[str, str], ...]:
    """When a file was made, and by whom."""
    return ("Created:", f"{now():%Y-%m-%d %H:%M}"), ("Created by:", username)


def about(
    columns: Sequence[Field], plural: str, listed: str, manner: Manner = files.PLAIN
) -> tuple[tuple[str, str], ...]:
    """What a file says of itself: for people, and for the import that gets it back."""
    return (
        ("Records:", plural),
        ("Filter:", listed),
        ("Several values:", {" ": "blank", "\n": "line break"}.get(manner.split, manner.split)),
        ("Times:", manner.times),
        ("Columns:", json.dumps({item.label: item.name for item in columns}, ensure_ascii=False)),
        ("Revision:", changes.signature(changes.newest())),
    )


def manner_of_list(
    username: str, columns: Sequence[Field], plural: str, listed: str, file_format: str
) -> Manner:
    """How the list that somebody sees is written: a workbook says what it is."""
    if file_format != "xlsx":
        return files.PLAIN
    return Manner(about=(*made(username), *about(columns, plural, listed or "none")))


def export_of(record_id: int, person: Any) -> Export:
    """A stored profile for somebody; `BadProfile` if it can't be followed, or not for this person."""
    row = read_one(ExportProfile, record_id, ["name", "definition", "deleted_at"])
    if row is None or row["deleted_at"]:
        raise BadProfile("The export profile is gone")
    try:
        profile = Profile.read(row["definition"])
        _check_names(profile)
    except BadProfile as error:
        raise BadProfile(f"The profile “{row['name']}” can't be followed any more: {error}") from None
    if not may(person, EXPORT):
        raise BadProfile(f"{person.username} may not export")
    if profile.internal and not sees_internal(person):
        raise BadProfile(
            f"The profile “{row['name']}” has internal fields, which {person.username} may not see"
        )
    return Export(record_id, row["name"], profile, person)


def _check_names(profile: Profile) -> None:
    """A filter by a name that there is not (any more) would find nothing, and nobody would notice."""
    for item, suffix, values in profile.query().filters:
        if suffix in ("", "not") and isinstance(item.kind, Reference):
            for chosen in filter(None, map(pick, values)):
                try:
                    resolve(None, item.kind.target, chosen)
                except ValueError as error:
                    raise BadProfile(f"{item.label}: {error}") from None


def named(name: str, person: Any) -> Export:
    """The profile of this name for somebody."""
    found = find(ExportProfile, [name])
    if name not in found:
        raise BadProfile(f"There is no export profile “{name}”")
    return export_of(found[name], person)
