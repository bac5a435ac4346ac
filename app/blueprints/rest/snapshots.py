"""REST of snapshots: the numbers of the status page, kept, read, put into the bin and back."""

from typing import Any

from flask import Response, jsonify, request
from flask_login import current_user

from app.blueprints.rest import lists
from app.blueprints.rest.records import etag_of
from app.blueprints.rest.views import ID, body, bp, once
from app.entities.query import BadQuery
from app.extensions import db
from app.models.snapshots import Snapshot
from app.security.permissions import CONFIGURE, EDIT, SEE, needs
from app.services import changes, snapshots
from app.services.drafts import Refused
from app.services.reading import Named
from app.status.snapshots import numbers

ONE = f"/v1/snapshots/{ID}"


@bp.get("/v1/snapshots")
@needs(SEE)
def all_snapshots() -> Response:
    """The snapshots, the newest first, each with its totals."""
    if unknown := set(request.args) - {"page", "per_page"}:
        raise BadQuery(f"there is no filter “{sorted(unknown)[0]}”")
    page = lists.page_of(request.args)
    found = snapshots.newest(limit=page.size, offset=page.offset)
    authors = snapshots.authors(found)
    return jsonify(page.envelope([_head(one, authors) for one in found], snapshots.count()))


def _head(one: Snapshot, authors: dict[int, Named]) -> dict[str, Any]:
    by = authors.get(one.created_by_id or 0)
    told = {"id": one.id, "label": one.label, "created_at": one.created_at.isoformat()}
    told |= {"created_by": by.brief() if by else None, "revision": one.revision}
    totals = {plural: counted["total"] for plural, counted in one.numbers.items()}
    return told | {"etag": etag_of(one.revision), "totals": totals}


def _told(one: Snapshot) -> dict[str, Any]:
    return _head(one, snapshots.authors([one])) | {"numbers": one.numbers}


@bp.post("/v1/snapshots")
@needs(EDIT)
def take_snapshot() -> Response:
    """Keep the numbers of now: 201 with them."""
    label = _label(body())
    return once("api", lambda change_set: (201, _told(snapshots.keep(change_set, numbers(), label))))


def _label(sent: Any) -> str:
    if not isinstance(sent, dict):
        raise Refused({"": "must be an object"})
    errors = dict.fromkeys(sent.keys() - {"label"}, "is not known here")
    if not isinstance(sent.get("label", ""), str):
        errors["label"] = "must be a text"
    if errors:
        raise Refused(errors)
    return sent.get("label", "")


@bp.get(ONE)
@needs(SEE)
def show_snapshot(record_id: int) -> Response:
    """One with all of its numbers."""
    return _answer(snapshots.one(record_id))


def _answer(one: Snapshot) -> Response:
    response = jsonify(_told(one))
    response.headers["ETag"] = etag_of(one.revision)
    return response


@bp.delete(ONE)
@needs(CONFIGURE)
def remove_snapshot(record_id: int) -> tuple[str, int]:
    """Put one into the bin: 204."""
    with changes.recording(current_user.id, "api") as change_set:
        snapshots.remove(change_set, record_id)
    db.session.commit()
    return "", 204


@bp.post(f"{ONE}/restore")
@needs(CONFIGURE)
def restore_snapshot(record_id: int) -> Response:
    """Bring one back from the bin."""
    with changes.recording(current_user.id, "api") as change_set:
        snapshots.bring_back(change_set, record_id)
    db.session.commit()
    return _answer(snapshots.one(record_id))
