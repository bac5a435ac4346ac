"""Create, change and delete any record: one at a time or many, always with history; back: `restoring`."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record, entity_of
from app.models.changes import Change
from app.services import deletion, rules, unwritten
from app.services.changes import Recording
from app.services.drafts import Clash, Conflict, Delta, Draft, Missing, Refused, Warned
from app.services.history import diff_of, name_of
from app.services.progress import counted
from app.services.reading import chunks, names_of, plain, read
from app.services.shape import Attribute, defaults_of, demands_of, shape_of


def create(change_set: Recording, model: type[Record], values: dict[str, Any]) -> Draft:
    """Create one record; `Refused` if a rule forbids it."""
    return _single(write(change_set, model, [Draft(values=values)]))


def update(
    change_set: Recording,
    model: type[Record],
    record_id: int,
    values: dict[str, Any],
    base: dict[str, Any] | None = None,
) -> Draft:
    """Change one record; `Missing`, `Refused`, or `Conflict` with what was seen (`base`)."""
    return _single(write(change_set, model, [Draft(record_id, values, base or {})]))


def _single(drafts: list[Draft]) -> Draft:
    (draft,) = drafts
    if draft.errors:
        raise Refused(draft.errors)
    if draft.clashes:
        raise Conflict(draft)
    return draft


def write(
    change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool = False
) -> list[Draft]:
    """Write the good drafts; the others keep their errors and clashes and are not written.

    `exact` (undo, restore) stores values as they are: rules check, but derive nothing new.
    Raises `Missing` if a record does not exist or is in the bin.
    """
    if not drafts:
        return drafts
    check(change_set, model, drafts, exact=exact)
    good = [draft for draft in drafts if draft.is_good and (draft.is_new or draft.changed)]
    if change_set.steps is not None:
        _claim(model, good)
    _insert(change_set, model, [draft for draft in good if draft.is_new])
    _update(change_set, model, [draft for draft in good if not draft.is_new])
    rules.of(model).settle(change_set, model, good)
    _log(change_set, model, good)
    return drafts


def _claim(model: type[Record], drafts: list[Draft]) -> None:
    """Ahead of the write lock nobody sees what is written twice: the same record, or a key that only one may have."""
    table = model.__table__
    unique = {column.name for index in table.indexes if index.unique for column in index.columns}
    keys = ((name, key) for draft in drafts for name, key in draft.derived.items() if name in unique and key)
    unwritten.claim(table, [*keys, *(draft.id for draft in drafts if draft.id)])


def check(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool = False) -> None:
    """Complete drafts as the rules say, and note what is wrong with them; nothing is written."""
    _load(model, drafts)
    for draft in counted(drafts):
        _apply(model, draft)
    rules.of(model).prepare(change_set, model, drafts, exact=exact)
    for draft in counted(drafts):
        _check_columns(model, draft)


def _load(model: type[Record], drafts: list[Draft]) -> None:
    ids = [draft.id for draft in drafts if draft.id is not None]
    rows = {row.id: row for row in read(model, ids, [*shape_of(model), "deleted_at"])}
    for draft in drafts:
        if draft.id is None:
            draft.was = {}
            continue
        row = rows.get(draft.id)
        if row is None or row["deleted_at"]:
            raise Missing(f"{entity_of(model)} {draft.id}")
        draft.old = row
        draft.was = {name: plain(row[name]) for name in shape_of(model)}


def _apply(model: type[Record], draft: Draft) -> None:
    """Merge what is wanted into what is stored; note clashes with what was seen."""
    shape = shape_of(model)
    draft.new = dict(draft.was) if draft.old else defaults_of(model)
    for name, value in draft.values.items():
        attribute = shape[name]
        if _has_nul(value):
            draft.errors[name] = "contains a NUL character"
            continue
        if isinstance(value, Delta):
            draft.new[name] = value.applied_to(draft.new[name] or [])
            continue
        if attribute.is_many:
            draft.new[name] = _merged(value, draft, name)
            continue
        if name in draft.base and draft.old and _differs(draft, name, value):
            draft.clashes[name] = Clash(mine=value, theirs=draft.old[name])
        draft.new[name] = value


def _has_nul(value: Any) -> bool:
    """PostgreSQL stores no NUL, not even a query may hold one."""
    texts = value if isinstance(value, list) else (value,)
    return any(isinstance(text, str) and "\0" in text for text in texts)


def _differs(draft: Draft, name: str, mine: Any) -> bool:
    stored = draft.was[name]
    return stored != draft.base[name] and stored != mine


def _merged(wanted: list[Any], draft: Draft, name: str) -> list[Any]:
    """A many-valued field: with a base, only what was added and removed against it counts."""
    if name not in draft.base or not draft.old:
        return sorted(set(wanted))
    seen = set(draft.base[name])
    return Delta(frozenset(set(wanted) - seen), frozenset(seen - set(wanted))).applied_to(draft.was[name])


def _check_columns(model: type[Record], draft: Draft) -> None:
    """What every column asks of a value: presence and length."""
    for demand in demands_of(model):
        value = draft.new[demand.name]
        if demand.name in draft.errors or (draft.old and value == draft.was[demand.name]):
            continue
        if value is None or (value == "" and not demand.may_be_blank):
            if demand.is_required:
                draft.errors[demand.name] = "is required"
        elif demand.length and isinstance(value, str) and len(value) > demand.length:
            draft.errors[demand.name] = f"is longer than {demand.length} characters"


def _insert(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    if not drafts:
        return
    for draft, record_id in zip(drafts, _new_ids(model, len(drafts)), strict=True):
        draft.id = record_id
    stamp = {"created_at": change_set.at, "created_by_id": change_set.actor_id} | _stamp(change_set)
    single = [(a.column.name, a.name) for a in shape_of(model).values() if not a.is_many]
    made = [
        {column: draft.new[name] for column, name in single} | draft.derived | stamp | {"id": draft.id}
        for draft in counted(drafts)
    ]
    change_set.insert(model.__table__, made)
    if change_set.steps is not None:
        unwritten.keep(model, drafts, apart=change_set.apart)
    _write_many(change_set, model, drafts)


def _new_ids(model: type[Record], count: int) -> Iterable[int]:
    """Ids for new rows; an id that history knows is never given again, not even after a purge."""
    table = model.__table__
    if db.session.get_bind().dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        numbers = sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, count))
        return list(db.session.scalars(numbers))
    known = sa.select(sa.func.max(Change.record_id)).where(Change.entity == entity_of(model))
    stored = db.session.scalar(sa.select(sa.func.max(table.c.id)))
    highest = max(stored or 0, db.session.scalar(known) or 0, unwritten.highest(model))
    return range(highest + 1, highest + 1 + count)


def _stamp(change_set: Recording) -> dict[str, Any]:
    return {"updated_at": change_set.at, "updated_by_id": change_set.actor_id, "revision": change_set.id}


def _update(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """One statement per set of changed columns, however many rows share it."""
    shape = shape_of(model)
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for draft in drafts:
        changed = [shape[name] for name in draft.changed if not shape[name].is_many]
        values = {a.column.name: draft.new[a.name] for a in changed} | draft.derived
        groups.setdefault(tuple(sorted(values)), []).append(values | {"of_id": draft.id})
    table, stamp = model.__table__, _stamp(change_set)
    for columns, rows in groups.items():
        values = {name: sa.bindparam(f"to_{name}") for name in columns} | stamp
        statement = sa.update(table).where(table.c.id == sa.bindparam("of_id")).values(values)
        renamed = [{(k if k == "of_id" else f"to_{k}"): v for k, v in row.items()} for row in rows]
        change_set.execute(statement, renamed)
    _write_many(change_set, model, drafts)


def _write_many(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    for attribute in shape_of(model).values():
        if attribute.is_many:
            _write_links(change_set, attribute, drafts)


def _write_links(change_set: Recording, attribute: Attribute, drafts: list[Draft]) -> None:
    added, removed = [], []
    for draft in counted(drafts):
        old, new = set(draft.was.get(attribute.name) or ()), set(draft.new[attribute.name] or ())
        if old == new:
            continue
        added += [(draft.id, item) for item in sorted(new - old)]
        removed += [(draft.id, item) for item in sorted(old - new)]
    if attribute.sort == "many":
        table, owner, item = attribute.secondary, "owner_id", "target_id"
        new_rows = [{owner: o, item: i} for o, i in added]
    else:
        table, owner, item = attribute.target.__table__, "system_id", "text"
        new_rows = [attribute.target.row(o, i) for o, i in added]
    if removed:
        gone = sa.delete(table).where(table.c[owner] == sa.bindparam("o"), table.c[item] == sa.bindparam("i"))
        change_set.execute(gone, [{"o": o, "i": i} for o, i in removed])
    change_set.insert(table, new_rows)


def _log(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    shape, entity = shape_of(model), entity_of(model)
    wanted: dict[str, set[int]] = {}
    for draft in counted(drafts):
        for name in draft.changed:
            if shape[name].sort in ("one", "many"):
                wanted.setdefault(name, set()).update(_ids(draft.new[name]))
    names = {name: names_of(shape[name].target, ids) for name, ids in wanted.items()}
    for draft in counted(drafts):
        diff = diff_of(shape, draft, names)
        action = "create" if draft.is_new else "update"
        name = name_of(model, draft.new | draft.derived)
        change_set.add(entity, draft.record_id, name, action, diff)
        change_set.warnings += [Warned(draft.record_id, name, warning) for warning in draft.warnings]


def _ids(value: Any) -> Iterable[int]:
    if isinstance(value, list):
        return value
    return () if value is None else (value,)


def delete(
    change_set: Recording,
    model: type[Record],
    ids: Sequence[int],
    *,
    against: Callable[[type[Record], Sequence[int]], dict[int, str]] = deletion.blockers,
    note: dict[str, list[Any]] | None = None,
) -> dict[int, str]:
    """Put records into the bin, what they own with them; `{id: reason}` for those that stay.

    `against` tells what stands against it, `note` what the history says besides.
    """
    rows = [row for row in read(model, ids, [model.__label__, "deleted_at"]) if not row["deleted_at"]]
    blocked = against(model, [row.id for row in rows])
    going = [row for row in rows if row.id not in blocked]
    for owned, attribute in deletion.owned_by(model):
        children = deletion.live_children(owned, attribute, [row.id for row in going])
        delete(change_set, owned, list(children))
    _loosen(change_set, model, [row.id for row in going])
    mark(change_set, model, [row.id for row in going], change_set.at)
    rules.of(model).leave(change_set, model, going)
    for row in going:
        change_set.add(entity_of(model), row.id, name_of(model, row.values), "delete", note or {})
    return blocked


def _loosen(change_set: Recording, model: type[Record], ids: Sequence[int]) -> None:
    """Empty the links of what stays without these records."""
    for user, attribute in deletion.loosened_by(model):
        drafts = []
        for row_id, targets in deletion.pointing(user, attribute, ids).items():
            emptied = Delta(remove=frozenset(targets)) if attribute.is_many else None
            drafts.append(Draft(row_id, {attribute.name: emptied}))
        write(change_set, user, drafts, exact=True)


def mark(change_set: Recording, model: type[Record], ids: Sequence[int], deleted_at: Any) -> None:
    """Say that records are in the bin since a moment, or not (None); whoever calls keeps the rules."""
    table = model.__table__
    for part in chunks(ids):
        values = _stamp(change_set) | {"deleted_at": deleted_at}
        change_set.execute(sa.update(table).where(table.c.id.in_(part)).values(values))
