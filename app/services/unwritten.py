"""Records of a change set that is worked out ahead of the write lock: others of the set already point at them.

Whoever looks up their names by id gets them. What else would have to be read of them can't be known
yet: `Unknowable` then has the change set worked out under the lock instead.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from app.extensions import db
from app.models.base import Record

if TYPE_CHECKING:
    from app.services.drafts import Draft

_KEY = "unwritten"


class Unknowable(Exception):
    """It depends on what the change set itself writes."""


def begin() -> None:
    """From now on what is made is kept here, until `end`."""
    db.session.info[_KEY] = {}


def end() -> None:
    """Forget it all: it is about to be written, or nothing comes of it."""
    db.session.info.pop(_KEY, None)


def keep(model: type[Record], drafts: Iterable["Draft"]) -> None:
    """Keep new records; each model is written once, for the rules look at what is stored."""
    kept = _kept()
    if model in kept:
        raise Unknowable(f"{model.__name__} was written before")
    kept[model] = {draft.record_id: draft for draft in drafts}


def names(model: type[Record], ids: Iterable[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Those of these records that are kept: the id, then name, tone, icon and note as texts."""
    made = _kept().get(model, {})
    for draft in [made[one] for one in ids if one in made]:
        values = draft.new | draft.derived
        shown = (values.get(name) for name in (model.__label__, "colour", "icon", "note"))
        yield draft.record_id, tuple(str(text or "") for text in shown)


def refuse(model: type[Record], ids: Iterable[int]) -> None:
    """Whoever wants to read more of a kept record than its name can't."""
    if not _kept().get(model, {}).keys().isdisjoint(ids):
        raise Unknowable(f"{model.__name__} as it will be")


def _kept() -> dict[type[Record], dict[int, "Draft"]]:
    return db.session.info.get(_KEY, {})
