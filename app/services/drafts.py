"""A draft: what somebody wants of one record, and what the rules made of it."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.models.base import Record, entity_of
from app.services.reading import Row


@dataclass(frozen=True)
class Delta:
    """A change of a many-valued field: ids (or texts) to add and to take away."""

    add: frozenset[Any] = frozenset()
    remove: frozenset[Any] = frozenset()

    def applied_to(self, items: list[Any]) -> list[Any]:
        """The items after the change."""
        return sorted((set(items) | self.add) - self.remove)


@dataclass(frozen=True)
class Warn:
    """Something noteworthy that was stored all the same."""

    field: str
    message: str
    record: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The warning as REST answers it."""
        return {"field": self.field, "message": self.message, "record": self.record}


class Warned(NamedTuple):
    """What is noteworthy about one record of a change set."""

    record: int
    name: str
    warning: Warn

    def as_json(self) -> dict[str, Any]:
        """The warning as REST answers it, with whom it is about."""
        return {"row": self.record, "name": self.name} | self.warning.as_json()


@dataclass(frozen=True)
class Clash:
    """A field that somebody else has changed since it was seen."""

    mine: Any
    theirs: Any


@dataclass
class Draft:
    """One record to create (`id` None) or to change, in plain values (ids for references).

    `base` holds, per field, the plain value that the person saw. `old` and `new` are filled by
    the writer: the stored row and the complete plain values after the change.
    """

    id: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    base: dict[str, Any] = field(default_factory=dict)
    old: Row | None = None
    new: dict[str, Any] = field(default_factory=dict)
    was: dict[str, Any] = field(default_factory=dict)
    derived: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    clashes: dict[str, Clash] = field(default_factory=dict)
    warnings: list[Warn] = field(default_factory=list)

    @property
    def record_id(self) -> int:
        """The id of the record; a new one has it once it is written."""
        if self.id is None:
            raise RuntimeError("the record is not written yet")
        return self.id

    def tidy(self, name: str) -> None:
        """Give a text the line ends and edges that every surface reads it with, or its base would differ."""
        self.new[name] = (self.new[name] or "").replace("\r\n", "\n").strip()

    @property
    def is_new(self) -> bool:
        """True if the record is created by this draft."""
        return self.old is None

    @property
    def is_good(self) -> bool:
        """True if nothing speaks against writing it."""
        return not self.errors and not self.clashes

    @property
    def changed(self) -> list[str]:
        """The fields whose value differs from what is stored."""
        return [name for name, value in self.new.items() if self.was.get(name) != value]


class Held(str):
    """What is wrong with a value: another record has it. `path` is the address of that record's page."""

    path: str

    def __new__(cls, text: str, model: type[Record], record_id: int) -> "Held":
        """The text, with the record."""
        held = super().__new__(cls, text)
        held.path = f"/{entity_of(model)}/{record_id}"
        return held


class Refused(ValueError):
    """The change breaks a rule: `errors` says which field and why; nothing was written."""

    def __init__(self, errors: dict[str, str], row: int | None = None) -> None:
        super().__init__("; ".join(f"{name}: {text}" if name else text for name, text in errors.items()))
        self.errors = errors
        self.row = row


class Conflict(ValueError):
    """Somebody else changed the same fields first; nothing was written."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("changed by somebody else: " + ", ".join(draft.clashes))
        self.draft = draft


class Impossible(ValueError):
    """What was asked of a record can't be done now; the text says why, and nothing was written."""


class Missing(LookupError):
    """There is no such record, or it is in the bin."""
