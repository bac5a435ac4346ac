"""How a change is written down: the diff of a draft, and reading values back from a diff."""

import datetime as dt
from typing import Any

from app.models.base import Record, UtcDateTime
from app.services.drafts import Draft
from app.services.reading import Named, brief
from app.services.shape import Attribute


def name_of(model: type[Record], values: dict[str, Any]) -> str:
    """The text that names a record in the history."""
    return str(values.get(model.__label__) or "")


def diff_of(
    shape: dict[str, Attribute], draft: Draft, names: dict[str, dict[int, Named]]
) -> dict[str, list[Any]]:
    """{field: [old, new]} of what a draft changes; secrets appear only as "changed"."""
    diff: dict[str, list[Any]] = {}
    for name in _told(draft):
        attribute, value = shape[name], draft.new[name]
        if attribute.secret:
            diff[attribute.secret] = [None, "changed"]
            continue
        old = brief(draft.old[name]) if draft.old else ([] if attribute.is_many else None)
        diff[name] = [old, brief(_shown(attribute, value, names.get(name, {})))]
    return diff


def _told(draft: Draft) -> list[str]:
    """The fields that changed; of a new record those that hold something."""
    if draft.is_new:
        return [name for name, value in draft.new.items() if value not in (None, "", [])]
    return draft.changed


def _shown(attribute: Attribute, value: Any, names: dict[int, Named]) -> Any:
    if attribute.sort == "one":
        return names.get(value)
    if attribute.sort == "many":
        return sorted((names[i] for i in value if i in names), key=lambda named: named.name)
    return value


def stored(attribute: Attribute, value: Any) -> Any:
    """A value of a diff as a plain value again: ids, aware times."""
    if isinstance(value, list):
        return sorted(stored(attribute, item) for item in value)
    if isinstance(value, dict):
        return value["id"]
    if value is not None and attribute.sort == "column" and isinstance(attribute.column.type, UtcDateTime):
        return dt.datetime.fromisoformat(value)
    return value
