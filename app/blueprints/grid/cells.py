"""One cell: its editor, saving it, and what happens when somebody else was faster."""

from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request
from flask_login import current_user

from app.blueprints.grid.listing import asked
from app.blueprints.grid.lists import rows_of
from app.blueprints.grid.pieces import offered, picks, said, told, typed
from app.entities import forms
from app.entities.entity import Entity, Field
from app.entities.links import Reference, id_in
from app.extensions import db
from app.models.changes import Change, ChangeSet
from app.security.access import sees_internal
from app.services import changes, records
from app.services.drafts import Conflict, Draft, Held, Missing, Refused
from app.services.reading import Row, names_of, read_one
from app.times import zone

Answer = tuple[str, int]


def field_of(entity: Entity, name: str) -> Field:
    """The editable field of a cell, or 404."""
    visible = {item.name: item for item in entity.visible(sees_internal(current_user))}
    item = visible.get(name)
    return item if item and item.editable else abort(404)


def choosable(entity: Entity, name: str) -> Field:
    """What a type-ahead serves (filters have one too), or 404."""
    see = sees_internal(current_user)
    visible = entity.filterable(see) | {item.name: item for item in entity.visible(see)}
    return visible.get(name) or abort(404)


def show(entity: Entity, record_id: int, name: str) -> Answer:
    """The editor of a cell; with `show`, the cell as it is now."""
    item = field_of(entity, name)
    row = _live(entity, record_id, name)
    if row is None:
        return _gone(entity, item, ""), 404
    if "show" in request.args:
        return render_template("entity/_shown.html", entity=entity, item=item, row=row), 200
    return _editor(entity, item, row), 200


def _live(entity: Entity, record_id: int, name: str) -> Row | None:
    row = read_one(entity.model, record_id, [name, entity.title_field.name, "deleted_at"])
    return None if row is None or row["deleted_at"] else row


def _editor(entity: Entity, item: Field, row: Row, **more: Any) -> str:
    """The form that edits a cell: with what is stored, or with what was typed (`text`)."""
    value = row[item.name]
    choices, complete = offered(item)
    context = {
        "text": typed(item, value),
        "base": item.kind.base(value),
        "choices": choices,
        "complete": complete,
        "error": "",
    } | more
    context["value"] = more.get("text", context["base"])
    if item.kind.is_many:
        context["picks"] = picks(item, context["value"])
    return render_template("entity/_editor.html", entity=entity, item=item, row=row, **context)


def save(entity: Entity, record_id: int, name: str) -> Answer:
    """Store what was typed: 200 with cell and row, 422, 409 with both values, 404 if it is gone."""
    item = field_of(entity, name)
    raw, base = request.form.get("value", ""), request.form.get("base")
    try:
        draft, change_set = _store(entity, record_id, item, raw, base)
    except Refused as error:
        db.session.rollback()
        row = _live(entity, record_id, name)
        if row is None:
            return _gone(entity, item, raw), 404
        text = "; ".join(
            message if key in (name, "") else f"{key}: {message}" for key, message in error.errors.items()
        )
        more = {} if base is None else {"base": base}
        more["held"] = next((fault.path for fault in error.errors.values() if isinstance(fault, Held)), "")
        return _editor(entity, item, row, text=raw, error=text, **more), 422
    except Conflict:
        db.session.rollback()
        return _conflict(entity, item, record_id, raw), 409
    except Missing:
        db.session.rollback()
        return _gone(entity, item, raw), 404
    return _saved(entity, item, draft, change_set), 200


def _store(
    entity: Entity, record_id: int, item: Field, raw: str, base: str | None
) -> tuple[Draft, changes.Recording]:
    values = forms.parse(entity, {item.name: raw}, zone=zone(), see_internal=sees_internal(current_user))
    with changes.recording(current_user.id, "ui") as change_set:
        plain = forms.resolve(change_set, entity, values)
        seen = {} if base is None else forms.base_values(entity, {item.name: base}, zone())
        draft = records.update(change_set, entity.model, record_id, plain, seen)
        change_set.summary = _summary(entity, item, draft, change_set)
    db.session.commit()
    return draft, change_set


def _summary(entity: Entity, item: Field, draft: Draft, change_set: changes.Recording) -> str:
    """What the toast says: "SRV01: Status Unknown → Clean"."""
    own = [c for c in change_set.changes if c["entity"] == entity.plural and item.name in c["diff"]]
    if not own:
        return ""
    old, now = own[-1]["diff"][item.name]
    title = entity.called(draft) or own[-1]["name"]
    return f"{str(title)[:80]}: {item.label} {said(old)} → {said(now)}"


def _saved(entity: Entity, item: Field, draft: Draft, change_set: changes.Recording) -> str:
    found = asked(entity)
    (row,) = rows_of(found, [draft.record_id], item.name)
    context = {
        "row": row,
        "listing": found,
        "change_set": change_set,
        "text": told(change_set.summary, draft.warnings),
    }
    return render_template("entity/_saved.html", entity=entity, item=item, **context)


def _conflict(entity: Entity, item: Field, record_id: int, raw: str) -> str:
    row = _live(entity, record_id, item.name)
    if row is None:
        return _gone(entity, item, raw)
    by, at = last_change(entity, record_id, item.name)
    return render_template(
        "entity/_conflict.html",
        entity=entity,
        item=item,
        row=row,
        mine=raw,
        said_mine=_said_mine(item, raw),
        base=item.kind.base(row[item.name]),
        by=by,
        at=at,
    )


def _said_mine(item: Field, raw: str) -> str:
    """What somebody typed or picked, in words."""
    if isinstance(item.kind, Reference) and (picked := id_in(raw)) is not None:
        named = names_of(item.kind.target, [picked])
        return next((one.name for one in named.values()), raw)
    return raw


def last_change(entity: Entity, record_id: int, name: str) -> tuple[str, Any]:
    """Who changed a field last, and when."""
    statement = (
        sa.select(Change, ChangeSet)
        .join(ChangeSet, ChangeSet.id == Change.change_set_id)
        .where(Change.entity == entity.plural, Change.record_id == record_id)
        .order_by(ChangeSet.id.desc())
        .limit(50)
    )
    for change, change_set in db.session.execute(statement):
        if name in change.diff:
            return (change_set.actor.username if change_set.actor else "Spoor"), change_set.at
    return "somebody", None


def _gone(entity: Entity, item: Field, text: str) -> str:
    return render_template("entity/_gone.html", entity=entity, item=item, text=text)
