"""Systems from pasted names: checked while one types, with attributes, made as one change set."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask_login import current_user

from app.blueprints.grid import flows
from app.blueprints.pasting import CREATING, SHOWN, find_set, pasted_text, told
from app.entities import forms, orders, registry
from app.entities.entity import Field
from app.extensions import db
from app.importing.pasted import understood
from app.security.access import sees_internal
from app.security.permissions import EDIT, SEE, needs
from app.services import changes, creation, name_sets
from app.services.changes import Recording
from app.services.drafts import Refused
from app.services.naming import Answer, Found, Line
from app.times import zone

bp = Blueprint("creating", __name__)


@bp.get("/systems/create")
@needs(EDIT)
def ask():
    """The form: names and what all of them get."""
    return _form({item.name: request.args.get(item.name, "") for item in _fields()})


@bp.post("/systems/create")
@needs(EDIT)
def create():
    """Make what is new in the names, all of it or what is good."""
    typed_in = {item.name: "; ".join(request.form.getlist(item.name)) for item in _fields()}
    if "begin" in request.form or "check" in request.form:
        return _form(typed_in)
    try:
        values = forms.parse(
            registry.entity("systems"),
            {name: text for name, text in typed_in.items() if text},
            zone=zone(),
            see_internal=sees_internal(current_user),
        )
        kept = _create(pasted_text(), values, skip="skip" in request.form)
    except creation.Stopped as stopped:
        db.session.rollback()
        return _form(typed_in, asked=stopped.asked, error=str(stopped)), 422
    except Refused as refused:
        db.session.rollback()
        return _form(typed_in, errors=refused.errors, error=refused.errors.get("names", "")), 422
    return redirect(f"/systems/created/{kept.id}", 303)


def _create(text: str, values: dict[str, Any], *, skip: bool) -> name_sets.NameSet:
    made: list[int] = []
    asked = Answer()

    def work(change_set: Recording) -> None:
        nonlocal made, asked
        asked = understood(text)
        # what grows is made only if something gets it
        wanted = values if asked.of(Found.NEW) else {}
        plain = forms.resolve(change_set, registry.entity("systems"), wanted)
        made = creation.create(change_set, asked, plain, skip=skip)
        names = {line.ids[0]: line.name for line in asked.of(Found.NEW) if line.ids}
        flows.give(change_set, registry.entity("systems"), names)

    change_set = changes.record(work, current_user.id, "creator", "", job_id=None)
    lines = [asdict(line) for sort, _, _ in CREATING if sort != Found.NEW for line in asked.of(sort)[:SHOWN]]
    answered = {"counts": asked.counts, "note": asked.note, "lines": lines}
    kept = name_sets.keep(
        current_user.id, "new system", text, made, told=answered, change_set_id=change_set.id
    )
    db.session.commit()
    return kept


def _fields() -> list[Field]:
    return orders.fields_for_many(registry.entity("systems"), sees_internal(current_user))


def _form(typed_in: dict[str, str], *, asked: Answer | None = None, **more: Any) -> str:
    sections: dict[str, list[Field]] = {}
    for item in _fields():
        sections.setdefault(item.section, []).append(item)
    context = told(pasted_text(), "create", asked) | {"errors": {}} | {k: v for k, v in more.items() if v}
    return render_template("names/create.html", sections=sections, typed_in=typed_in, **context)


@bp.get("/systems/created/<int:set_id>")
@needs(SEE)
def created(set_id: int):
    """What a creator made, what it left out and why."""
    kept = find_set(set_id)
    asked = Answer(
        [Line(**line | {"found": Found(line["found"])}) for line in kept.told.get("lines", ())],
        kept.told.get("note", ""),
    )
    return render_template(
        "names/created.html", kept=kept, asked=asked, counts=kept.told.get("counts", {}), sorts=CREATING,
        known=asked.names(), shown=SHOWN, text=kept.text,
    )  # fmt: skip
