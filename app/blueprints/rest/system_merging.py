"""REST of systems that are one: merging them, pairs that may be one, telling them apart."""

from typing import Any

from flask import Response, jsonify, request

from app.blueprints.rest import lists
from app.blueprints.rest.views import body, bp, once
from app.entities.links import HIGHEST_ID
from app.models.systems import System
from app.security.permissions import CONFIGURE, EDIT, SEE, needs
from app.services import system_merging, twins
from app.services.changes import Recording
from app.services.drafts import Refused
from app.services.reading import names_of


@bp.post("/v1/systems/merge")
@needs(CONFIGURE)
def merge_systems() -> Response:
    """Merge systems (`from`) into one (`into`); `choose` says whose value of a field stays."""
    asked = _object(body(), {"into", "from"}, {"choose"})
    into, others, choose = _id("into", asked["into"]), asked["from"], asked.get("choose", {})
    if not isinstance(others, list):
        raise Refused({"from": "must be a list of ids"})
    if not isinstance(choose, dict):
        raise Refused({"choose": "must be an object"})
    wanted = [_id("from", one) for one in others]
    chosen = {name: _id(name, one) for name, one in choose.items()}

    def work(change_set: Recording) -> tuple[int, dict[str, Any]]:
        done = system_merging.merge(change_set, into, wanted, chosen)
        doubles = sum(len(move.doubles) for move in done.moves)
        return 200, {"change_set": change_set.id, "moved": done.moved, "doubles": doubles}

    return once("merge", work)


def _object(asked: Any, required: set[str], optional: set[str]) -> dict[str, Any]:
    """The body, with these members and no others."""
    if not isinstance(asked, dict):
        raise Refused({"": "must be an object"})
    errors = dict.fromkeys(required - set(asked), "is required")
    errors |= dict.fromkeys(set(asked) - required - optional, "is not known here")
    if errors:
        raise Refused(errors)
    return asked


def _id(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= HIGHEST_ID:
        raise Refused({name: "must be the id of a system"})
    return value


@bp.get("/v1/systems/duplicates")
@needs(SEE)
def duplicates() -> Response:
    """A page of the pairs that may be one system, the surest first, with the reasons."""
    page = lists.page_of(request.args)
    found = twins.suspected()
    shown = found[page.offset : page.offset + page.size]
    names = names_of(System, {one for pair in shown for one in (pair.low, pair.high)})
    items = [
        {"systems": [names[one].brief() for one in (pair.low, pair.high)], "reasons": pair.reasons}
        for pair in shown
    ]
    return jsonify(page.envelope(items, len(found)))


@bp.post("/v1/systems/distinct")
@needs(EDIT)
def tell_apart() -> Response:
    """Two systems are not the same: the pair is not suspected any more."""
    asked = _object(body(), {"systems"}, set())
    pair = asked["systems"]
    if not isinstance(pair, list) or len(pair) != 2 or pair[0] == pair[1]:
        raise Refused({"systems": "must be the ids of two systems"})
    one, other = (_id("systems", part) for part in pair)

    def work(change_set: Recording) -> tuple[int, dict[str, Any]]:
        twins.tell_apart(change_set, one, other)
        return 200, {"change_set": change_set.id}

    return once("api", work)
