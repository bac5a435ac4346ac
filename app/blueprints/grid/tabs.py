"""The tabs above a list: what its statuses mean, its saved views; each a plain link, everything written out."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask_login import current_user

from app.blueprints.grid.listing import Listing, Pairs
from app.entities.entity import Entity
from app.entities.query import RESERVED, with_usual
from app.security.access import may, sees_internal
from app.security.permissions import EDIT
from app.services import views


@dataclass(frozen=True)
class Tab:
    """A saved view, as it is shown above its list; `by` is who shares it, unless oneself."""

    label: str
    address: str
    is_current: bool
    by: str = ""


def tabs_of(found: Listing) -> list[Tab]:
    """All records first, ready filters, then the views that mean something to the person."""
    entity = found.entity
    visible = entity.filterable(sees_internal(current_user)).keys() | RESERVED
    kept = [pair for pair in found.pairs if pair[0] in ("case", "cases", "tree")]
    ready = [(label, [*pairs, *kept]) for label, pairs in _ready(entity)]
    tabs = [Tab(label, found.address(pairs), _same(found, pairs)) for label, pairs in ready]
    if entity.loose:
        loose = [(f"{name}.empty", "1") for name in entity.loose]
        tabs.append(Tab("Loose", found.address(loose), _same(found, loose)))
    for view in views.offered(current_user.id, entity.plural):
        pairs = parse_qsl(view.query)
        if visible.issuperset(key.partition(".")[0] for key, _ in pairs):
            by = "" if view.owner_id == current_user.id else view.owner.username
            tabs.append(Tab(view.name, found.address(pairs), _same(found, pairs), by))
    return tabs


def _ready(entity: Entity) -> list[tuple[str, Pairs]]:
    """The filters that every list of such records offers."""
    flags = {"open": "Open", "waiting": "Waiting", "overdue": "Overdue"}
    ready: list[tuple[str, Pairs]] = [("All", [])]
    ready += [(label, [(name, "1")]) for name, label in flags.items() if entity.has(name)]
    if entity.has("open"):
        ready.insert(2, ("Closed", [("open", "0")]))
    if entity.has("assigned_to"):
        is_open: Pairs = [("open", "1")] if entity.has("open") else []
        ready.append(("Mine", [*is_open, ("assigned_to", f"id:{current_user.id}")]))
        ready.append(("Unassigned", [*is_open, ("assigned_to.empty", "1")]))
    return ready


def _same(found: Listing, pairs: Pairs) -> bool:
    shown = [pair for pair in with_usual(found.entity, pairs) if pair[0] != "folded"]
    return sorted(shown) == sorted(found.without("folded"))


def to_save(found: Listing) -> str:
    """What a view of this list keeps: filters, order and columns."""
    columns = ",".join(item.name for item in found.columns)
    return urlencode([*found.without("columns"), ("columns", columns)], safe=":,")


def init_app(app) -> None:
    """Give the list what it asks."""
    app.jinja_env.globals.update(
        tabs_of=tabs_of, to_save=to_save, may_save_views=lambda: may(current_user, EDIT)
    )
