"""What the views share: which template an entity uses, how its editors are offered."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, g, redirect, render_template
from flask_login import current_user
from jinja2_fragments.flask import render_block
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.entities.choices import choice_rows
from app.entities.computed import Count
from app.entities.entity import Entity, Field
from app.entities.links import Reference, id_in
from app.entities.several import as_list
from app.extensions import db
from app.htmx import is_htmx, wants_fragment
from app.models.jobs import Job
from app.models.users import User
from app.security.access import may_delete, may_write, sees_internal
from app.services.drafts import Warn
from app.services.reading import Named, Row, names_of
from app.times import typed_time

OFFERED = 50
"""As many values are offered at once; more are found by typing."""


def template_for(entity: Entity, name: str) -> str:
    """The entity's own template if it has one, else the generic one."""
    names = [f"{entity.plural}/{name}.html", f"entity/{name}.html"]
    return current_app.jinja_env.select_template(names).name


def offered(item: Field, text: str = "") -> tuple[list[Named], bool]:
    """The values that an editor offers for a text, and whether these are all that there are."""
    kind = item.kind
    if isinstance(kind, Reference):
        rows = choice_rows(kind.target, text, OFFERED + 1)
        if kind.target is User and not text:
            rows.sort(key=lambda row: row.id != current_user.id)
        return [row._replace(note="") for row in rows[:OFFERED]], len(rows) <= OFFERED
    if not hasattr(kind, "choices"):
        return [], False
    pairs = [(value, words) for value, words in kind.choices() if text.casefold() in words.casefold()]
    return [Named(0, words, note=value) for value, words in pairs], True


def option_value(choice: Named) -> str:
    """What an offered value is sent as."""
    return f"id:{choice.id}" if choice.id else choice.note


def picks(item: Field, raw: str) -> list[tuple[str, str, str]]:
    """The values of a many-valued field as an editor shows them: (value, words, tone)."""
    items = [str(part) for part in as_list(raw)]
    ids = [found for part in items if (found := id_in(part)) is not None]
    named = names_of(item.kind.target, ids) if ids and isinstance(item.kind, Reference) else {}
    known = {f"id:{key}": one for key, one in named.items()}
    return [
        (part, known[part].name, known[part].tone) if part in known else (part, part, "") for part in items
    ]


def said(value: Any) -> str:
    """A value of a diff in a few words."""
    if isinstance(value, list):
        return ", ".join(said(part) for part in value) or "empty"
    if isinstance(value, dict):
        return value["name"]
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if value is None else str(value)
    return (text if len(text) <= 60 else f"{text[:60]}…") or "empty"


def typed(item: Field, value: object) -> str:
    """A stored value as an editor offers it."""
    if item.kind.editor == "datetime":
        return typed_time(value)
    return item.kind.show(value)


def may_be_empty(item: Field) -> bool:
    """True if records can be without a value of this field."""
    return not item.required and item.kind.may_be_empty


def cells(
    rest: Any,
    entity: Entity,
    row: Row,
    columns: Sequence[Field],
    writable: bool,
    lead: bool = True,
    part: str = "",
    marks: Any = None,
) -> Markup:
    """The cells of a row, the first of them as its head unless told otherwise; `part`: a section of a page.

    `marks` is the macro of what stands beside the name, which differs by row.

    The macro `rest` makes what follows the row's id; what looks alike is made once a request, since
    most cells of a column do. A NUL, which no value has, stands for the id.
    """
    known, html = g.setdefault("looks", {}), []
    for item in columns:
        value = row.values[item.name]
        is_lead = lead and item is columns[0]
        key = (id(item), tuple(value) if isinstance(value, list) else value, is_lead, part)
        if key not in known:
            known[key] = rest(item, value, is_lead, writable, _address(entity, item), part)
        beside = marks(entity, row) if marks and is_lead and entity.loose and not part else ""
        html.append(f'<td id="c\0-{known[key]}{beside}</td>')
    cell = "".join(html).replace("\0", str(row.id))
    return Markup(cell)  # noqa: S704 (an id that is a number, and what the macro escaped)


def _address(entity: Entity, item: Field) -> str:
    """Where a cell leads, with a NUL for the id: to the record, to the list of what it counts, nowhere."""
    if isinstance(item.kind, Count):
        return f"{item.kind.query}\0"
    return f"/{entity.plural}/\0" if item.link else ""


def dialog_or_page(template: str, **context: Any) -> str:
    """A template whose page is a dialog: over the list that asked for it, without scripts on a page of its own."""
    return (
        render_block(template, "page", **context)
        if wants_fragment()
        else render_template(template, **context)
    )


def leave(address: str) -> Response | tuple[str, int, dict[str, str]]:
    """To another page."""
    return ("", 200, {"HX-Redirect": address}) if is_htmx() else redirect(address, 303)


def lead_to(job: Job) -> Response:
    """To the page of a job that was just enqueued: what was asked for takes longer than a request may."""
    address = f"/jobs/{job.id}"
    db.session.commit()
    return Response(status=204, headers={"HX-Redirect": address}) if is_htmx() else redirect(address, 303)


def once(macro: Any, item: Field, value: Any, *more: Any) -> Markup:
    """What a macro makes of a value of a field: made once a request, since most cells of a column look alike."""
    known = g.setdefault("looks", {})
    key = (macro.name, id(item), tuple(value) if isinstance(value, list) else value, more)
    if key not in known:
        known[key] = macro(item, value, *more)
    return known[key]


def told(summary: str, warnings: Sequence[Warn]) -> Markup | str:
    """What a toast says: what was done, and what is noteworthy about it, with links."""
    lines: list[Markup | str] = [summary]
    for one in warnings:
        link = Markup(' <a href="/{entity}/{id}">Open</a>').format(**one.record) if one.record else ""
        lines.append(Markup("{}{}").format(one.message, link))
    return Markup("<br>").join(lines) if warnings else summary


def init_app(app) -> None:
    """Give the generic templates what they ask."""
    app.jinja_env.globals.update(
        cells=cells,
        once=once,
        wants_fragment=wants_fragment,
        option_value=option_value,
        filter_choices=offered,
        said=said,
        may_be_empty=may_be_empty,
        is_loose=lambda entity, row: entity.is_loose(row),
        may_see_internal=lambda: sees_internal(current_user),
        may_write=lambda entity: may_write(current_user, entity.model),
        may_delete=_may_delete,
    )


def _may_delete(entity: Entity, row: Row) -> bool:
    owner = row.get("created_by")
    return may_delete(current_user, entity.model, owner.id if owner else None)
