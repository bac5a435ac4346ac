"""Bulk edits from the grid: what is wanted of the ticked rows, a preview with counts, the result."""

from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.grid.listing import from_text
from app.blueprints.grid.lists import ids_of
from app.blueprints.grid.pieces import offered
from app.entities import forms, orders
from app.entities.entity import Entity, Field
from app.entities.links import is_id
from app.extensions import db
from app.htmx import wants_fragment
from app.security.access import may_delete, sees_internal
from app.services import bulk, changes, records
from app.services.drafts import Refused
from app.services.reading import read
from app.times import zone

HOW = orders.WORDS | {"delete": "Delete"}


def fields_of(entity: Entity) -> list[Field]:
    """The fields that many rows can be given at once."""
    return orders.fields_for_many(entity, sees_internal(current_user))


def dialog(entity: Entity) -> str:
    """The dialog that asks which field gets which value."""
    how = request.args.get("how", "set")
    items = [item for item in fields_of(entity) if how == "set" or item.kind.is_many]
    chosen = next((item for item in items if item.name == request.args.get("field")), None)
    choices, complete = offered(chosen) if chosen else ([], False)
    return render_template(
        "entity/_bulk.html", entity=entity, how=how, hows=HOW, items=items, item=chosen,
        pick="pick" in request.args or not chosen, choices=choices, complete=complete, query=request.args.get("query", ""), ids=request.args.get("ids", ""),
    )  # fmt: skip


def run(entity: Entity) -> str | Response | tuple[str, int]:
    """Preview a bulk edit, or with `apply` do it, as one change set."""
    how = request.form.get("how", "set")
    if how not in HOW:
        abort(400, "how: set, add, remove or delete")
    ids = _ids(entity)
    item = None if how == "delete" else _item(entity, how)
    try:
        if "apply" not in request.form:
            return _preview(entity, ids, item, how)
        result, change_set = _delete(entity, ids) if item is None else _apply(entity, ids, item, how)
    except Refused as error:
        db.session.rollback()
        text = "; ".join(error.errors.values())
        return render_template("entity/_bulk_error.html", text=text), 422
    return _said(entity, result, change_set)


def _ids(entity: Entity) -> list[int]:
    """The ticked rows, or all that match."""
    if "query" in request.form and not request.form.get("ids"):
        return ids_of(from_text(entity, request.form["query"]))
    texts = ",".join(request.form.getlist("ids")).split(",")
    return list(dict.fromkeys(int(text) for text in texts if is_id(text.strip())))


def _item(entity: Entity, how: str) -> Field:
    items = {item.name: item for item in fields_of(entity)}
    item = items.get(request.form.get("field", ""))
    if item is None or (how != "set" and not item.kind.is_many):
        abort(400, "field: there is no such field to change in many rows")
    return item


def _order(entity: Entity, item: Field, how: str, change_set: Any) -> bulk.Order:
    """What is wanted, in plain values; without a change set nothing is created (`Refused`)."""
    raw = request.form.get("value", "")
    values = forms.parse(entity, {item.name: raw}, zone=zone(), see_internal=sees_internal(current_user))
    if how == "set" and item.kind.is_many:
        raise Refused({item.name: "values are added or removed, not set"})
    return orders.resolve(change_set, entity, {how: values})


def _preview(entity: Entity, ids: list[int], item: Field | None, how: str) -> str:
    """Count what would change; a value that would be created is in no row yet."""
    found, note = bulk.Preview(rows=len(ids), changing=len(ids)), ""
    if item is not None:
        try:
            found = bulk.preview(entity.model, ids, _order(entity, item, how, None))
        except Refused as error:
            if not getattr(item.kind, "grows", False) or how == "remove":
                raise
            note = "; ".join(error.errors.values()) + " yet: it will be created"
    return render_template(
        "entity/_preview.html", entity=entity, found=found, item=item, how=how, hows=HOW, note=note,
        form=request.form, value=_said_value(item), ids=ids,
    )  # fmt: skip


def _said_value(item: Field | None) -> str:
    return request.form.get("shown") or request.form.get("value", "")


def _apply(entity: Entity, ids: list[int], item: Field, how: str) -> tuple[bulk.Applied, changes.Recording]:
    with changes.recording(current_user.id, "bulk") as change_set:
        order = _order(entity, item, how, change_set)
        done = bulk.apply(change_set, entity.model, ids, order)
        change_set.summary = orders.summary(entity, order, done.changed)
    db.session.commit()
    return done, change_set


def _delete(entity: Entity, ids: list[int]) -> tuple[bulk.Applied, changes.Recording]:
    with changes.recording(current_user.id, "bulk") as change_set:
        rows = read(entity.model, ids, [entity.title_field.name, "created_by", "deleted_at"])
        names = {row.id: entity.title_of(row) for row in rows}
        mine = [row.id for row in rows if not row["deleted_at"] and _may_bin(entity, row["created_by"])]
        reasons = {row.id: "only what one has created oneself" for row in rows if row.id not in set(mine)}
        reasons |= records.delete(change_set, entity.model, mine)
        gone = len(names) - len(reasons)
        change_set.summary = f"{gone} {entity.label.lower()} into the bin"
    db.session.commit()
    skipped = [{"record": i, "name": names[i], "field": "", "reason": text} for i, text in reasons.items()]
    return bulk.Applied(gone, skipped=skipped), change_set


def _may_bin(entity: Entity, owner: Any) -> bool:
    return may_delete(current_user, entity.model, owner.id if owner else None)


def _said(entity: Entity, result: bulk.Applied, change_set: changes.Recording) -> str | Response:
    if not wants_fragment():
        flash(change_set.summary)
        return redirect(f"/{entity.plural}", 303)
    return render_template("entity/_done.html", entity=entity, result=result, change_set=change_set)
