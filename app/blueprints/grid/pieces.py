"""What the views share: which template an entity uses, how its editors are offered."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, g
from flask_login import current_user
from markupsafe import Markup

from app.entities.choices import choice_rows
from app.entities.entity import Entity, Field
from app.entities.links import Reference, id_in
from app.entities.several import as_list
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
    kind = item.kind
    if item.required:
        return False
    return kind.is_many or kind.column.nullable or kind.editor in ("text", "markdown")


def once(macro: Any, item: Field, value: Any) -> Markup:
    """What a macro makes of a value of a field: made once a request, since most cells of a column look alike."""
    known = g.setdefault("looks", {})
    key = (macro.name, id(item), tuple(value) if isinstance(value, list) else value)
    if key not in known:
        known[key] = macro(item, value)
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
        once=once,
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
