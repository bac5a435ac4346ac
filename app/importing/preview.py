"""A plan as people see it: names instead of ids, old and new per cell.

It is kept as lines of text: first what holds for all of it, then every host, by the line where it
starts, with the words by which it is looked for. So a page of a long preview is found without all of it.
"""

import json
import os
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from app.entities.entity import Entity
from app.importing.cells import New
from app.importing.plan import HostPlan, Plan
from app.services.progress import counted
from app.services.reading import LARGE, Named, names_of
from app.services.spool import portions

_END = b"end of the preview\n"
"""The last line: without it the file is damaged, or of a version that kept something else."""
SHOWN_FAULTS = 5_000
WITHOUT_ASKING = "shown"
"""The word of the hosts that a preview shows if nothing is looked for: what changes or needs a look."""


def preview_of(plan: Plan, entity: Entity) -> dict[str, Any]:
    """What the preview page shows of all, as JSON."""
    title, seen = entity.title_field.name, _Seen()
    for host in counted(plan.hosts):
        seen.see(host, title)
    return {
        "revision": plan.revision,
        "digest": plan.digest(),
        "counts": plan.counts(),
        "cells": seen.cells,
        "kept_by_column": dict(plan.kept_by_column),
        "is_merge": seen.is_merge,
        "fields": [field.name for field in entity.fields if field.name in seen.fields],
        "is_spelled": len(entity.identity) == 1,
        "has_memos": seen.has_memos,
        "hosts": len(plan.hosts),
        "faults": [fault.as_json() for fault in plan.faults],
        "faulty_rows": [[line, cells] for line, cells in plan.faulty_rows[:SHOWN_FAULTS]],
    }


class _Seen:
    """What is gathered from every host."""

    def __init__(self) -> None:
        self.cells, self.is_merge, self.has_memos = 0, False, False
        self.fields: set[str] = set()

    def see(self, host: HostPlan, title: str) -> None:
        named = {*host.changes, *host.kept, *host.withheld}
        self.fields |= named if host.id else named - {title}
        self.cells += len(host.changes) + len(host.memos) if host.outcome == "changed" else 0
        self.is_merge |= bool(host.theirs)
        self.has_memos |= bool(host.memos)


def lines_of(told: dict[str, Any], plan: Plan, entity: Entity) -> Iterator[bytes]:
    """The lines that are kept of a preview."""
    yield json.dumps(told).encode() + b"\n"
    starts = [host.lines[0] for host in plan.hosts]
    for places in portions(sorted(range(len(starts)), key=starts.__getitem__), LARGE):
        hosts = [plan.hosts[place] for place in places]
        names = _names(hosts, entity)
        for host in counted(hosts):
            shown = json.dumps(_host(host, names))
            yield f"{host.lines[0]}\t{' '.join(_words(host))}\t{shown}\n".encode()
    yield _END


def told_in(path: Path) -> dict[str, Any] | None:
    """What a kept preview says of all; None if there is none, or not the whole of it (a crash, another version)."""
    if not path.is_file() or path.stat().st_size < len(_END):
        return None
    with path.open("rb") as lines:
        lines.seek(-len(_END), os.SEEK_END)
        if lines.read() != _END:
            return None
        lines.seek(0)
        return json.loads(lines.readline())


def hosts_in(path: Path, word: str) -> Iterator[tuple[int, bytes]]:
    """The hosts of a kept preview that go by a word: the line where each starts, and itself as JSON."""
    wanted = word.encode()
    with path.open("rb") as lines:
        for kept in takewhile(_END.__ne__, islice(lines, 1, None)):
            line, words, host = kept.split(b"\t", 2)
            if wanted in words.split():
                yield int(line), host


def _words(host: HostPlan) -> list[str]:
    needs_look = host.theirs or host.withheld or host.planned or host.outcome == "ambiguous"
    words = {"protected": host.withheld, "kept": host.kept, WITHOUT_ASKING: host.goes_in or needs_look}
    return [host.outcome, *(word for word, is_so in words.items() if is_so)]


def _names(hosts: Sequence[HostPlan], entity: Entity) -> dict[str, dict[int, Named]]:
    """The rows that these hosts point at, by field."""
    ids: dict[str, set[int]] = {}
    for host in hosts:
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
