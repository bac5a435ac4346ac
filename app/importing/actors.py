"""Who may import, and what an import of theirs may create."""

from zoneinfo import ZoneInfo

from app.entities.registry import entities
from app.importing.kinds import kind_named
from app.importing.plan import Actor
from app.importing.refusal import ImportRefused
from app.models.base import Record
from app.models.lookups import State
from app.models.users import User
from app.security.access import may
from app.security.people import Person
from app.security.permissions import IMPORT, PEOPLE, STATES
from app.services import settings


def kinds_for(person: Person) -> list[tuple[str, str]]:
    """What somebody may import: plural and label."""
    return [(of.plural, of.label) for of in entities() if may(person, of.verb)]


def actor_for(person: Person | None, username: str = "", kind: str = "systems") -> Actor:
    """The person as an importer of a kind; refused for readers and for those who are disabled."""
    if person is None:
        raise ImportRefused(f"There is no enabled person called “{username}”.")
    if not may(person, IMPORT):
        raise ImportRefused(f"{person.username} is a {person.role} and may not import.")
    of = kind_named(kind)
    if not may(person, of.verb):
        raise ImportRefused(f"{person.username} ({person.role}) may not import {of.many}.")
    free = settings.get("imports_may_create")

    def creatable(model: type[Record]) -> bool:
        """Statuses, priorities and people are a lead's or admin's, unless imports may create them."""
        if free or not (issubclass(model, State) or model is User):
            return True
        return may(person, PEOPLE if model is User else STATES)

    return Actor(person.id, ZoneInfo(person.zone or "UTC"), creatable)
