"""The global search: the panel below the top bar's field, the page without scripts, and REST."""

from urllib.parse import urlencode

from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask_login import current_user

from app.blueprints.frame import chosen_cases, in_order
from app.blueprints.rest import lists
from app.blueprints.rest.views import bp as api
from app.entities import finding
from app.entities.query import BadQuery
from app.htmx import wants_fragment
from app.security.access import sees_internal
from app.security.permissions import SEE, needs
from app.services import changes

bp = Blueprint("search", __name__)

IN_PANEL, ON_PAGE, IN_REST = 5, 25, 10


def found(text: str, most: int) -> list[finding.Group]:
    """What the person may see of what contains the text, in the cases that the address names."""
    return finding.groups(in_order(), text, sees_internal(current_user), most, chosen_cases())


@bp.get("/search")
@needs(SEE)
def index() -> str:
    """The page with all groups; as a fragment the panel with the best few."""
    text = request.args.get("q", "")
    is_panel = wants_fragment()
    try:
        groups = found(text, IN_PANEL if is_panel else ON_PAGE)
    except BadQuery as error:
        abort(400, str(error))
    template = "search/_panel.html" if is_panel else "search/index.html"
    return render_template(template, text=" ".join(text.split()), groups=groups, only_in=chosen_cases())


@api.get("/v1/search")
@needs(SEE)
def rest() -> Response:
    """The same for programs: groups by entity, each with its best hits."""
    if unknown := set(request.args) - {"q", "per_group", "cases"}:
        raise BadQuery(f"there is no parameter “{sorted(unknown)[0]}”")
    most = lists.whole(request.args, "per_group", 1, 100, default=IN_REST)
    groups = [
        {
            "entity": group.entity.plural,
            "total": group.total,
            "is_more": group.is_more,
            "address": "&".join([f"/api/v1{group.address}", *_usual(group)]),
            "items": [_item(hit) for hit in group.hits],
        }
        for group in found(request.args.get("q", ""), most)
    ]
    return jsonify({"q": request.args.get("q", ""), "groups": groups, "revision": changes.newest()})


def _usual(group: finding.Group) -> list[str]:
    """The filters that the pages apply by themselves, REST does not."""
    return [urlencode([pair]) for pair in group.entity.usual.items()]


def _item(hit: finding.Hit) -> dict[str, object]:
    """A hit; `matched` says where the text is when the name does not have it."""
    matched = {"field": hit.field, "value": hit.value} if hit.field else None
    status = hit.status.brief() if hit.status else None
    return {"id": hit.id, "name": hit.title, "address": hit.address, "status": status, "matched": matched}
