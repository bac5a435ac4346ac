"""Pages of one record: its page, its form, its history; and the actions bin, grab and free."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.grid import flows
from app.blueprints.grid.listing import asked
from app.blueprints.grid.lists import rows_of
from app.blueprints.grid.pieces import leave, template_for, told, typed
from app.entities import forms
from app.entities.entity import Entity, Field
from app.entities.links import id_in
from app.extensions import db
from app.htmx import is_htmx, wants_fragment
from app.models.base import entity_of
from app.security.access import load, may_delete, require, sees_internal
from app.services import assignment, changes, deletion, lookups, records
from app.services.drafts import Conflict, Draft, Impossible, Missing, Refused, Warn
from app.services.reading import Row, names_of, plain
from app.times import zone

Answer = Response | str | tuple[str | Response, int] | tuple[str, int, dict[str, str]]


def _form_fields(entity: Entity) -> list[Field]:
    return [item for item in entity.visible(sees_internal(current_user)) if item.editable]


def new(entity: Entity) -> str | Response | tuple[str, int]:
    """The form for a new record; posted, the record."""
    fields = _form_fields(entity)
    if request.method == "GET":
        typed_in = {item.name: request.args.get(item.name, "") for item in fields}
        if source := request.args.get("like", type=int):
            row = load(entity.model, source)
            typed_in |= {item.name: typed(item, row[item.name]) for item in _copied(fields)}
        return _form(entity, fields, typed_in)
    typed_in = _typed_in(fields)
    try:
        wanted = {item.name: typed_in[item.name] for item in fields if item.required or typed_in[item.name]}
        values = forms.parse(entity, wanted, zone=zone(), see_internal=sees_internal(current_user))
        with changes.recording(current_user.id, "ui") as change_set:
            draft = records.create(change_set, entity.model, forms.resolve(change_set, entity, values))
            change_set.summary = f"New {entity.one}: {entity.called(draft)}"
            flows.give(change_set, entity, {draft.record_id: entity.called(draft)})
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _form(entity, fields, typed_in, errors=error.errors), 422
    return _created(entity, draft, change_set)


def _copied(fields: list[Field]) -> list[Field]:
    """The fields that a copy takes over: what many records may share, its name, its texts; not its state or times."""
    shared = [item for item in fields if item.bulk or item.required or item.kind.editor == "markdown"]
    return [
        item for item in shared if item.name != "status" and item.kind.editor != "datetime" or item.required
    ]


def duplicate(entity: Entity, record_id: int) -> Response | tuple[str, int, dict[str, str]]:
    """One more of the same; what can't be there twice opens as the form of a new record."""
    row = load(entity.model, record_id)
    values = {item.name: plain(row[item.name]) for item in _copied(_form_fields(entity))}
    try:
        with changes.recording(current_user.id, "ui") as change_set:
            draft = records.create(change_set, entity.model, values)
            change_set.summary = f"{entity.called(draft)} duplicated"
        db.session.commit()
    except Refused:
        db.session.rollback()
        return leave(f"/{entity.plural}/new?like={record_id}")
    flash(change_set.summary, f"change-set {change_set.id}")
    return leave(f"/{entity.plural}/{draft.id}")


def _created(entity: Entity, draft: Draft, change_set: changes.Recording) -> str | Response:
    text = told(change_set.summary, draft.warnings)
    if not wants_fragment():
        flash(text)
        return redirect(f"/{entity.plural}/{draft.id}", 303)
    found = asked(entity)
    (row,) = rows_of(found, [draft.record_id])
    return render_template(
        "entity/_created.html", entity=entity, row=row, listing=found, change_set=change_set, text=text
    )


def _typed_in(fields: list[Field]) -> dict[str, str]:
    return {item.name: item.kind.of_form(request.form) for item in fields}


def edit(entity: Entity, record_id: int) -> str | Response | tuple[str, int]:
    """The form of a record; posted, only what was touched is written, clashes are listed by field."""
    fields = _form_fields(entity)
    row = load(entity.model, record_id)
    if request.method == "GET":
        typed_in = {item.name: typed(item, row[item.name]) for item in fields}
        return _form(entity, fields, typed_in, row=row, bases=_bases(fields, row))
    typed_in = _typed_in(fields)
    bases = {item.name: request.form.get(f"base.{item.name}", "") for item in fields}
    try:
        draft, change_set = _write(entity, record_id, typed_in, bases)
    except Refused as error:
        db.session.rollback()
        return _form(entity, fields, typed_in, row=row, bases=bases, errors=error.errors), 422
    except Conflict as error:
        db.session.rollback()
        row = load(entity.model, record_id)
        theirs = {name: (entity.field(name), row[name]) for name in error.draft.clashes}
        bases |= {name: item.kind.base(value) for name, (item, value) in theirs.items()}
        return _form(entity, fields, typed_in, row=row, bases=bases, theirs=theirs), 409
    except Missing:
        abort(404)
    if change_set.changes:
        flash(told(change_set.summary, draft.warnings))
    return redirect(f"/{entity.plural}/{record_id}", 303)


def _bases(fields: list[Field], row: Row) -> dict[str, str]:
    return {item.name: item.kind.base(row[item.name]) for item in fields}


def _write(
    entity: Entity, record_id: int, typed_in: dict[str, str], bases: dict[str, str]
) -> tuple[Draft, changes.Recording]:
    values = forms.parse(entity, typed_in, zone=zone(), see_internal=sees_internal(current_user))
    with changes.recording(current_user.id, "ui") as change_set:
        plain = forms.resolve(change_set, entity, values)
        seen = forms.base_values(entity, bases, zone())
        touched = {name: value for name, value in plain.items() if value != seen.get(name)}
        draft = records.update(change_set, entity.model, record_id, touched, seen)
        labels = ", ".join(entity.field(name).label for name in draft.changed if entity.has(name))
        change_set.summary = f"{entity.called(draft)}: {labels}"
    db.session.commit()
    return draft, change_set


def _in_words(item: Field, text: str) -> str:
    """A link that came along as `id:17` as a name, where that name means the same record."""
    record_id = id_in(text) if item.kind.editor == "reference" else None
    named = names_of(item.kind.target, [record_id]).get(record_id) if record_id else None
    if named is None or lookups.find(item.kind.target, [named.name]).get(named.name) != record_id:
        return text
    return named.name


def _form(entity: Entity, fields: list[Field], typed_in: dict[str, str], **more: Any) -> str:
    typed_in = typed_in | {item.name: _in_words(item, typed_in[item.name]) for item in fields}
    context = {"row": None, "bases": {}, "errors": {}, "theirs": {}} | more
    sections: dict[str, list[Field]] = {}
    for item in fields:
        sections.setdefault(item.section, []).append(item)
    name = "_form_dialog" if wants_fragment() and context["row"] is None else "form"
    return render_template(
        template_for(entity, name), entity=entity, sections=sections, typed_in=typed_in, **context
    )


def delete(entity: Entity, record_id: int) -> Answer:
    """Into the bin, unless something still needs it."""
    row = load(entity.model, record_id, [entity.title_field.name])
    owner = row.get("created_by")
    require(may_delete(current_user, entity.model, owner.id if owner else None))
    title = entity.title_of(row)
    with changes.recording(current_user.id, "ui", f"{title} into the bin") as change_set:
        blocked = records.delete(change_set, entity.model, [record_id])
    db.session.commit()
    if blocked:
        text = told(f"{title} stays: {blocked[record_id]}", _in_need(entity, record_id))
        return answer(text, f"/{entity.plural}/{record_id}", bad=True)
    return answer(change_set.summary, f"/{entity.plural}", change_set=change_set)


def _in_need(entity: Entity, record_id: int) -> list[Warn]:
    """The first of the records that stand against a deletion, with links."""
    found = []
    for user, _, _, users in deletion.users_of(entity.model, [record_id]):
        for one in names_of(user, users[: deletion.NAMED]).values():
            record = {"entity": entity_of(user), "id": one.id, "name": one.name}
            found.append(Warn("", one.name[:80], record))
    return found


def assign(entity: Entity, record_id: int, act: Any) -> Answer:
    """Grab or free: only one is faster, the other is told who."""
    word = "grabbed" if act is assignment.grab else "freed"
    return do(entity, record_id, word, lambda s: act(s, entity.model, record_id, current_user.id))


def do(entity: Entity, record_id: int, word: str, act: Callable[[changes.Recording], Draft]) -> Answer:
    """Something that is done to a record by one press: what happened, or why not (409)."""
    address = f"/{entity.plural}/{record_id}"
    try:
        with changes.recording(current_user.id, "ui") as change_set:
            draft = act(change_set)
            change_set.summary = f"{entity.called(draft)} {word}"
        db.session.commit()
    except Impossible as reason:
        db.session.rollback()
        return answer(str(reason), address, bad=True, status=409)
    except Missing:
        db.session.rollback()
        abort(404)
    return answer(change_set.summary, address, change_set=change_set)


def answer(
    text: str, address: str, *, change_set: Any = None, bad: bool = False, status: int = 200
) -> Answer:
    """Say what happened: a toast for htmx, else a message on the page that it leads to."""
    if not is_htmx():
        flash(text, "error" if bad else "message")
        return redirect(address, 303)
    if change_set and request.form.get("leave"):
        flash(text, f"change-set {change_set.id}")
        return "", status, {"HX-Redirect": address}
    return render_template("entity/_toast.html", text=text, bad=bad, change_set=change_set), status
