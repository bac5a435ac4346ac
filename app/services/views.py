"""Saved views: a list's filters, order and columns under a name, one's own or shared with everybody.

Not in the history, as zone and columns are not: a view is how somebody looks, not what is known
about an incident. Were it a record, private views would show in the activity, the bin and REST.

Whoever calls what writes here has begun the write (`changes.begin_write`) and commits.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.base import key_of
from app.models.views import SavedView
from app.services.drafts import Missing, Refused

LONGEST_NAME, LONGEST_QUERY = 60, 4000
MOST = 50
"""So many views of one list may a person have."""


def offered(person_id: int, plural: str | None = None) -> Sequence[SavedView]:
    """The views that somebody may use, of one list or of all: their own first, then the shared ones."""
    mine = SavedView.owner_id == person_id
    statement = sa.select(SavedView).options(joinedload(SavedView.owner))
    statement = statement.where(sa.or_(mine, SavedView.is_shared))
    if plural is not None:
        statement = statement.where(SavedView.entity == plural)
    order = (SavedView.entity, sa.case((mine, 0), else_=1), SavedView.name_key, SavedView.id)
    return db.session.scalars(statement.order_by(*order)).all()


def save(owner_id: int, plural: str, name: str, query: str, is_shared: bool) -> SavedView:
    """Keep a list under a name; the owner's view of the same name is replaced. `Refused` says why not."""
    name = _checked(name)
    if len(query) > LONGEST_QUERY:
        raise Refused({"query": f"is longer than {LONGEST_QUERY} characters"})
    mine = (SavedView.owner_id == owner_id, SavedView.entity == plural)
    view = db.session.scalar(sa.select(SavedView).where(*mine, SavedView.name_key == key_of(name)))
    if view is None:
        if (db.session.scalar(sa.select(sa.func.count()).where(*mine)) or 0) >= MOST:
            raise Refused({"name": f"there are {MOST} views already; delete one first"})
        view = SavedView(owner_id=owner_id, entity=plural)
        db.session.add(view)
    view.name, view.name_key, view.query, view.is_shared = name, key_of(name), query, is_shared
    db.session.flush()
    return view


def find(view_id: int) -> SavedView:
    """A view by its id; `Missing` if there is none."""
    view = db.session.get(SavedView, view_id)
    if view is None:
        raise Missing(f"view {view_id}")
    return view


def change(view: SavedView, name: str, is_shared: bool) -> None:
    """Rename a view, share it or take it back; `Refused` if its owner has one of this name."""
    name = _checked(name)
    same = (SavedView.owner_id == view.owner_id, SavedView.entity == view.entity)
    taken = sa.select(SavedView.id).where(*same, SavedView.name_key == key_of(name), SavedView.id != view.id)
    if db.session.scalar(taken) is not None:
        raise Refused({"name": f"there is a view “{name}” already"})
    view.name, view.name_key, view.is_shared = name, key_of(name), is_shared
    db.session.flush()


def delete(view: SavedView) -> None:
    """Forget a view."""
    db.session.delete(view)
    db.session.flush()


def _checked(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise Refused({"name": "is required"})
    if len(key_of(name)) > LONGEST_NAME or len(name) > LONGEST_NAME:
        raise Refused({"name": f"is longer than {LONGEST_NAME} characters"})
    return name
