"""Bulk edits from the grid: what is wanted of the rows, a preview with counts, the result, as one change set.

A preview carries what it saw (`seen`): the rows, the newest revision, what was wanted. So what is applied is what
was previewed, and what others changed meanwhile is named instead of overwritten.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.grid import wishes
from app.blueprints.grid.pieces import dialog_or_page, lead_to, offered
from app.entities import orders, registry
from app.entities.entity import Entity
from app.extensions import db
from app.htmx import wants_fragment
from app.models.jobs import Job
from app.security.access import may_delete, sees_internal
from app.services import bulk, changes, jobs, records, workflows
from app.services.bulk import Applied
from app.services.changes import Recording
from app.services.drafts import Refused
from app.services.reading import read
from app.times import zone

SHOWN = 5
"""So many rows a preview shows before and after."""
Answer = str | Response | tuple[str, int]


@dataclass
class Preview:
    """What a bulk edit would do, and what it looked at."""

    ids: list[int]
    revision: int
    wanted: str
    done: Applied = field(default_factory=Applied)
    sample: bulk.Diffs = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    """What would be made on the way, such as new tags."""

    @property
    def changes(self) -> bool:
        """True if there is anything to apply."""
        return bool(self.done.changed or (self.done.made and self.done.made.changing))


def dialog(entity: Entity, named: str = "", **more: Any) -> str:
    """The form for all that match a query, for the rows of the request, or for those that are ticked.

    It is of one field if the request names it, else of all; without scripts it is a page.
    """
    values = request.values
    asked = {"ids": values.get("ids", ""), "query": named or values.get("query", "")}
    context = {"how": values.get("how", ""), "asked": asked, "item": None, "preview": None, "errors": {}}
    if asked["ids"] or asked["query"]:
        context["total"] = len(wishes.rows_of(entity, named))
    if context["how"] != "delete":
        found = wishes.of_form(entity)
        item = next((one.item for one in found if one.item.name == values.get("field")), None)
        choices, complete = offered(item) if item else ([], False)
        context |= {"item": item, "choices": choices, "complete": complete, "value": values.get("value", "")}
        context["wishes"] = found
    return dialog_or_page("entity/bulk.html", entity=entity, **context | more)


def run(entity: Entity) -> Answer:
    """Preview a bulk edit, or with `apply` do it."""
    try:
        if request.form.get("how") == "delete":
            return _delete(entity)
        return _change(entity, wishes.body_of(entity))
    except Refused as error:
        db.session.rollback()
        return _refused(entity, error.errors), 422


def _refused(entity: Entity, errors: dict[str, str]) -> str:
    labels = {name: entity.field(name).label for name in errors if entity.has(name)}
    told = {labels.get(name, name): text for name, text in errors.items()}
    if wants_fragment():
        return render_template("entity/_refused.html", errors=told)
    return dialog(entity, errors=told)


def _change(entity: Entity, asked: dict[str, Any]) -> Answer:
    see = sees_internal(current_user)
    parsed = orders.parse(entity, asked, zone(), see)
    wanted = hashlib.sha256(repr(asked).encode()).hexdigest()[:16]
    if not (parsed or asked["workflows"]):
        raise Refused({"": "everything is kept as it is: choose what to do with a field"})
    asked["ids"] = _rows(entity)
    if "apply" not in request.form:
        return _previewed(entity, _foresee(entity, asked, parsed, wanted))
    if request.form.get("wanted", wanted) != wanted:
        return dialog(entity, preview=_foresee(entity, asked, parsed, wanted))
    asked |= _seen()
    if _size(asked) > bulk.AT_ONCE:
        return lead_to(enqueue(entity, asked))
    deed = orders.Deed(entity, asked, parsed, see)
    change_set = changes.record(deed, current_user.id, "bulk", "", job_id=None)
    db.session.commit()
    return _said(entity, deed.done, change_set)


def _seen() -> dict[str, Any]:
    """What the preview looked at, if there was one."""
    revision = request.form.get("since", "")
    return {"since": int(revision)} if revision.isdecimal() else {}


def _rows(entity: Entity) -> list[int]:
    if ids := wishes.rows_of(entity):
        return ids
    raise Refused({"": "no rows are named: tick some in the list, or change all that match"})


def _size(asked: dict[str, Any]) -> int:
    """How many records are changed and made at most."""
    lines = [workflows.line_ids(model, asked["workflows"]) for model in workflows.LINES]
    return len(asked["ids"]) * max(1, sum(map(len, lines)))


def enqueue(entity: Entity, asked: dict[str, Any]) -> Job:
    """The job that changes many records; the caller commits."""
    title = f"{'Trial of a change' if asked.get('dry_run') else 'Change'} of many {entity.label.lower()}"
    arguments = {"plural": entity.plural, "asked": asked}
    return jobs.enqueue("bulk", "app.jobs.bulk.change_many", arguments, title=title, actor_id=current_user.id)


def _foresee(entity: Entity, asked: dict[str, Any], parsed: orders.Parsed, wanted: str) -> Preview:
    """What would be done: as the rules say, of very many rows counted only."""
    found = Preview(asked["ids"], changes.newest(), wanted)
    if _size(asked) <= bulk.AT_ONCE:
        deed = orders.Deed(entity, asked, parsed, sees_internal(current_user))
        tried = changes.rehearse(deed, current_user.id, "bulk")
        found.done = deed.done
        diffs = [(c["name"], c["diff"]) for c in tried.changes if _is_update(c, entity)]
        found.sample, found.created = diffs[:SHOWN], _created(tried)
    else:
        _count(found, entity, asked, parsed)
    return found


def _is_update(change: dict[str, Any], entity: Entity) -> bool:
    return change["entity"] == entity.plural and change["action"] == "update"


def _count(found: Preview, entity: Entity, asked: dict[str, Any], parsed: orders.Parsed) -> None:
    def work(change_set: Recording) -> None:
        order = orders.resolve(change_set, entity, parsed)
        order.workflows = asked["workflows"]
        found.done, found.sample = bulk.count(entity.model, found.ids, order, SHOWN)

    found.created = _created(changes.rehearse(work, current_user.id, "bulk"))


def _created(tried: Recording) -> list[str]:
    made = [c for c in tried.changes if c["action"] == "create" and c["entity"] not in _MADE]
    return [f"{registry.entity(c['entity']).one} “{c['name']}”" for c in made]


_MADE = ("artifacts", "tasks")
"""What workflows make is counted, not named."""


def _previewed(entity: Entity, found: Preview) -> str:
    if wants_fragment():
        return render_template("entity/_preview.html", entity=entity, preview=found)
    return dialog(entity, preview=found)


def _delete(entity: Entity) -> Answer:
    """Into the bin: how many, then those that may go."""
    ids = _rows(entity)
    if "apply" not in request.form:
        found = Preview(ids, changes.newest(), "", Applied(changed=len(ids)))
        if wants_fragment():
            return render_template("entity/_preview_bin.html", entity=entity, preview=found)
        return dialog(entity, preview=found)
    with changes.recording(current_user.id, "bulk") as change_set:
        done = _bin(change_set, entity, ids)
    db.session.commit()
    return _said(entity, done, change_set)


def _bin(change_set: Recording, entity: Entity, ids: list[int]) -> Applied:
    found = read(entity.model, ids, [entity.title_field.name, "created_by", "deleted_at"])
    names = {row.id: entity.title_of(row) for row in found}
    mine = [row.id for row in found if not row["deleted_at"] and _may_bin(entity, row["created_by"])]
    reasons = {row.id: "only what one has created oneself" for row in found if row.id not in set(mine)}
    reasons |= records.delete(change_set, entity.model, mine)
    gone = len(names) - len(reasons)
    change_set.summary = f"{gone} {entity.label.lower()} into the bin"
    skipped = [{"record": i, "name": names[i], "field": "", "reason": text} for i, text in reasons.items()]
    return Applied(gone, skipped=skipped)


def _may_bin(entity: Entity, owner: Any) -> bool:
    return may_delete(current_user, entity.model, owner.id if owner else None)


def _said(entity: Entity, done: Applied, change_set: Recording) -> Answer:
    """What was done; what was left out is named, and can be changed all the same."""
    again = [(k, v) for k, v in request.form.items(multi=True) if k not in _OF_PREVIEW]
    revision = change_set.id if change_set.changes else change_set.id - 1
    context = {"entity": entity, "result": done, "change_set": change_set}
    context |= {"again": [*again, ("since", revision)]}
    if wants_fragment():
        return render_template("entity/_done.html", **context)
    flash(change_set.summary, f"change-set {change_set.id}" if change_set.changes else "message")
    if done.skipped or done.warnings:
        return render_template("entity/done.html", **context)
    return redirect(f"/{entity.plural}", 303)


_OF_PREVIEW = ("ids", "query", "seen", "since", "wanted", "apply", "csrf_token")
"""What the form says besides its wishes."""
