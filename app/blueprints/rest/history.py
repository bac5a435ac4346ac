"""REST of the history: change sets, what they did, and their undo."""

from typing import Any

import sqlalchemy as sa
from flask import Response, jsonify, request
from flask_login import current_user

from app.blueprints.rest import lists
from app.blueprints.rest import records as rest
from app.blueprints.rest.views import bp
from app.entities.links import id_in
from app.entities.query import BadQuery
from app.entities.registry import entities
from app.extensions import db
from app.models.changes import ChangeSet
from app.models.users import User
from app.security.access import may_undo, require, sees_internal
from app.security.permissions import SEE, UNDO, needs
from app.services import activity, changes, jobs, lookups, undo
from app.services.activity import Wanted
from app.services.drafts import Missing

LONGEST_UNDO = 5000
NUMBER = "<int(max=2147483647):number>"


def _visible() -> Wanted:
    return Wanted(hidden=rest.internal_entities(sees_internal(current_user)))


def _wanted() -> Wanted:
    """What the query string asks for; `BadQuery` names the parameter that is wrong."""
    known = {"since", "entity", "record", "actor", "source", "page", "per_page"}
    if unknown := set(request.args) - known:
        raise BadQuery(f"there is no filter “{sorted(unknown)[0]}”")
    wanted, asked = _visible(), request.args
    wanted.since = lists.whole(asked, "since", 0, 2**31 - 1, default=0)
    wanted.source, wanted.entity = asked.get("source", ""), asked.get("entity", "")
    if asked.get("record"):
        if not wanted.entity:
            raise BadQuery("record: says nothing without entity")
        wanted.record_id = lists.whole(asked, "record", 1, 2**31 - 1, default=1)
    if asked.get("actor"):
        wanted.actor_id = _person(asked["actor"])
    if "\0" in wanted.source + wanted.entity:
        raise BadQuery("contains a NUL character")
    return wanted


def _person(text: str) -> int:
    """A person by name or `id:17`; 0, which is nobody, for an unknown name."""
    known = id_in(text)
    return lookups.find(User, [text.replace("\0", "")]).get(text, 0) if known is None else known


@bp.get("/v1/change-sets")
@needs(SEE)
def change_sets() -> Response:
    """The change sets, newest first."""
    wanted, page = _wanted(), lists.page_of(request.args)
    heads = activity.change_sets(wanted, page.size, page.offset)
    details = activity.first_changes([head.id for head in heads], wanted)
    items = [_head(head) | {"changes": _changes(details[head.id])} for head in heads]
    return jsonify(page.envelope(items, activity.count(wanted)))


def _head(head: Any) -> dict[str, Any]:
    same = {name: getattr(head, name) for name in ("id", "source", "summary", "undone_by", "hash")}
    actor = None if head.actor_id is None else {"id": head.actor_id, "name": head.actor}
    return same | {"at": head.at.isoformat(), "actor": actor, "undo_of": head.undo_of_id}


def _changes(found: list[Any]) -> list[dict[str, Any]]:
    """Changes as JSON; a reader gets no internal field."""
    see = sees_internal(current_user)
    internal = {
        (entity.plural, item.name) for entity in entities() for item in entity.fields if item.internal
    }
    return [
        {
            "entity": change.entity,
            "record": change.record_id,
            "name": change.name,
            "action": change.action,
            "diff": {
                name: values
                for name, values in change.diff.items()
                if see or (change.entity, name) not in internal
            },
        }
        for change in found
    ]


def _existing(number: int) -> Any:
    head = activity.change_set(number, _visible())
    if head is None:
        raise Missing(f"change set {number}")
    return head


@bp.get(f"/v1/change-sets/{NUMBER}")
@needs(SEE)
def change_set(number: int) -> Response:
    """One change set."""
    head = _existing(number)
    return jsonify(_head(head) | {"changes": _changes(activity.first_changes([number], _visible())[number])})


@bp.get(f"/v1/change-sets/{NUMBER}/changes")
@needs(SEE)
def changes_of(number: int) -> Response:
    """What one change set did, page by page."""
    page, _ = lists.page_of(request.args), _existing(number)
    found, total = activity.changes_of(number, _visible(), page.size, page.offset)
    return jsonify(page.envelope(_changes(found), total))


@bp.post(f"/v1/change-sets/{NUMBER}/undo")
@needs(UNDO)
def undo_change_set(number: int) -> Response | tuple[Response, int]:
    """Undo a change set: at once, or by a job when it is large."""
    head = db.session.scalar(sa.select(ChangeSet).where(ChangeSet.id == number))
    if head is None:
        raise Missing(f"change set {number}")
    require(may_undo(current_user, head))
    if head.change_count > LONGEST_UNDO:
        job = jobs.enqueue(
            "undo",
            "app.jobs.undo.undo_change_set",
            {"number": number},
            title=f"Undo of change set {number}",
            actor_id=current_user.id,
        )
        job_id = job.id
        db.session.commit()
        return jsonify({"job": job_id}), 202
    with changes.recording(current_user.id, "undo", f"Undo of {number}", undo_of_id=number) as open_set:
        undone = undo.undo(open_set, number)
    db.session.commit()
    return jsonify(undone.as_json(open_set))
