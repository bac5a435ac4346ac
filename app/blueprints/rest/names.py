"""REST of pasted names: which systems they mean, line by line; kept as a set if wanted."""

from typing import Any

from flask import Response, jsonify
from flask_login import current_user

from app.blueprints.rest.views import body, bp
from app.extensions import db
from app.importing.pasted import listed, understood
from app.security.permissions import SEE, needs
from app.services import changes, name_sets
from app.services.drafts import Refused
from app.services.naming import Line
from app.services.reading import Named


@bp.post("/v1/names")
@needs(SEE)
def names() -> Response:
    """What each of the names means; with `keep`, the known systems as a set that a list is filtered by."""
    names, keep = _asked(body())
    # a list says itself what its names are: it has no headings and no columns
    asked = understood(names) if isinstance(names, str) else listed(names)
    text = names if isinstance(names, str) else "\n".join(names)
    known = asked.names()
    told = {"lines": [_line(line, known) for line in asked.lines], "counts": asked.counts, "set": None}
    if keep and asked.ids:
        changes.begin_write()
        told["set"] = name_sets.keep(current_user.id, "pasted name", text, asked.ids).id
        db.session.commit()
    return jsonify(told)


def _asked(sent: Any) -> tuple[str | list[str], bool]:
    """The names, as one text or as a list, and whether to keep what they mean."""
    if not isinstance(sent, dict):
        raise Refused({"": "must be an object"})
    errors = dict.fromkeys((name for name in sent if name not in ("names", "keep")), "is not known here")
    given, keep = sent.get("names"), sent.get("keep", False)
    if not isinstance(given, str) and not (
        isinstance(given, list) and all(isinstance(name, str) for name in given)
    ):
        errors["names"] = "must be a text, or a list of names"
    if not isinstance(keep, bool):
        errors["keep"] = "must be true or false"
    if errors:
        raise Refused(errors)
    return given, keep  # type: ignore[return-value]


def _line(line: Line, known: dict[int, Named]) -> dict[str, Any]:
    systems = [known[one].brief() for one in line.ids if one in known]
    told = {"line": line.number, "name": line.name, "found": str(line.found), "systems": systems}
    return told | {"same_as": line.of or None, "reason": line.reason}
