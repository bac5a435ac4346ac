"""List pages: which rows, which columns, which filters, and what is new since a revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import Response, abort, render_template, request
from flask_login import current_user
from jinja2_fragments.flask import render_block

from app.blueprints.grid.pieces import template_for
from app.entities import live, query, registry
from app.entities.entity import Entity, Field
from app.entities.links import Reference
from app.extensions import db
from app.htmx import wants_fragment
from app.models.cases import Case
from app.models.tags import Tag
from app.models.users import User
from app.security.access import sees_internal
from app.services import changes
from app.services.deletion import uses
from app.services.reading import Row, names_of, read

PAGE = 100
Pairs = list[tuple[str, str]]
_HOW = {"": "", "not": "not", "min": "from", "max": "until"}


@dataclass
class Chip:
    """A filter in force, as it is shown: what it says, and the address without it."""

    label: str
    how: str
    value: str
    edit: str
    without: str


@dataclass
class Listing:
    """A list as somebody asked for it."""

    entity: Entity
    pairs: Pairs
    query: query.Query
    columns: list[Field]

    @property
    def names(self) -> list[str]:
        """The fields that its rows are read with."""
        return [*(item.name for item in self.columns), self.entity.title_field.name]

    def address(self, pairs: Pairs) -> str:
        """The address of this list with other parameters."""
        path = f"/{self.entity.plural}"
        return f"{path}?{urlencode(pairs)}" if pairs else path

    @property
    def counted(self) -> bool:
        """True if the rows say how often they are used."""
        return self.entity.is_lookup or self.entity.model in (Tag, Case)

    @property
    def own_address(self) -> str:
        """The address of this list, everything written out."""
        return self.address(self.pairs)

    def without(self, *keys: str) -> Pairs:
        """The parameters but some."""
        return [pair for pair in self.pairs if pair[0] not in keys]

    def sorted_by(self, item: Field) -> str:
        """`ascending`, `descending` or nothing, for the head of a column."""
        first, descending = self.query.sort[0]
        return ("descending" if descending else "ascending") if first is item else ""

    def sort_address(self, item: Field) -> str:
        """Where a click on the head of a column leads."""
        sort = f"-{item.name}" if self.sorted_by(item) == "ascending" else item.name
        return self.address([*self.without("sort"), ("sort", sort)])

    def chips(self) -> list[Chip]:
        """The filters in force."""
        return [self._chip(*part) for part in self.query.filters]

    def _chip(self, item: Field, suffix: str, values: list[str]) -> Chip:
        key = f"{item.name}.{suffix}" if suffix else item.name
        rest = self.without(key)
        if key in self.entity.usual:
            rest = [*rest, (key, "any")]
        if suffix == "empty":
            return Chip(
                item.label, "is", "empty" if values[-1] == "1" else "not empty", item.name, self.address(rest)
            )
        return Chip(item.label, _HOW[suffix], ", ".join(_words(item, values)), item.name, self.address(rest))

    @property
    def is_narrowed(self) -> bool:
        """True if there are filters beyond the usual ones."""
        usual = {item.partition(".")[0] for item in self.entity.usual}
        return bool(self.query.text) or any(item.name not in usual for item, _, _ in self.query.filters)

    def picked(self, name: str, suffix: str = "") -> list[str]:
        """The values of one filter."""
        return [value for key, value in self.pairs if key == (f"{name}.{suffix}" if suffix else name)]


def _words(item: Field, values: Sequence[str]) -> list[str]:
    """Filter values as people read them: names instead of ids."""
    ids = [int(value[3:]) for value in values if value.startswith("id:") and value[3:].isdigit()]
    if not ids or not isinstance(item.kind, Reference):
        return [value or "empty" for value in values]
    named = names_of(item.kind.target, ids)
    by_value = {f"id:{key}": one.name for key, one in named.items()}
    return [by_value.get(value, value or "empty") for value in values]


def with_usual(entity: Entity, pairs: Pairs) -> Pairs:
    """The parameters, the usual filters among them unless somebody took them away."""
    asked = {key.partition(".")[0] for key, _ in pairs}
    usual = [(key, value) for key, value in entity.usual.items() if key.partition(".")[0] not in asked]
    return [*pairs, *usual]


def listing(entity: Entity, pairs: Pairs) -> Listing:
    """Understand what was asked; a query that means nothing is answered with 400."""
    kept = [(key, value) for key, value in pairs if key not in ("since", "after", "field") and value]
    kept = with_usual(entity, kept)
    see = sees_internal(current_user)
    try:
        understood = query.understand(entity, kept, see)
    except query.BadQuery as error:
        abort(400, str(error))
    chosen = current_user.preferences.get("columns", {}).get(entity.plural)
    return Listing(entity, kept, understood, entity.columns(chosen, see))


def asked(entity: Entity) -> Listing:
    """The list that the address asks for."""
    return listing(entity, list(request.args.items(multi=True)))


def from_text(entity: Entity, text: str) -> Listing:
    """The list that a query string asks for."""
    return listing(entity, parse_qsl(text.lstrip("?"), keep_blank_values=True))


def ids_of(found: Listing) -> list[int]:
    """All ids of a list, in its order."""
    return query.ids(found.query)


def rows_of(found: Listing, ids: Sequence[int], *more: str) -> list[Row]:
    """Rows of a list, with what its columns show, and more fields."""
    rows = read(found.entity.model, ids, [*found.names, *more])
    if found.counted:
        used = uses_of(found.entity, ids)
        for row in rows:
            row.values["uses"] = used.get(row.id, [])
    return rows


@dataclass(frozen=True)
class Use:
    """How many records of an entity point at a record with one field, and where they are listed."""

    count: int
    words: str
    address: str


def uses_of(entity: Entity, ids: Sequence[int]) -> dict[int, list[Use]]:
    """Who points at these records, by their ids."""
    found: dict[int, list[Use]] = {}
    for model, attribute, record_id, total in uses(entity.model, ids):
        other = registry.entity_for(model)
        if not other.internal or sees_internal(current_user):
            address = f"/{other.plural}?{attribute.name}=id:{record_id}"
            found.setdefault(record_id, []).append(Use(total, other.label.lower(), address))
    return found


def index(entity: Entity) -> str | Response:
    """The list page, its fragment, its next rows, or what is new since a revision."""
    found = asked(entity)
    if wants_fragment() and "since" in request.args:
        return _poll(found)
    revision = changes.newest()
    after = request.args.get("after", type=int)
    ids = query.ids(found.query, limit=PAGE + 1, after=after)
    context = {
        "entity": entity,
        "listing": found,
        "rows": rows_of(found, ids[:PAGE]),
        "more": ids[PAGE - 1] if len(ids) > PAGE else None,
        "revision": revision,
    }
    template = template_for(entity, "list")
    if wants_fragment() and after:
        return render_block(template, "rows", **context)
    context["total"] = query.count(found.query)
    if wants_fragment():
        return render_block(template, "list", **context)
    return render_template(template, **context)


def _poll(found: Listing) -> str | Response:
    """What changed since: 204 only if there is no newer change set."""
    latest = live.news(found.entity, request.args.get("since", 0, type=int))
    if latest is None:
        return Response(status=204)
    matching = set() if latest.refetch else query.matching(found.query, sorted(latest.changed))
    return render_template(
        "entity/poll.html",
        entity=found.entity,
        listing=found,
        news=latest,
        rows=rows_of(found, sorted(matching)),
        gone=sorted(set(latest.changed) - matching),
    )


def counts(entity: Entity) -> str:
    """The footer: how many rows there are, and by status."""
    found = asked(entity)
    by_status = query.counts_by(found.query, "status") if entity.has("status") else []
    return render_template(
        "entity/_counts.html", listing=found, total=query.count(found.query), by_status=by_status
    )


def names(entity: Entity) -> Response:
    """The names of all records that match, one per line, to be copied."""
    found = from_text(entity, request.form.get("query") or request.query_string.decode())
    title = entity.title_field
    rows = read(entity.model, ids_of(found), [title.name])
    text = "\n".join(title.kind.show(row[title.name]) for row in rows)
    return Response(text, mimetype="text/plain")


def filter_dialog(entity: Entity) -> str:
    """The dialog in which one filter is set."""
    found = asked(entity)
    see = sees_internal(current_user)
    fields = {item.name: item for item in entity.visible(see) if item.filtered}
    item = fields.get(request.args.get("field", "")) or abort(404)
    kept = [pair for pair in found.pairs if pair[0].partition(".")[0] not in (item.name, "field")]
    return render_template("entity/filter.html", entity=entity, listing=found, item=item, kept=kept)


def columns_dialog(entity: Entity) -> str:
    """The dialog in which the columns are chosen."""
    found = asked(entity)
    see = sees_internal(current_user)
    shown = [item.name for item in found.columns]
    others = [item for item in entity.visible(see) if item.listed and item.name not in shown]
    return render_template("entity/columns.html", entity=entity, shown=found.columns, others=others)


def save_columns(entity: Entity) -> None:
    """Keep the choice of columns with the person; none means the default ones."""
    known = {item.name for item in entity.visible(sees_internal(current_user)) if item.listed}
    chosen = [name for name in request.form.getlist("columns") if name in known]
    changes.begin_write()
    person = db.session.get(User, current_user.id)
    columns = person.preferences.get("columns", {}) | {entity.plural: chosen}
    person.preferences = person.preferences | {"columns": columns}
    db.session.commit()
