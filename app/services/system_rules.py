"""Rules of systems: names, identity, defaults, virtual hosts."""

from collections.abc import Callable, Iterable

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record, key_of, sort_key
from app.models.systems import HostName, NameKind, System
from app.services import defaults, identity, rings, settings, unwritten
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.progress import counted
from app.services.reading import Row, chunks

_CASES: dict[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper, "keep": str}


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Normalise names, fill status and priority, refuse names that another live system has."""
    cased = str if exact else casing()
    defaults.fill(model, drafts)
    for draft in counted(drafts):
        _names(draft, cased)
    if not exact:
        _keep_locked(drafts)
    _refuse_taken([draft for draft in drafts if _is_identified(draft)])
    ring = "would make a ring of hosts and guests"
    rings.refuse(model, "host_system", drafts, "a system can't be its own host", ring)


def casing() -> Callable[[str], str]:
    """How the team wants names: in small or capital letters, or as they are given."""
    return _CASES[settings.get("name_case")]


def _names(draft: Draft, cased: Callable[[str], str]) -> None:
    name = " ".join((draft.new["name"] or "").split())
    draft.new["name"] = cased(name) if draft.is_new or name != draft.was["name"] else name
    draft.derived |= {"name_key": key_of(name), "name_sort": sort_key(name)}
    own: set[str] = {draft.derived["name_key"]}
    aliases: dict[str, str] = {}
    for text in (" ".join(alias.split()) for alias in draft.new["aliases"]):
        if text and key_of(text) not in own:
            aliases.setdefault(key_of(text), text)
    draft.new["aliases"] = sorted(aliases.values())


def _keep_locked(drafts: list[Draft]) -> None:
    """Where the team has decided so, a system keeps its name."""
    renamed = [draft for draft in drafts if not draft.is_new and draft.new["name"] != draft.was["name"]]
    if renamed and not settings.get("name_editable"):
        for draft in renamed:
            draft.errors["name"] = "can't be changed: names of systems are locked in the settings"


def _is_identified(draft: Draft) -> bool:
    """Deprecated systems give their names free."""
    return draft.new["deprecated_at"] is None and bool(draft.new["name"])


def _texts(draft: Draft) -> Iterable[tuple[str, NameKind]]:
    yield draft.new["name"], NameKind.NAME
    for text in draft.new["aliases"]:
        yield text, identity.kind_of(text)


def _changes_identity(draft: Draft) -> bool:
    return draft.is_new or not {"name", "aliases", "deprecated_at"}.isdisjoint(draft.changed)


def _refuse_taken(drafts: list[Draft]) -> None:
    """A key has one owner among the live systems, those of this batch included."""
    moving = [draft for draft in drafts if _changes_identity(draft)]
    holders = identity.holders(text for draft in moving for text, _ in _texts(draft))
    mine = {draft.id for draft in moving if draft.id}
    holders = {key: system_id for key, system_id in holders.items() if system_id not in mine}
    for draft in counted(moving):
        for text, kind in _texts(draft):
            holder = holders.setdefault(key_of(text), draft.id or -id(draft))
            if holder != (draft.id or -id(draft)):
                field = "name" if kind is NameKind.NAME else "aliases"
                draft.errors.setdefault(field, f"“{text}” is taken by {_name(holder)}")


def _name(system_id: int) -> str:
    name = db.session.scalar(sa.select(System.name).where(System.id == system_id)) if system_id > 0 else None
    return f"{name} (id {system_id})" if name else "another row here"


def settle(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """Keep the table of live names in step with names, aliases and deprecation."""
    moved = [draft for draft in drafts if _changes_identity(draft)]
    _release(change_set, [draft.record_id for draft in moved if not draft.is_new])
    texts = [
        {"key": key_of(text), "kind": kind, "short": identity.short_of(text), "system_id": draft.id}
        for draft in moved
        if _is_identified(draft)
        for text, kind in _texts(draft)
    ]
    unwritten.claim(HostName.__table__, [row["key"] for row in texts])
    change_set.insert(HostName.__table__, texts)


def leave(change_set: Recording, model: type[Record], rows: list[Row]) -> None:
    """Systems in the bin give their names free."""
    _release(change_set, [row.id for row in rows])


def _release(change_set: Recording, ids: list[int]) -> None:
    for part in chunks(ids):
        change_set.execute(sa.delete(HostName.__table__).where(HostName.system_id.in_(part)))
