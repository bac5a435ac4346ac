"""Changes as people read them: what was done to which record, field by field, old → new."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask_login import current_user

from app.entities import registry
from app.entities.entity import Entity, words_of
from app.entities.scalars import DateTime
from app.models.changes import Change, ChangeSet
from app.security.access import sees_internal
from app.services import settings
from app.services.stream import Told
from app.times import exact_time, local_time

LONGEST = 160
DONE = {"create": "created", "delete": "put into the bin", "restore": "brought back from the bin"}
SOURCES = {
    "ui": "By hand",
    "bulk": "Bulk edit",
    "merge": "Merge",
    "import": "Import",
    "schedule": "Schedule",
    "undo": "Undo",
    "api": "API",
    "cli": "Command line",
    "init": "Installation",
}


@dataclass
class Part:
    """One field of a change: old → new, or what was added and taken away."""

    label: str
    old: str = ""
    new: str = ""
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def hidden_entities() -> frozenset[str]:
    """The entities that the person must not see, in history either."""
    if sees_internal(current_user):
        return frozenset()
    return frozenset(entity.plural for entity in registry.entities() if entity.internal)


def parts(change: Change) -> list[Part]:
    """The fields of a change that the person may see; a new record's name is told with it."""
    entity = _entity(change.entity)
    told = []
    for name, (old, new) in change.diff.items():
        item = entity.by_name.get(name) if entity else None
        if item and not sees_internal(current_user) and item.internal:
            continue
        if entity and change.action == "create" and item is entity.title_field:
            continue
        told.append(_part(item.label if item else words_of(name), old, new, item))
    return told


def _part(label: str, old: Any, new: Any, item: Any) -> Part:
    if isinstance(old, list) or isinstance(new, list):
        before, after = [_word(one) for one in old or []], [_word(one) for one in new or []]
        return Part(
            label,
            added=[word for word in after if word not in before],
            removed=[word for word in before if word not in after],
        )
    write = None
    if item and isinstance(item.kind, DateTime):
        write = exact_time if item.kind.is_exact else local_time
    return Part(label, _word(old, write), _word(new, write))


def _word(value: Any, write: Callable[[dt.datetime], str] | None = None) -> str:
    """A value of a diff as text, times as `write` writes them; empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return str(value.get("name", ""))
    if write:
        return write(dt.datetime.fromisoformat(value))
    return str(value)


def shortened(text: str, longest: int = LONGEST) -> str:
    """A text in one line that is not too long."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[:longest].rstrip()} …"


def _entity(plural: str) -> Entity | None:
    try:
        return registry.entity(plural)
    except KeyError:
        return None


def kind_word(change: Change) -> str:
    """What sort of record it is: "system", "tag"; nothing for systems, which everything is about."""
    entity = _entity(change.entity)
    return "" if change.entity == "systems" else entity.one if entity else change.entity


def headline(told: Told) -> str:
    """What a change set did, in a line."""
    if told.head.summary and told.count == told.head.change_count:
        return told.head.summary
    if told.count == 1 and told.changes:
        change = told.changes[0]
        return f"{shortened(change.name, 80)} {DONE.get(change.action, 'changed')}"
    return f"{told.count:,} changes"


def source_word(source: str) -> str:
    """How it was done."""
    return SOURCES.get(source, words_of(source))


def author(head: ChangeSet) -> str:
    """Who did it; of what a schedule did by itself, who is named for that."""
    if head.actor:
        return head.actor.username
    return settings.get("scheduled_by") if head.source == "schedule" else "Spoor"


def init_app(app) -> None:
    """Give the templates the words."""
    app.jinja_env.globals.update(
        change_parts=parts,
        change_done=DONE,
        change_kind=kind_word,
        change_headline=headline,
        source_word=source_word,
        author=author,
    )
    app.add_template_filter(shortened)
