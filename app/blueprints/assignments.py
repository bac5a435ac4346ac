"""The assignments page: who has what, what nobody has; taking the next, handing over."""

from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints import overview, sections
from app.blueprints.frame import in_order
from app.blueprints.overview import work
from app.blueprints.overview.work import NOBODY, Scope
from app.blueprints.wording import hidden_entities
from app.entities import states
from app.entities.entity import Entity
from app.entities.links import id_in
from app.extensions import db
from app.htmx import wants_fragment
from app.models.tags import Tag
from app.models.users import User
from app.security.access import sees_internal
from app.security.permissions import EDIT, OWN_ACCOUNT, SEE, needs
from app.services import changes
from app.services.reading import Named, names_of
from app.status.figures import Figure, address_of

bp = Blueprint("assignments", __name__, url_prefix="/assignments")

SHOWN = 50
"""So many rows of a section; the list behind it has them all."""


@bp.get("")
@needs(SEE)
def index() -> str | Response:
    """The page, live."""
    return overview.live("assignments/index.html", lambda: _context(_asked(request.args)))


def _asked(args: MultiDict[str, str]) -> Scope:
    """What the address asks for: without a person, what nobody has."""
    person = args.get("person", "")
    whose = None if person == "any" else NOBODY if not person else id_in(person)
    if whose is None and person != "any":
        abort(400, "person: id: and a number, or any")
    cases = tuple(value for value in args.getlist("cases") if value)
    tags = tuple(value for value in args.getlist("tags") if value)
    return Scope(whose, cases, tags, args.get("all") == "1")


def address(scope: Scope, **other: Any) -> str:
    """The address of this page for a scope, everything written out."""
    parts = vars(scope) | other
    person = parts["person"]
    pairs = [("person", "any" if person is None else f"id:{person}")] if person != NOBODY else []
    pairs += [("cases", case) for case in parts["cases"]] + [("tags", tag) for tag in parts["tags"]]
    pairs += [("all", "1")] if parts["with_closed"] else []
    return f"/assignments?{urlencode(pairs, safe=':')}" if pairs else "/assignments"


def assignable() -> list[Entity]:
    """The entities whose records somebody can have."""
    hidden = hidden_entities()
    return [one for one in in_order() if one.has("assigned_to") and one.plural not in hidden]


def _context(scope: Scope) -> dict[str, Any]:
    known, found = states.read_states(), assignable()
    loads = work.workload(found, scope, known)
    people, tags = _people(loads), _tags()
    return {
        "scope": scope,
        "address_for": lambda **other: address(scope, **other),
        "sections": sections_of(found, scope, known, loads, SHOWN),
        "closed": sections.closed("assignments"),
        "loads": [_load(found, scope, known, loads, person) for person in people if person.id in loads],
        "entities": found,
        "people": people,
        "tags": tags,
        "tag_names": {f"id:{tag.id}": tag for tag in tags},
        "whose": next((person.name for person in people if person.id == scope.person), ""),
        "others": [person for person in people if person.id not in (NOBODY, scope.person)],
    }


def sections_of(
    found: list[Entity],
    scope: Scope,
    known: states.States,
    loads: dict[int, dict[str, int]],
    limit: int,
    without: tuple[str, ...] = (),
) -> list[work.Section]:
    """A section for each entity, with its number and first rows; whose they are only where that differs."""
    made = []
    without = without if scope.person is None else (*without, "assigned_to")
    for entity in found:
        mine = [loads.get(scope.person, {})] if scope.person is not None else loads.values()
        total = sum(load.get(entity.plural, 0) for load in mine)
        pairs = scope.pairs(entity, known)
        made.append(work.section(entity, pairs, sees_internal(current_user), total, limit, without))
    return made


def _load(
    found: list[Entity], scope: Scope, known: states.States, loads: dict[int, dict[str, int]], person: Named
) -> tuple[Named, str, list[Figure], int]:
    """What one person has: the page of it, a number per entity, the sum."""
    numbers = [
        Figure(loads[person.id].get(one.plural, 0), one.label, address_of(one, pairs))
        for one in found
        for pairs in [Scope(person.id, scope.cases, scope.tags, scope.with_closed).pairs(one, known)]
    ]
    return person, address(scope, person=person.id), numbers, sum(figure.count for figure in numbers)


def _people(loads: dict[int, dict[str, int]]) -> list[Named]:
    """Nobody first, then oneself, then the others: who is enabled, and who still has something."""
    enabled = sa.select(User.id).where(User.is_enabled, User.deleted_at.is_(None))
    ids = {*db.session.scalars(enabled), *loads, current_user.id} - {NOBODY}
    named = names_of(User, ids).values()
    ordered = sorted(named, key=lambda one: (one.id != current_user.id, one.name.casefold()))
    return [Named(NOBODY, "nobody"), *ordered]


def _tags() -> list[Named]:
    columns = (Tag.id, Tag.name, Tag.colour)
    rows = db.session.execute(sa.select(*columns).where(Tag.deleted_at.is_(None)).order_by(Tag.name_key))
    return [Named(*row) for row in rows]


@bp.post("/sections")
@needs(OWN_ACCOUNT)
def keep_section() -> BaseResponse:
    """Which sections are open, kept with the person."""
    return sections.keep("assignments")


@bp.post("/next")
@needs(EDIT)
def take_next() -> BaseResponse:
    """Grab the most urgent open record that nobody has, of the cases and tags asked for, and open it."""
    scope = _asked(request.form)
    wanted = [one for one in assignable() if request.form.get("what", one.plural) == one.plural]
    with changes.recording(current_user.id, "ui") as change_set:
        taken = work.take_next(change_set, wanted, scope, states.read_states(), current_user.id)
    db.session.commit()
    if taken is None:
        flash("There is nothing open that nobody has.", "error")
        return redirect(address(scope, person=NOBODY), 303)
    entity, record_id = taken
    flash(change_set.summary, f"change-set {change_set.id}")
    return redirect(f"/{entity.plural}/{record_id}", 303)


@bp.route("/hand-over", methods=["GET", "POST"])
@needs(EDIT)
def hand_over() -> BaseResponse | str:
    """Everything of one person to another: asked with the numbers first, then done as one change set."""
    scope, known, found = _asked(request.values), states.read_states(), assignable()
    if not scope.person:
        abort(400, "person: whose?")
    names = names_of(User, {scope.person, id_in(request.values.get("to", "")) or 0})
    to = names.get(id_in(request.values.get("to", "")) or 0)
    if scope.person not in names or (to is None and request.values.get("to") != "nobody"):
        abort(404)
    giver, taker = names[scope.person].name, to.name if to else "nobody"
    if request.method == "GET":
        load = work.workload(found, scope, known).get(scope.person, {})
        shown = {"scope": scope, "giver": giver, "taker": taker, "to": request.values["to"]}
        template = "assignments/_hand.html" if wants_fragment() else "assignments/hand.html"
        return render_template(template, load=load, entities=found, back=address(scope), **shown)
    with changes.recording(current_user.id, "bulk") as change_set:
        given = work.hand_over(change_set, found, scope, known, to.id if to else None)
        change_set.summary = f"{given} of {giver} handed over to {taker}"
    db.session.commit()
    flash(change_set.summary, f"change-set {change_set.id}" if given else "message")
    return redirect(address(scope, person=to.id if to else NOBODY), 303)
