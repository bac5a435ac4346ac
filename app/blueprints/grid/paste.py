"""A block of cells from a spreadsheet: read as the editor of a cell reads, previewed, one change set.

The page sends the revision of each row that it shows: what others changed since then is the `base`
that no longer holds, so their values are never overwritten unseen.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from flask import render_template, request
from flask_login import current_user

from app.blueprints.grid.block import Block, Cell, read_block
from app.entities import forms
from app.entities.entity import Entity, Field
from app.entities.links import Reference
from app.extensions import db
from app.models.changes import Change, ChangeSet
from app.security.access import sees_internal
from app.services import changes, records
from app.services.bulk import Applied
from app.services.changes import Recording
from app.services.drafts import Draft, Refused
from app.services.lookups import Pick, find, find_or_create
from app.services.reading import Row, read
from app.times import zone


def run(entity: Entity) -> str | tuple[str, int]:
    """Save what touches one row at once; preview what touches more, or what has faults."""
    try:
        block = read_block(entity)
    except Refused as error:
        return render_template("entity/_toast.html", text="; ".join(error.errors.values()), bad=True), 422
    change_set = _try(block)
    if refused := {(cell.record_id, cell.name): cell.fault for cell in block.faulty if cell.creates}:
        db.session.rollback()
        block = read_block(entity)
        block.left_out = refused
        change_set = _try(block)
    count = len(block.changing)
    simple = block.count_rows() == 1 and not (block.faulty or block.outside or block.kept)
    if count and (simple or "apply" in request.form):
        db.session.commit()
        return _done(block, change_set)
    db.session.rollback()
    if not count and not block.faulty and not block.outside:
        return render_template("entity/_toast.html", text="Nothing to change: it is like that already."), 200
    return render_template("entity/_paste.html", entity=entity, block=block, form=request.form), 200


def _try(block: Block) -> Recording:
    """Write it without committing."""
    with changes.recording(current_user.id, "bulk" if len(block.rows) > 1 else "ui") as change_set:
        block.revision = change_set.id - 1
        _write(change_set, block)
        change_set.summary = _summary(block)
    return change_set


def _summary(block: Block) -> str:
    """What the message says: "SRV01: 3 cells pasted"."""
    cells = block.changing
    if len(cells) == 1:
        return f"{cells[0].row[:80]}: {cells[0].label} {cells[0].was or 'empty'} → {cells[0].text or 'empty'}"
    if block.count_rows() == 1:
        return f"{cells[0].row[:80]}: {len(cells)} cells pasted"
    return f"{len(cells)} cells of {block.count_rows()} {block.entity.label.lower()} pasted"


def _write(change_set: Recording, block: Block) -> None:
    """Write every cell that can be; what a rule refuses is left out of its row and named."""
    drafts = list(_drafts(change_set, block))
    _settle(block, records.write(change_set, block.entity.model, drafts))
    again = [
        Draft(draft.id, kept, draft.base)
        for draft in drafts
        if not draft.is_good and (kept := _without_faults(draft))
    ]
    _settle(block, records.write(change_set, block.entity.model, again), last=True)


def _without_faults(draft: Draft) -> dict[str, Any]:
    return {
        name: value for name, value in draft.values.items() if name not in {*draft.errors, *draft.clashes}
    }


def _drafts(change_set: Recording, block: Block) -> Iterator[Draft]:
    entity, title = block.entity, block.entity.title_field
    names = {item.name for item in block.fields if item} | {title.name, "deleted_at"}
    stored = {
        row.id: row for row in read(entity.model, list(block.rows), list(names)) if not row["deleted_at"]
    }
    _look_up(change_set, block, stored)
    moved = _moved(block, stored)
    for record_id, line in zip(block.rows, block.lines, strict=False):
        row, values = stored.get(record_id), {}
        for item, text in zip(block.fields, line, strict=False):
            cell = _cell(block, row, record_id, item, text)
            block.cells.append(cell)
            if item and not cell.fault and (value := _value(change_set, block, item, cell)) is not None:
                values[item.name] = value[0]
        if values:
            yield Draft(record_id, values, moved.get(record_id, {}))


def _cell(block: Block, row: Row | None, record_id: int, item: Field | None, text: str) -> Cell:
    shown = block.entity.title_of(row) if row else f"{block.entity.one} {record_id}"
    if item is None:
        return Cell(record_id, shown, "", "", text, fault="there is no such column")
    cell = Cell(record_id, shown, item.label, item.name, text)
    if row is None:
        cell.fault = "is not there any more"
    elif reason := block.left_out.get((record_id, item.name)):
        cell.fault = reason
    elif not item.editable:
        cell.fault = "can't be edited"
    else:
        cell.was = item.kind.show(row[item.name])
    return cell


def _value(change_set: Recording, block: Block, item: Field, cell: Cell) -> tuple[Any] | None:
    """The plain value of a cell, read once per text; None, with a fault in the cell, if it means nothing."""
    key = (item.name, cell.text)
    if key not in block.known:
        try:
            seen = sees_internal(current_user)
            parsed = forms.parse(block.entity, {item.name: cell.text}, zone=zone(), see_internal=seen)
            block.known[key] = _plain(change_set, block, item, parsed[item.name])
        except (Refused, ValueError) as error:
            reasons = error.errors.values() if isinstance(error, Refused) else [str(error)]
            block.known[key] = (Refused({"": "; ".join(reasons)}), False)
    value, cell.creates = block.known[key]
    if isinstance(value, Refused):
        cell.fault = value.errors[""]
        return None
    return (value,)


def _plain(change_set: Recording, block: Block, item: Field, parsed: Any) -> tuple[Any, bool]:
    """The plain value, and whether it is created by this paste; `ValueError`, `Refused` if it means nothing."""
    kind = item.kind
    if not isinstance(kind, Reference):
        return kind.resolve(change_set, parsed), False
    names = {one.name for one in _picks(parsed)}
    if not names <= block.ids.get(kind.target, {}).keys():
        return kind.resolve(change_set, parsed), False
    found = sorted({block.ids[kind.target][name] for name in names})
    return (found if kind.is_many else next(iter(found), None)), not names.isdisjoint(
        block.fresh[kind.target]
    )


def _picks(parsed: Any) -> list[Pick]:
    return parsed if isinstance(parsed, list) else [parsed] if parsed else []


def _look_up(change_set: Recording, block: Block, stored: dict[int, Row]) -> None:
    """Find all names of the block at once, and create those that may be; a bad one is told by its cell."""
    wanted: dict[Any, set[str]] = {}
    for record_id, line in zip(block.rows, block.lines, strict=False):
        for item, text in zip(block.fields, line, strict=False) if record_id in stored else ():
            if (
                item
                and item.editable
                and isinstance(item.kind, Reference)
                and (record_id, item.name) not in block.left_out
            ):
                with suppress(ValueError):
                    names = {one.name for one in _picks(item.kind.parse(text)) if one.name}
                    wanted.setdefault(item.kind.target, set()).update(names)
    for target, names in wanted.items():
        block.ids[target] = find(target, names)
        block.fresh[target] = names - block.ids[target].keys()
        if target.__grows__ and block.fresh[target]:
            with suppress(Refused):
                find_or_create(change_set, target, block.fresh[target])
            block.ids[target] = find(target, names)


def _moved(block: Block, stored: dict[int, Row]) -> dict[int, dict[str, Any]]:
    """What others changed since the page showed it: the value it had, as the base of a draft."""
    stale = {i: block.rows[i] for i, row in stored.items() if row.revision > block.rows[i]}
    statement = (
        sa.select(Change.record_id, Change.change_set_id, Change.diff)
        .join(ChangeSet, ChangeSet.id == Change.change_set_id)
        .where(Change.entity == block.entity.plural, Change.record_id.in_(stale))
        .where(
            ChangeSet.id > min(stale.values(), default=0),
            ChangeSet.actor_id.is_distinct_from(current_user.id),
        )
        .order_by(ChangeSet.id)
    )
    bases: dict[int, dict[str, Any]] = {}
    for record_id, number, diff in db.session.execute(statement) if stale else ():
        for name, (old, _) in diff.items():
            if number > max(stale[record_id], block.kept.get((record_id, name), 0)):
                bases.setdefault(record_id, {}).setdefault(name, _base(block.entity, name, old))
    return bases


def _base(entity: Entity, name: str, old: Any) -> Any:
    """Several values are merged against what was seen; a single one just differs from it."""
    if not entity.has(name) or not entity.field(name).kind.is_many:
        return forms.NOWHERE
    return [one["id"] if isinstance(one, dict) else one for one in old or ()]


def _settle(block: Block, drafts: list[Draft], last: bool = False) -> None:
    """Tell each cell what became of it."""
    cells = {(cell.record_id, cell.name): cell for cell in block.cells}
    for draft in drafts:
        touched = [cells[draft.record_id, name] for name in draft.values]
        for cell in touched:
            if cell.name in draft.clashes:
                theirs = block.entity.field(cell.name).kind.show(draft.old[cell.name]) if draft.old else ""
                cell.fault = f"somebody else changed it meanwhile to “{theirs}”"
                cell.clashes = True
            elif cell.name in draft.errors:
                cell.fault = draft.errors[cell.name]
            elif draft.is_good:
                cell.changes = cell.name in draft.changed
                cell.is_kept = (cell.record_id, cell.name) in block.kept
        others = {n: text for n, text in draft.errors.items() if (draft.record_id, n) not in cells}
        for cell in touched if others or (last and not draft.is_good) else ():
            cell.fault = cell.fault or "; ".join(f"{n}: {text}" for n, text in draft.errors.items())


def _done(block: Block, change_set: Recording) -> str:
    skipped = [
        {"record": cell.record_id, "name": cell.row, "field": cell.label, "reason": cell.fault}
        for cell in block.faulty
    ]
    result = Applied(len(block.changing), skipped=skipped, warnings=change_set.warnings)
    return render_template("entity/_done.html", entity=block.entity, result=result, change_set=change_set)
