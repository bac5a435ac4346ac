"""Finding the row that a text means, and creating it where a lookup grows by use."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record, key_of
from app.models.lookups import Ip
from app.models.systems import HostName, System
from app.models.users import User
from app.services import merging, records
from app.services.changes import Recording
from app.services.drafts import Draft, Refused
from app.services.identity import directory
from app.services.ip_rules import canonical
from app.services.reading import among, chunks
from app.services.shape import label_of

_PREFIX = re.compile(r"^\d\d[_ ]+")


@dataclass(frozen=True)
class Pick:
    """What somebody picked: a row by id, or by the text that names it."""

    id: int | None = None
    name: str = ""


def loose_key(text: str) -> str:
    """The key under which a lookup is found: `_` is a blank, a two-digit prefix is nothing.

    So `30_compromised`, the spelling of older trackers, finds "Compromised".
    """
    return " ".join(_PREFIX.sub("", key_of(text)).replace("_", " ").split())


def find(model: type[Record], texts: Iterable[str]) -> dict[str, int]:
    """The live rows that these texts mean, as far as there are any: {text: id}.

    The name of a row that was merged means what it was merged into: old lists and views go on to work.
    """
    wanted = sorted(set(texts))
    exact = _by_key(model, {key_of(_spelled(model, text)) for text in wanted})
    found = {text: exact[key] for text in wanted if (key := key_of(_spelled(model, text))) in exact}
    missing = [text for text in wanted if text not in found]
    if missing:
        found |= _found_otherwise(model, missing)
        found |= _led_on(model, [text for text in missing if text not in found])
    return found


def _spelled(model: type[Record], text: str) -> str:
    if model is not Ip:
        return text
    try:
        return canonical(text)
    except ValueError:
        return text


def _by_key(model: type[Record], keys: set[str]) -> dict[str, int]:
    table: Any = model.__table__
    column: Any = HostName.key
    record_id: Any = HostName.system_id
    condition: Any = sa.true()
    if model is System:
        table = HostName.__table__
    else:
        key = f"{model.__label__}_key"
        column, record_id, condition = table.c[key], table.c.id, table.c.deleted_at.is_(None)
    found: dict[str, set[int]] = {}
    for part in chunks(sorted(keys)):
        statement = sa.select(column, record_id).select_from(table).where(column.in_(part), condition)
        for key, one in db.session.execute(statement):
            found.setdefault(key, set()).add(one)
    return {key: next(iter(ids)) for key, ids in found.items() if len(ids) == 1}


def _found_otherwise(model: type[Record], texts: list[str]) -> dict[str, int]:
    """Systems as `identity` says, people also by full name, short lists also by the loose key.

    Only where that is unambiguous.
    """
    if model is System:
        names = directory(texts)
        meant = {text: names.find(text) for text in texts}
        return {text: ids[0] for text, ids in meant.items() if len(ids) == 1}
    if model is User:
        statement = sa.select(User.full_name, User.id).where(User.full_name != "")
        key: Callable[[str], str] = key_of
    elif model is Ip or model.__unique__ is None:
        return {}
    else:
        table = model.__table__
        statement = sa.select(label_of(model), table.c.id).where(table.c.deleted_at.is_(None))
        key = loose_key
    known: dict[str, set[int]] = {}
    for name, record_id in db.session.execute(statement):
        known.setdefault(key(name), set()).add(record_id)
    hits = {text: known.get(key(text), set()) for text in texts}
    return {text: next(iter(ids)) for text, ids in hits.items() if len(ids) == 1}


def _led_on(model: type[Record], texts: list[str]) -> dict[str, int]:
    """What rows with these names were merged into. The names of merged systems are aliases."""
    if not texts or not merging.is_mergeable(model):
        return {}
    table = model.__table__
    key = table.c[f"{model.__label__}_key"]
    statement = sa.select(key, table.c.id).where(table.c.deleted_at.is_not(None)).order_by(table.c.id)
    gone = dict(db.session.execute(statement).all())
    wanted = {text: gone.get(key_of(_spelled(model, text))) for text in texts}
    led = {text: merging.survivor_of(model, one) for text, one in wanted.items() if one}
    return {text: one for text, one in led.items() if one}


def find_or_create(change_set: Recording, model: type[Record], names: Iterable[str]) -> dict[str, int]:
    """The rows that these names mean; missing ones are created, one row per key."""
    wanted = sorted(set(names))
    found = find(model, wanted)
    fresh: dict[str, str] = {}
    for name in wanted:
        if name not in found:
            fresh.setdefault(key_of(_spelled(model, name)), name)
    drafts = records.write(change_set, model, [Draft(values={"name": name}) for name in fresh.values()])
    for draft in drafts:
        if draft.errors:
            raise Refused({"": next(f"“{draft.new['name']}” {reason}" for reason in draft.errors.values())})
    made = {key: draft.record_id for key, draft in zip(fresh, drafts, strict=True)}
    return found | {n: made[key] for n in wanted if (key := key_of(_spelled(model, n))) in made}


def resolve(change_set: Recording | None, model: type[Record], pick: Pick) -> int:
    """The id that a pick means; with a change set, a lookup that grows makes the missing row.

    `ValueError` says what there is none of.
    """
    return resolve_all(change_set, model, [pick])[0]


def resolve_all(change_set: Recording | None, model: type[Record], picks: Sequence[Pick]) -> list[int]:
    """The same for several picks, with a few statements, however many they are."""
    names = [pick.name for pick in picks if pick.id is None]
    if change_set is not None and model.__grows__:
        found = find_or_create(change_set, model, names)
    else:
        found = find(model, names)
    missing = [why_not(model, text) for text in dict.fromkeys(names) if text not in found]
    meant = _meant(model, {pick.id for pick in picks if pick.id is not None})
    missing += [f"there is no {_word(model)} with the id {one}" for one in sorted(meant) if not meant[one]]
    if missing:
        raise ValueError("; ".join(missing))
    return [found[pick.name] if pick.id is None else meant[pick.id] for pick in picks]


def _meant(model: type[Record], ids: set[int]) -> dict[int, int]:
    """The live rows that these ids mean, 0 where there is none: a merged row is what it was merged into."""
    if not ids:
        return {}
    table = model.__table__
    live = sa.select(table.c.id).where(among(table.c.id, ids), table.c.deleted_at.is_(None))
    meant = {one: one for one in db.session.scalars(live)}
    return meant | {one: merging.survivor_of(model, one) or 0 for one in ids - meant.keys()}


def why_not(model: type[Record], name: str) -> str:
    """Why a text that `find` does not find means no record: there is none, or there are several."""
    if model is System and (several := directory([name]).find(name)):
        names = sa.select(System.name).where(System.id.in_(several)).order_by(System.name)
        return f"“{name}” may be {' or '.join(db.session.scalars(names))}: write the full name"
    if model.__unique__ is None and model is not System:
        key = model.__table__.c[f"{model.__label__}_key"] == key_of(name)
        if db.session.scalar(sa.select(model.id).where(key, model.deleted_at.is_(None)).limit(1)):
            return f"there are several with the name “{name}”: give the id ({_word(model)})"
    return f"there is no {_word(model)} “{name}”"


def _word(model: type[Record]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", model.__name__).lower()
