"""Records of a change set that is worked out ahead of the write lock: others of the set already point at them.

Whoever looks up their names by id gets them. What else would have to be read of them can't be known
yet: `Unknowable` then has the change set worked out under the lock instead.
"""

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.extensions import db
from app.models.base import Record
from app.services.progress import counted

if TYPE_CHECKING:
    from app.services.drafts import Draft

_KEY = "unwritten"
_SHOWN = ("colour", "icon", "note")
_NONE = (math.inf, 0)


class Unknowable(Exception):
    """It depends on what the change set itself writes."""


@dataclass
class _Kept:
    """What is known of the new records: by model and id how they are shown, by model their first and last id,
    by table the keys that they have, and what the rules noted of them."""

    shown: dict[type[Record], dict[int, tuple[str, ...]]] = field(default_factory=dict)
    ids: dict[type[Record], tuple[float, int]] = field(default_factory=dict)
    claimed: dict[Any, set[int]] = field(default_factory=dict)
    heard: dict[Any, dict[Any, Any]] = field(default_factory=dict)


def begin() -> None:
    """From now on what is made is kept here, until `end`."""
    db.session.info[_KEY] = _Kept()


def end() -> None:
    """Forget it all: it is about to be written, or nothing comes of it."""
    db.session.info.pop(_KEY, None)


def keep(model: type[Record], drafts: Collection["Draft"], *, apart: bool) -> None:
    """Keep new records; a model is written once, for the rules look at what is stored, unless its parts stand `apart`."""
    kept = _kept()
    if model in kept.ids and not apart:
        raise Unknowable(f"{model.__name__} was written before")
    made = kept.shown.setdefault(model, {})
    for draft in counted(drafts):
        new, label = draft.new, model.__label__
        shown = [new.get(name) for name in _SHOWN]
        made[draft.record_id] = tuple(
            str(text or "") for text in (new.get(label) or draft.derived.get(label), *shown)
        )
    first, _ = kept.ids.get(model, (min(made), 0))
    kept.ids[model] = first, max(made)


def forget(model: type[Record]) -> None:
    """Nobody refers to what was made of a model so far; whoever does can't know it yet."""
    _kept().shown.pop(model, None)


def claim(table: Any, keys: Collection[Any]) -> None:
    """Take keys that only one row of a table may have, or rows; within one write the rules see to it themselves."""
    claimed, hashes = _kept().claimed.setdefault(table, set()), set(map(hash, keys))
    if not claimed.isdisjoint(hashes):
        raise Unknowable(f"two parts want the same row or key in {table.name}")
    claimed |= hashes


def names(model: type[Record], ids: Iterable[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Those of these records that are kept: the id, then name, tone, icon and note as texts."""
    made, (first, _) = _kept().shown.get(model, {}), _kept().ids.get(model, _NONE)
    for one in ids:
        if one in made:
            yield one, made[one]
        elif one >= first:
            raise Unknowable(f"{model.__name__} as it will be called")


def heard(what: Any) -> dict[Any, Any]:
    """A notebook of the rules on what was written before in this change set; empty if it is stored already."""
    return _kept().heard.setdefault(what, {})


def highest(model: type[Record]) -> int:
    """The highest id among the new records; 0 if there is none."""
    return _kept().ids.get(model, _NONE)[1]


def refuse(model: type[Record], ids: Iterable[int]) -> None:
    """Whoever wants to read more of a new record than its name can't."""
    first, _ = _kept().ids.get(model, _NONE)
    if any(one >= first for one in ids):
        raise Unknowable(f"{model.__name__} as it will be")


def _kept() -> _Kept:
    return db.session.info.get(_KEY) or _Kept()
