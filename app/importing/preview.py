"""A plan as people see it: names instead of ids, old and new per cell."""

from typing import Any

from app.entities.entity import Entity
from app.importing.cells import New
from app.importing.plan import HostPlan, Plan
from app.services.progress import counted
from app.services.reading import Named, names_of

SHOWN_FAULTS = 5_000


def preview_of(plan: Plan, entity: Entity) -> dict[str, Any]:
    """Everything that the preview page shows, as JSON."""
    names = _names(plan, entity)
    title = entity.title_field.name
    fields = {
        name
        for host in plan.hosts
        for name in (*host.changes, *host.kept, *host.withheld)
        if host.id or name != title
    }
    return {
        "revision": plan.revision,
        "digest": plan.digest(),
        "counts": plan.counts(),
        "cells": sum(len(host.changes) + len(host.memos) for host in plan.hosts if host.outcome == "changed"),
        "kept_by_column": dict(plan.kept_by_column),
        "is_merge": any(host.theirs for host in plan.hosts),
        "fields": [field.name for field in entity.fields if field.name in fields],
        "is_spelled": len(entity.identity) == 1,
        "has_memos": any(host.memos for host in plan.hosts),
        "hosts": [_host(host, names) for host in counted(plan.hosts)],
        "faults": [fault.as_json() for fault in plan.faults],
        "faulty_rows": [[line, cells] for line, cells in plan.faulty_rows[:SHOWN_FAULTS]],
    }


def _names(plan: Plan, entity: Entity) -> dict[str, dict[int, Named]]:
    """The rows that the plan points at, by field."""
    ids: dict[str, set[int]] = {}
    for host in plan.hosts:
        for name, (_, new) in [*host.changes.items(), *host.kept.items()]:
            items = new if isinstance(new, list) else [new]
            ids.setdefault(name, set()).update(item for item in items if isinstance(item, int))
    linked = {name: entity.field(name).kind.attribute for name in ids}
    return {
        name: names_of(attribute.target, ids[name])
        for name, attribute in linked.items()
        if attribute.sort in ("one", "many")
    }


def _host(host: HostPlan, names: dict[str, dict[int, Named]]) -> dict[str, Any]:
    return {
        "id": host.id,
        "name": host.name,
        "written": host.written,
        "lines": host.lines,
        "outcome": host.outcome,
        "planned": host.planned,
        "cells": {name: _cell(pair, names.get(name)) for name, pair in host.changes.items()},
        "kept": {name: _cell(pair, names.get(name)) for name, pair in host.kept.items()},
        "same": {name: _text(value) for name, value in host.same.items()},
        "withheld": host.withheld,
        "theirs": host.theirs,
        "memos": host.memos,
        "candidates": host.candidates,
    }


def _cell(pair: tuple[Any, Any], names: dict[int, Named] | None) -> dict[str, Any]:
    """Old and new of a single value; what is added and removed of several."""
    old, new = pair
    if isinstance(new, list) or isinstance(old, list):
        before = [_shown(item, names)["text"] for item in old or ()]
        after = [_shown(item, names)["text"] for item in new or ()]
        added = [text for text in after if text not in before]
        return {"added": added, "removed": [text for text in before if text not in after]}
    return {"old": _shown(old, names), "new": _shown(new, names)}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(item, None)["text"] for item in value)
    return _shown(value, None)["text"]


def _shown(value: Any, names: dict[int, Named] | None) -> dict[str, Any]:
    if isinstance(value, int) and not isinstance(value, bool) and names is not None:
        value = names.get(value, value)
    if isinstance(value, Named):
        return {"text": value.name, "tone": value.tone, "icon": value.icon}
    if isinstance(value, New):
        return {"text": value.name, "is_new": True}
    if isinstance(value, bool):
        return {"text": "yes" if value else "no"}
    return {
        "text": "" if value is None else value.isoformat(" ") if hasattr(value, "isoformat") else str(value)
    }
