"""The dashboard: my work, what is late or waits, the numbers, what happened since I last looked."""

import functools
from typing import Any

from flask import Blueprint, Response, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints import overview, sections
from app.blueprints.assignments import address, assignable, sections_of
from app.blueprints.frame import chosen_cases
from app.blueprints.jobs import waiting_and_running
from app.blueprints.overview import work
from app.blueprints.status import numbers
from app.blueprints.wording import hidden_entities
from app.entities import states
from app.entities.registry import entity
from app.entities.states import Pairs, States, case_pairs, waiting_pairs
from app.extensions import db
from app.htmx import wants_fragment
from app.models.base import now
from app.models.changes import ChangeSet
from app.security.access import sees_internal
from app.security.permissions import OWN_ACCOUNT, SEE, needs
from app.services import changes, looks, stream
from app.status import figures
from app.status.figures import Figure

bp = Blueprint("dashboard", __name__, url_prefix="/dashboard")

MINE, FEW, LATEST = 8, 6, 12
"""So many rows of my work per entity, of what is late or waits, and change sets."""


@bp.get("")
@needs(SEE)
def index() -> str | Response:
    """The page, live."""
    return overview.live("dashboard/index.html", _context)


@bp.post("/sections")
@needs(OWN_ACCOUNT)
def keep_section() -> BaseResponse:
    """Which sections are open, kept with the person."""
    return sections.keep("dashboard")


@bp.post("/seen")
@needs(OWN_ACCOUNT)
def seen() -> BaseResponse:
    """What happened so far is no news any more."""
    looks.all_seen(current_user.id, changes.newest())
    return redirect("/dashboard", 303)


def _context() -> dict[str, Any]:
    known, cases = states.read_states(), chosen_cases()
    found = assignable()
    mine = work.Scope(current_user.id, tuple(cases))
    loads = work.workload(found, mine, known)
    late = figures.overdue(entity("tasks"), known, cases, now())
    overdue = _few("tasks", late)
    shown = {
        "address": request.full_path.rstrip("?"),
        "blocks": numbers(),
        "mine": [part for part in sections_of(found, mine, known, loads, MINE, ("tags",)) if part.total],
        "mine_address": address(mine),
        "unassigned": sum(loads.get(work.NOBODY, {}).values()),
        "unassigned_address": address(work.Scope(cases=tuple(cases))),
        "overdue": overdue,
        "late": Figure(overdue.total, "overdue", overdue.address),
        "waiting": _waiting(known, cases),
    }
    return shown | waiting_and_running() | _news()


def _few(plural: str, pairs: Pairs) -> work.Section:
    total = figures.count(entity(plural), pairs)
    return work.section(entity(plural), pairs, sees_internal(current_user), total, FEW, ("tags",))


def _waiting(known: States, cases: list[str]) -> list[work.Section]:
    """What waits for somebody else, of every entity that can."""
    parts = [(plural, waiting_pairs(entity(plural), known)) for plural in figures.MAIN]
    found = [_few(plural, [*pairs, *case_pairs(entity(plural), cases)]) for plural, pairs in parts if pairs]
    return [part for part in found if part.total]


def _news() -> dict[str, Any]:
    """The latest change sets; which of them came since the last look, by whom. Polls are no looks."""
    look = looks.since if wants_fragment() else functools.partial(looks.look, revision=changes.newest())
    mark = look(current_user.id)
    hidden = hidden_entities()
    told, _ = stream.newest(stream.Wanted(hidden=hidden), limit=LATEST)
    fresh = stream.Wanted(after=mark, but_actor_id=current_user.id, hidden=hidden)
    return {
        "told": told,
        "mark": mark,
        "looked_at": db.session.get(ChangeSet, mark).at if mark else None,  # type: ignore[union-attr]
        "fresh": stream.by_actor(fresh),
    }
