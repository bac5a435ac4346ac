"""A list as somebody asked for it: what the address means, its chips, headings and columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import abort, request
from flask_login import current_user

from app.entities import query
from app.entities import tree as trees
from app.entities.entity import Entity, Field
from app.entities.links import Reference, id_in
from app.entities.scalars import Boolean
from app.entities.scopes import InSet
from app.errors import answer
from app.security.access import sees_internal
from app.services.reading import Row, names_of

Pairs = list[tuple[str, str]]
NO_FILTERS = {"since", "after", "rows", "field", "here", "editing"}
"""Parameters that say what is wanted of a list, not which."""
_HOW = {"": "", "not": "is not", "min": "from", "max": "until"}
_HOW_BY_EDITOR = {
    "markdown": {"": "contains", "not": "does not contain"},
    "integer": {"min": "at least", "max": "at most"},
}


def address_of(entity: Entity, pairs: Pairs) -> str:
    """The address of a list with these parameters."""
    return f"/{entity.plural}?{urlencode(pairs, safe=':,')}" if pairs else f"/{entity.plural}"


@dataclass
class Chip:
    """A filter in force, as it is shown: what it says, and the address without it."""

    label: str
    how: str
    value: str
    edit: str
    without: str
    page: str = ""
    """Where a filter that has no dialog leads."""


@dataclass(frozen=True)
class Order:
    """A heading that a list is sorted by: which way, and which key it is."""

    way: str
    rank: int


@dataclass
class Listing:
    """A list as somebody asked for it."""

    entity: Entity
    pairs: Pairs
    query: query.Query
    columns: list[Field]
    widths: dict[str, int]
    path: str
    """The page that shows it, without filters."""

    @property
    def names(self) -> list[str]:
        """The fields that its rows are read with."""
        marks = ["overdue"] if self.entity.has("overdue") else []
        columns = (item.name for item in self.columns)
        return [*columns, self.entity.title_field.name, *self.entity.beside, *marks]

    def address(self, pairs: Pairs) -> str:
        """The address of this list with other parameters."""
        return f"{self.path}?{urlencode(pairs, safe=':,')}" if pairs else self.path

    @property
    def counted(self) -> bool:
        """True if the rows say how often they are used."""
        return self.entity.is_lookup

    @property
    def can_be_tree(self) -> bool:
        """True if its rows can be parts of each other."""
        return bool(trees.tree_of(self.entity))

    @property
    def is_tree(self) -> bool:
        """True if rows stand below what they are a part of: `tree=1`."""
        return self.can_be_tree and self.picked("tree") == ["1"]

    @property
    def tree_address(self) -> str:
        """The same as a tree, or as a plain list."""
        return self.address([*self.without("tree", "folded"), *([] if self.is_tree else [("tree", "1")])])

    @property
    def folded(self) -> list[int]:
        """The rows of a tree whose parts nobody wants to see."""
        return [int(one) for text in self.picked("folded") for one in text.split(",") if one.isdecimal()]

    def fold_address(self, row: Row) -> str:
        """The tree with the parts of a row folded away, or shown again; many parts are in a list of their own."""
        if row["place"].is_large:
            return self.address([(trees.tree_of(self.entity), f"id:{row.id}"), ("tree", "1")])
        folded = [one for one in self.folded if one != row.id]
        folded += [] if row.id in self.folded else [row.id]
        words = ",".join(map(str, folded))
        return self.address([*self.without("folded"), *([("folded", words)] if words else [])])

    @property
    def looks(self) -> str:
        """What its address says about how rows look, for what is fetched of it later."""
        return urlencode([pair for pair in self.pairs if pair[0] in ("columns", "tree", "folded")])

    @property
    def own_address(self) -> str:
        """The address of this list, everything written out."""
        return self.address(self.pairs)

    def without(self, *keys: str) -> Pairs:
        """The parameters but some."""
        return [pair for pair in self.pairs if pair[0] not in keys]

    @property
    def sorting(self) -> dict[str, Order]:
        """The headings that the list is sorted by."""
        return {
            item.name: Order("descending" if descending else "ascending", rank)
            for rank, (item, descending) in enumerate(self.query.sort, 1)
        }

    def sort_address(self, item: Field) -> str:
        """Where a click on a heading leads: sorted by it alone, or the other way round."""
        order = self.sorting.get(item.name)
        turned = order is not None and order.rank == 1 and order.way == "ascending"
        return self._sorted(f"-{item.name}" if turned else item.name)

    def also_address(self, item: Field) -> str:
        """Where a Shift-click leads: one key more; ascending, then descending, then gone."""
        keys = [part.strip() for part in self.picked("sort")[-1].split(",")] if self.picked("sort") else []
        if f"-{item.name}" in keys:
            keys.remove(f"-{item.name}")
        elif item.name in keys:
            keys[keys.index(item.name)] = f"-{item.name}"
        else:
            keys.append(item.name)
        return self._sorted(",".join(keys))

    def _sorted(self, sort: str) -> str:
        return self.address([*self.without("sort"), *([("sort", sort)] if sort else [])])

    def chips(self) -> list[Chip]:
        """The filters in force."""
        return [self._chip(*part) for part in self.query.filters]

    def _chip(self, item: Field, suffix: str, values: list[str]) -> Chip:
        key = f"{item.name}.{suffix}" if suffix else item.name
        rest = self.without(key)
        if key in self.entity.usual:
            rest = [*rest, (key, "any")]
        if suffix == "empty":
            how, value = "is", "empty" if values[-1] == "1" else "not empty"
        else:
            how, value = how_of(item, suffix), ", ".join(_words(item, values))
        page = f"{item.kind.page}{values[-1]}" if isinstance(item.kind, InSet) and suffix != "empty" else ""
        return Chip(item.label, how, value, item.name, self.address(rest), page)

    @property
    def is_narrowed(self) -> bool:
        """True if there are filters beyond the usual ones."""
        usual = {item.partition(".")[0] for item in self.entity.usual}
        return bool(self.query.text) or any(item.name not in usual for item, _, _ in self.query.filters)

    def picked(self, name: str, suffix: str = "") -> list[str]:
        """The values of one filter."""
        return [value for key, value in self.pairs if key == (f"{name}.{suffix}" if suffix else name)]

    def picked_words(self, item: Field, suffix: str = "") -> str:
        """The values of one filter as an input shows them, with `; ` between."""
        values = self.picked(item.name, suffix)
        return "; ".join(
            value if ";" in word else word for value, word in zip(values, _words(item, values), strict=True)
        )


def how_of(item: Field, suffix: str) -> str:
    """How a filter compares, in words: `is not`, `from`, `contains`; nothing for plain "is"."""
    return (_HOW | _HOW_BY_EDITOR.get(item.kind.editor, {}))[suffix]


def _words(item: Field, values: Sequence[str]) -> list[str]:
    """Filter values as people read them: names instead of ids, words instead of 1 and 0."""
    if isinstance(item.kind, Boolean):
        return [item.kind.show(item.kind.parse(value)) or "unknown" for value in values]
    if isinstance(item.kind, InSet):
        return item.kind.words(values)
    ids = [found for value in values if (found := id_in(value)) is not None]
    if not ids or not isinstance(item.kind, Reference):
        return [value or "empty" for value in values]
    named = names_of(item.kind.target, ids)
    by_value = {f"id:{key}": one.name for key, one in named.items()}
    return [by_value.get(value, value or "empty") for value in values]


def listing(entity: Entity, pairs: Pairs, path: str = "") -> Listing:
    """Understand what was asked; a query that means nothing is answered with 400.

    `path` is the page that shows it, if it is not the entity's own.
    """
    filled = {key for key, value in pairs if value} - NO_FILTERS
    kept = [(key, value) for key, value in pairs if key in filled]
    kept = query.with_usual(entity, query.canonical(entity, kept))
    see = sees_internal(current_user)
    try:
        understood = query.understand(entity, kept, see)
    except query.BadQuery as error:
        rest = [pair for pair in kept if pair[0] != error.key]
        without = address_of(entity, rest if len(rest) < len(kept) else [])
        abort(answer(400, str(error), list_without=without))
    mine = current_user.preferences
    chosen = mine.get("columns", {}).get(entity.plural)
    for key, value in kept:
        chosen = value.split(",") if key == "columns" else chosen
    widths = mine.get("widths", {}).get(entity.plural, {})
    return Listing(entity, kept, understood, entity.columns(chosen, see), widths, path or f"/{entity.plural}")


def asked(entity: Entity) -> Listing:
    """The list that the address asks for."""
    several = request.args.getlist("split")
    pairs: Pairs = []
    for key, value in request.args.items(multi=True):
        if key in several:
            pairs += [(key, part.strip()) for part in value.split(";") if part.strip()]
        elif key != "split":
            pairs.append((key, value))
    return listing(entity, pairs)


def is_from_form() -> bool:
    """True if the address holds what only a form says: empty inputs, `split` for those that hold several values."""
    return "split" in request.args or any(not any(values) for _, values in request.args.lists())


def from_text(entity: Entity, text: str) -> Listing:
    """The list that a query string asks for."""
    return listing(entity, parse_qsl(text.lstrip("?"), keep_blank_values=True))
