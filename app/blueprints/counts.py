"""The numbers in the frame: records in the sidebar, open jobs, notices; one fragment for every page."""

import json
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, render_template, request
from flask_login import current_user
from redis import RedisError

from app.blueprints.frame import COUNTED, chosen_cases
from app.entities import query
from app.entities.links import is_id
from app.entities.registry import entity
from app.entities.states import case_pairs, open_field, open_pairs, read_states
from app.extensions import db, redis_connection
from app.models.notices import Notice
from app.security.permissions import SEE, needs
from app.services import changes, jobs, notices

bp = Blueprint("counts", __name__)

KEY = "spoor:counts"
TOASTS = 3
"""So many notices pop up at once; the list has all of them."""
KEPT = 3600
"""Seconds that counts outlive their last use."""


@bp.get("/frame")
@needs(SEE)
def frame() -> str | Response:
    """What changed since the mark that the page has; 204 if nothing did."""
    revision, open_jobs = changes.newest(), jobs.open_count()
    unread, newest = notices.unread(current_user.id), notices.newest(current_user.id)
    had, mark = request.args.get("mark", ""), f"{revision}-{open_jobs}-{unread}-{newest}"
    if had == mark:
        return Response(status=204)
    told = {"mark": mark, "counts": _counts(revision), "open_jobs": open_jobs, "unread": unread}
    return render_template("counts.html", toasts=_toasts(had), **told)


def _toasts(mark: str) -> list[Notice]:
    """What this person was told since the page has the mark; nothing for a page that was just opened."""
    last = mark.rpartition("-")[2]
    return notices.since(current_user.id, int(last), TOASTS)[::-1] if is_id(last) or last == "0" else []


def _counts(revision: int) -> dict[str, int]:
    """How many records each list of the sidebar has: from the cache, if nothing has changed since."""
    cases = chosen_cases()
    key = f"{KEY}:{json.dumps(cases)}" if cases else KEY
    try:
        kept = redis_connection().get(key)
        told: dict[str, Any] = json.loads(kept) if kept else {}  # type: ignore[arg-type]
        if told.get("revision") == revision:
            return told["counts"]
        counts = _count(cases)
        redis_connection().set(key, json.dumps({"revision": revision, "counts": counts}), ex=KEPT)
    except RedisError:
        return _count(cases)
    return counts


def _count(cases: list[str]) -> dict[str, int]:
    """One statement for all of them: the open ones where their own status says which these are."""
    parts, states = [], read_states()
    for plural in COUNTED:
        listed = entity(plural)
        item = open_field(listed)
        pairs = open_pairs(listed, states) if item and item.name == "status" else []
        where = query.understand(listed, query.with_usual(listed, pairs + case_pairs(listed, cases))).where
        count = sa.select(sa.literal(listed.plural), sa.func.count()).select_from(listed.model.__table__)
        parts.append(count.where(*where))
    return dict(db.session.execute(sa.union_all(*parts)).all())
