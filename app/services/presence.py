"""Who is here and which rows are being edited: marks in Valkey that expire by themselves.

One hash holds them all, so that a poll writes and reads with a single round trip. Nothing here is
in the database or the history; without Valkey nobody is shown.
"""

import time
from dataclasses import dataclass, field
from typing import Any

from redis import RedisError

from app.extensions import redis_connection

KEY = "spoor:presence"
HERE, EDITING = 25.0, 4.0
"""Seconds after which a person and an open editor are gone; a hidden tab asks every 10 seconds."""
PAUSE = 10.0
"""Seconds without asking again after Valkey did not answer."""


@dataclass
class _Away:
    until: float = 0.0


_away = _Away()


@dataclass(frozen=True)
class Presence:
    """The others' names, and who edits which record of an entity."""

    people: tuple[str, ...] = ()
    editors: dict[int, str] = field(default_factory=dict)


def meet(user_id: int, username: str, plural: str, editing: int | None = None) -> Presence:
    """Say that somebody looks at an entity, perhaps edits a record of it, and see who else does."""
    now = time.time()
    if now < _away.until:
        return Presence()
    marks: dict[Any, Any] = {str(user_id): f"{now + HERE:.1f} {username}"}
    if editing is not None:
        marks[f"{user_id}/{plural}/{editing}"] = f"{now + EDITING:.1f} {username}"
    try:
        with redis_connection().pipeline(transaction=False) as pipe:
            pipe.hset(KEY, mapping=marks)
            pipe.expire(KEY, int(HERE) + 1)
            pipe.hgetall(KEY)
            found = {key.decode(): value.decode() for key, value in pipe.execute()[2].items()}
        _sweep(found, now)
    except RedisError:
        _away.until = now + PAUSE
        return Presence()
    return _seen(found, now, user_id, plural)


def _sweep(found: dict[str, str], now: float) -> None:
    """Take expired marks away; the hash as a whole expires when nobody is left."""
    old = [key for key, value in found.items() if float(value.partition(" ")[0]) < now]
    if old:
        redis_connection().hdel(KEY, *old)


def _seen(found: dict[str, str], now: float, user_id: int, plural: str) -> Presence:
    people, editors = set(), {}
    for key, value in found.items():
        until, _, name = value.partition(" ")
        person, _, place = key.partition("/")
        if float(until) < now or person == str(user_id):
            continue
        people.add(name)
        entity, _, record = place.partition("/")
        if record and entity == plural:
            editors[int(record)] = name
    return Presence(tuple(sorted(people)), dict(sorted(editors.items())))
