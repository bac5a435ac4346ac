"""What a deletion leaves behind, in words, before it is done."""

from collections.abc import Sequence
from typing import Any

from app.entities import registry
from app.entities.entity import Entity
from app.services import deletion
from app.services.reading import read


def loosens(entity: Entity, ids: Sequence[int]) -> str:
    """What stays when records go to the bin, and what it loses: "3 tasks become loose, 1 system loses the tag"."""
    parts = []
    for user, attribute in deletion.loosened_by(entity.model):
        other = registry.entity_for(user)
        others = [name for name in other.loose if name != attribute.name]
        rows = read(user, list(deletion.pointing(user, attribute, ids)), others)
        held = [row for row in rows if attribute.name not in other.loose or any(map(row.get, others))]
        parts += [_words(other, len(rows) - len(held), ("becomes loose", "become loose"))]
        parts += [_words(other, len(held), (f"loses the {entity.one}", f"lose the {entity.one}"))]
    return ", ".join(part for part in parts if part)


def _words(entity: Entity, count: int, verbs: tuple[str, str]) -> str:
    if count == 0:
        return ""
    return f"1 {entity.one} {verbs[0]}" if count == 1 else f"{count:,} {entity.label.lower()} {verbs[1]}"


def init_app(app: Any) -> None:
    """Give the templates what they ask."""
    app.jinja_env.globals["loosens"] = loosens
