"""The rows of a preview that are shown: one filter, one page of them."""

import json
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any

from app.importing.preview import WITHOUT_ASKING, hosts_in

PER_PAGE = 200
FILTERS = {
    "new": "new",
    "changed": "changed",
    "same": "the same",
    "protected": "protected by a lock",
    "ambiguous": "ambiguous names",
    "faulty": "faulty rows",
    "kept": "cells differ, kept",
    "skipped": "left out",
}


class Shown:
    """What the page lists: everything that changes or needs a look, or what one tile counts."""

    def __init__(self, told: dict[str, Any], kept: Path, show: str, start: int) -> None:
        self.show = show if show in FILTERS else ""
        self.start, self.total = max(start, 0), 0
        self.rows: list[dict[str, Any]] = []
        faulty = told["faulty_rows"] if self.show in ("", "faulty") else []
        reasons: dict[int, list[dict[str, Any]]] = {}
        for fault in told["faults"] if faulty else ():
            reasons.setdefault(fault["line"], []).append(fault)
        hosts = hosts_in(kept, self.show or WITHOUT_ASKING)
        for self.total, (line, found) in enumerate(merge(hosts, faulty, key=itemgetter(0)), start=1):
            if self.start < self.total <= self.start + PER_PAGE:
                self.rows.append(_row(line, found, reasons.get(line, [])))

    @property
    def following(self) -> int:
        """Where the next page begins; 0 if there is none."""
        end = self.start + PER_PAGE
        return end if end < self.total else 0


def _row(line: int, found: bytes | list[str], faults: list[dict[str, Any]]) -> dict[str, Any]:
    """A host, or a faulty row with its reasons."""
    if isinstance(found, bytes):
        return {"line": line, "host": json.loads(found)}
    return {"line": line, "cells": found, "faults": faults}
