"""REST of many records: a page of a list, and a list that is created or brought up to date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.blueprints.rest import records as rest
from app.entities import query
from app.entities.entity import Entity
from app.entities.links import Reference
from app.extensions import db
from app.models.base import Record, key_of
from app.models.lookups import Ip
from app.models.systems import System
from app.services import changes, identity, lookups, records
from app.services.changes import Recording
from app.services.drafts import Draft, Refused
from app.services.ip_rules import canonical
from app.services.reading import chunks

MOST = 1000
LONGEST_LIST = 10_000


class Faulty(ValueError):
    """Rows of a list that can't be written; so nothing was."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{len({error['row'] for error in errors})} of the rows can't be written")
        self.errors = errors


@dataclass(frozen=True)
class Page:
    """Which part of a list."""

    number: int = 1
    size: int = 100

    @property
    def offset(self) -> int:
        """How many records come before it."""
        return (self.number - 1) * self.size

    def envelope(self, items: list[Any], total: int) -> dict[str, Any]:
        """The answer of every list."""
        part = {"items": items, "total": total, "page": self.number, "per_page": self.size}
        return part | {"revision": changes.newest()}


def page_of(arguments: Mapping[str, str]) -> Page:
    """`page` and `per_page` of a query string; `BadQuery` if they are no such numbers."""
    return Page(
        whole(arguments, "page", 1, 10**9, default=1),
        whole(arguments, "per_page", 1, MOST, default=100),
    )


def whole(arguments: Mapping[str, str], name: str, lowest: int, highest: int, default: int) -> int:
    """A whole number of a query string."""
    text = arguments.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or not lowest <= int(text) <= highest:
        raise query.BadQuery(f"{name}: must be a whole number from {lowest} to {highest}")
    return int(text)


def listed(
    entity: Entity, pairs: Sequence[tuple[str, str]], page: Page, see_internal: bool
) -> dict[str, Any]:
    """A page of the list that a query string asks for, with the fields that it names."""
    understood = query.understand(entity, pairs, see_internal)
    names = rest.chosen(entity, dict(pairs).get("fields", ""), see_internal)
    ids = query.ids(understood, limit=page.size, offset=page.offset)
    return page.envelope(rest.several(entity, ids, see_internal, names), query.count(understood))


@dataclass
class Plan:
    """What a list asks for: per row its parsed values, and the drafts (one may serve several rows)."""

    entity: Entity
    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    draft_of: list[Draft] = field(default_factory=list)

    def fault(self, row: int, errors: Mapping[str, str]) -> None:
        """Note what is wrong with a row."""
        self.errors += [{"row": row, "field": name, "message": text} for name, text in errors.items()]

    def stop_if_faulty(self) -> None:
        """`Faulty` with everything that was found."""
        if self.errors:
            raise Faulty(sorted(self.errors, key=lambda error: error["row"]))


def read_rows(entity: Entity, body: list[Any], see_internal: bool) -> Plan:
    """Parse every row; `Faulty` names rows and fields (rows count from 0, as in the list)."""
    plan = Plan(entity)
    if len(body) > LONGEST_LIST:
        raise Refused({"": f"at most {LONGEST_LIST} rows at once"})
    for number, item in enumerate(body):
        try:
            plan.rows.append(rest.parse(entity, item, see_internal))
        except Refused as error:
            plan.fault(number, error.errors)
    plan.stop_if_faulty()
    return plan


def write(change_set: Recording, plan: Plan, upsert: bool) -> list[dict[str, Any]]:
    """Write all rows or, when one is faulty, none; what became of each."""
    entity = plan.entity
    plain = _resolved(change_set, plan)
    plan.stop_if_faulty()
    _match(plan, plain, upsert)
    plan.stop_if_faulty()
    records.write(change_set, entity.model, plan.drafts)
    for number, draft in enumerate(plan.draft_of):
        plan.fault(number, draft.errors)
    plan.stop_if_faulty()
    change_set.summary = f"{len(plan.drafts)} {entity.label.lower()}"
    return [_outcome(entity, draft) for draft in plan.draft_of]


def _outcome(entity: Entity, draft: Draft) -> dict[str, Any]:
    outcome = "created" if draft.is_new else "updated" if draft.changed else "same"
    item = {"id": draft.id, "name": entity.called(draft), "outcome": outcome}
    return item | {"warnings": rest.warnings_of(draft)}


def _resolved(change_set: Recording, plan: Plan) -> list[dict[str, Any]]:
    """Plain values of every row; names are looked up once per field, not once per row."""
    links = {name for row in plan.rows for name in row}
    known = {
        name: _Targets(change_set, kind, [row[name] for row in plan.rows if name in row])
        for name in sorted(links)
        if isinstance(kind := plan.entity.field(name).kind, Reference)
    }
    resolved = []
    for number, row in enumerate(plan.rows):
        plain, errors = {}, {}
        for name, value in row.items():
            try:
                plain[name] = known[name].resolve(value) if name in known else value
            except ValueError as error:
                errors[name] = str(error)
        plan.fault(number, errors)
        resolved.append(plain)
    return resolved


class _Targets:
    """The rows that one reference field of a whole list points at."""

    def __init__(self, change_set: Recording, kind: Reference, values: list[Any]) -> None:
        self.change_set, self.kind = change_set, kind
        picks = [pick for value in values for pick in (value if kind.is_many else [value]) if pick]
        self.ids = _live(kind.target, sorted({pick.id for pick in picks if pick.id is not None}))
        names = {pick.name for pick in picks if pick.id is None}
        try:
            if kind.grows:
                self.by_name = lookups.find_or_create(change_set, kind.target, names)
            else:
                self.by_name = lookups.find(kind.target, names)
        except Refused:  # one of the names can't be created: `resolve` finds out which
            self.by_name = {}

    def resolve(self, value: Any) -> Any:
        """The id or ids; `ValueError` says what there is none of."""
        if self.kind.is_many:
            return sorted({self._id(pick) for pick in value})
        return None if value is None else self._id(value)

    def _id(self, pick: lookups.Pick) -> int:
        if pick.id in self.ids:
            return pick.id
        if pick.id is None and pick.name in self.by_name:
            return self.by_name[pick.name]
        return lookups.resolve(self.change_set, self.kind.target, pick)


def _live(target: type[Record], ids: Sequence[int]) -> set[int]:
    table, found = target.__table__, set()
    for part in chunks(ids):
        live = sa.select(table.c.id).where(table.c.id.in_(part), table.c.deleted_at.is_(None))
        found |= set(db.session.scalars(live))
    return found


def _match(plan: Plan, plain: list[dict[str, Any]], upsert: bool) -> None:
    """Give every row its draft: of the record that its name means, or of a new one."""
    entity = plan.entity
    name = (entity.model.__unique__ or (entity.title_field.name,))[0]
    find = _finder(entity.model, [row.get(name, "") for row in plain]) if upsert else None
    planned: dict[Any, Draft] = {}
    for number, row in enumerate(plain):
        try:
            found = find(row.get(name, ""), row) if find and row.get(name) else None
        except ValueError as error:
            plan.fault(number, {name: str(error)})
            continue
        draft = planned.get(found) if found is not None else None
        if draft is None:
            is_known = isinstance(found, int) and found > 0
            draft = Draft(found) if is_known else Draft(values={name: row[name]} if row.get(name) else {})
            plan.drafts.append(draft)
            planned[found if found is not None else id(draft)] = draft
            if not is_known:
                _complete(plan, number)
        draft.values |= {key: value for key, value in row.items() if key != name}
        plan.draft_of.append(draft)


def _complete(plan: Plan, number: int) -> None:
    try:
        rest.require_all(plan.entity, plan.rows[number])
    except Refused as error:
        plan.fault(number, error.errors)


def _finder(model: type[Record], names: list[str]) -> Any:
    """What finds the record that a name means: its id, or a key that stands for a planned one."""
    if model is System:
        return _SystemFinder(names).find
    if model.__unique__ is None:
        raise Refused({"": "these records have no name to find them by: create them without upsert"})
    key_column = model.__table__.c[model.__unique__[1]]
    keys = {name: key_of(canonical(name) if model is Ip and _is_ip(name) else name) for name in names}
    held: dict[str, int] = {}
    for part in chunks(sorted(set(keys.values()))):
        statement = sa.select(key_column, model.__table__.c.id)
        held.update(
            db.session.execute(
                statement.where(key_column.in_(part), model.__table__.c.deleted_at.is_(None))
            ).all()
        )
    return lambda name, row: held.get(keys[name], keys[name])


def _is_ip(text: str) -> bool:
    try:
        return bool(canonical(text))
    except ValueError:
        return False


class _SystemFinder:
    """Systems by identity; the rows of the list know each other too."""

    def __init__(self, names: list[str]) -> None:
        self.directory = identity.directory([name for name in names if name])

    def find(self, name: str, row: Mapping[str, Any]) -> int:
        """The id, or a negative number for one that is planned; `ValueError` if several are meant."""
        found = self.directory.find(name)
        if len(found) > 1:
            raise ValueError(f"“{name}” is ambiguous: {len(found)} systems may be meant")
        if not found:
            found = [-len(self.directory.systems) - 1]
            self.directory.add(found[0], [name, *row.get("aliases", ())])
        return found[0]
