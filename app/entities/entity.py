"""The declaration of an entity: the one place that says what people see and change."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.models.base import Record, entity_of
from app.models.lookups import Lookup

if TYPE_CHECKING:
    from app.entities.kinds import Kind

_WORDS = {"ip": "IP", "ips": "IPs", "dns": "DNS", "os": "OS", "uuid": "UUID", "vm": "VM", "id": "ID"}


def words_of(name: str) -> str:
    """A name of the code as people read it: `os_arch` → "OS arch"."""
    text = " ".join(_WORDS.get(word, word) for word in re.split(r"[_-]", name))
    return text[0].upper() + text[1:]


def within(text: str) -> str:
    """A label as it stands within a sentence: small, unless it begins with an abbreviation."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


@dataclass
class Field:
    """One field of an entity, for every surface.

    `default` columns are shown until a person chooses; `section` groups fields on the record's
    page; `internal` is what a customer must never see; `aliases` are spreadsheet headings; `kind`
    is told only where no column says it: values that are computed.
    """

    name: str
    label: str = ""
    help: str = ""
    section: str = ""
    default: bool = False
    listed: bool = True
    filtered: bool = True
    editable: bool = True
    bulk: bool = True
    required: bool = False
    link: bool = False
    internal: bool = False
    aliases: tuple[str, ...] = ()
    kind: "Kind" = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.label = self.label or words_of(self.name)
        if self.kind is not None and self.kind.is_computed:
            self.editable = self.bulk = False


@dataclass(frozen=True)
class Related:
    """Rows of another model that point at a record with one field, as the record's page shows them.

    `adds` are the fields of the line that adds one in place; `look`: a `grid`, `texts` that unfold
    (a Markdown field), or a `tree` with what points at the rows in turn; a `folded` section is
    closed until somebody opens it; more than `most` rows are in the list.
    """

    model: type[Record]
    by: str
    columns: Sequence[str] = ()
    adds: Sequence[str] = ()
    title: str = ""
    order: str = ""
    look: str = "grid"
    folded: bool = False
    most: int = 20

    @property
    def key(self) -> str:
        """The name of the section."""
        return f"{entity_of(self.model)}-{self.by.replace('_', '-')}"


@dataclass(eq=False)
class Entity:
    """What can be tracked: a model with its fields. Everything else is derived.

    `verb` is the permission that changing its records needs; `internal` hides all of it from
    readers; `hidden` names mapped columns that are deliberately no field; `usual` is the filter
    that its pages apply until somebody takes it away; `related` is what its page shows of others
    (none: everything that can point at it); `identity` names
    the fields by which an import recognises a record, the most telling first (none: what is unique, else
    the title); `loose` are the fields whose emptiness leaves a record to nobody; `beside` are fields that
    the marks and buttons beside a row's name ask.
    """

    model: type[Record]
    fields: Sequence[Field]
    search: Sequence[str] = ("name",)
    order: str = "name"
    label: str = ""
    verb: str = "edit"
    internal: bool = False
    hidden: Sequence[str] = ()
    usual: dict[str, str] = field(default_factory=dict)
    related: Sequence[Related] = ()
    identity: Sequence[str] = ()
    loose: Sequence[str] = ()
    beside: Sequence[str] = ()
    plural: str = field(init=False)
    singular: str = field(init=False)
    by_name: dict[str, Field] = field(init=False)

    def __post_init__(self) -> None:
        from app.entities.computed import flags_of
        from app.entities.kinds import kind_of

        self.plural = entity_of(self.model)
        self.singular = re.sub(r"(?<!^)(?=[A-Z])", "-", self.model.__name__).lower()
        self.label = self.label or words_of(self.plural)
        self.fields = [*self.fields, *flags_of(self.model), *_audit_fields()]
        self.beside = [*self.loose, *self.beside]
        self.by_name = {item.name: item for item in self.fields}
        for item in self.fields:
            item.kind = item.kind or kind_of(item, self.model)
        unique = self.model.__unique__
        self.identity = self.identity or (unique[0] if unique else self.title_field.name,)

    def field(self, name: str) -> Field:
        """The field of this name; `KeyError` if there is none."""
        return self.by_name[name]

    @property
    def one(self) -> str:
        """The entity's word for one record, as in "New system"."""
        text = words_of(self.singular)
        return text if text[:2].isupper() else text.lower()

    @property
    def many(self) -> str:
        """The entity's word for several records, as in "3 systems"."""
        word = self.one
        return f"{word[:-1]}ies" if word.endswith("y") else f"{word}es" if word.endswith("s") else f"{word}s"

    @property
    def is_lookup(self) -> bool:
        """True for the short lists that others point at; their pages show how often."""
        return issubclass(self.model, Lookup)

    def is_loose(self, row: Any) -> bool:
        """True if none of the fields is filled that a record of this entity usually hangs on."""
        return bool(self.loose) and all(name in row.values and row[name] is None for name in self.loose)

    @property
    def title_field(self) -> Field:
        """The field that names a record: the one that leads to its page."""
        return next(item for item in self.fields if item.link)

    def title_of(self, row: Any) -> str:
        """What a record is called, of a row that was read with its title field."""
        return self.title_field.kind.show(row[self.title_field.name])

    def called(self, draft: Any) -> str:
        """What a record is called, of a draft that was written; shortened for a summary."""
        return str((draft.new | draft.derived)[self.model.__label__] or "")[:80]

    def visible(self, see_internal: bool) -> list[Field]:
        """The fields that somebody may see."""
        return [item for item in self.fields if see_internal or not (item.internal or self.internal)]

    @cached_property
    def scopes(self) -> dict[str, Field]:
        """Filters that are no fields: the records themselves, the cases in which they are used."""
        from app.entities.scopes import scopes_of

        return scopes_of(self)

    @property
    def case_key(self) -> str:
        """The name of the filter by cases: `cases`, `case`, or nothing where cases mean nothing."""
        return next((name for name in ("cases", "case") if self._knows_cases_by(name)), "")

    def _knows_cases_by(self, name: str) -> bool:
        return name in self.scopes or (name in self.by_name and not self.by_name[name].kind.is_computed)

    def filterable(self, see_internal: bool) -> dict[str, Field]:
        """What a list can be filtered by, by name."""
        return {item.name: item for item in self.visible(see_internal) if item.filtered} | self.scopes

    def columns(self, names: Sequence[str] | None, see_internal: bool) -> list[Field]:
        """The list columns: those chosen by name, in that order, else the default ones."""
        listed = {item.name: item for item in self.visible(see_internal) if item.listed}
        chosen = [listed[name] for name in names or () if name in listed]
        return chosen or [item for item in listed.values() if item.default]

    def has(self, name: str) -> bool:
        """True if the entity has such a field: whether it can be assigned, tagged, ordered."""
        return name in self.by_name


def _audit_fields() -> list[Field]:
    """Who made and changed a record, when: on every entity, never edited."""
    fixed: dict[str, Any] = {"editable": False, "bulk": False, "section": "Record"}
    return [
        Field("created_at", label="Created", **fixed),
        Field("created_by", **fixed),
        Field("updated_at", label="Changed", default=True, **fixed),
        Field("updated_by", label="Changed by", **fixed),
    ]
