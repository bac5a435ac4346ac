"""The rows of a preview that are shown: one filter, one page of them."""

from typing import Any

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

    def __init__(self, told: dict[str, Any], show: str, start: int) -> None:
        self.show = show if show in FILTERS else ""
        self.start = max(start, 0)
        hosts = [host for host in told["hosts"] if self._wanted(host)]
        faulty = told["faulty_rows"] if self.show in ("", "faulty") else []
        rows: list[dict[str, Any]] = [{"line": host["lines"][0], "host": host} for host in hosts]
        reasons: dict[int, list[dict[str, Any]]] = {}
        for fault in told["faults"]:
            reasons.setdefault(fault["line"], []).append(fault)
        rows += [{"line": line, "cells": cells, "faults": reasons.get(line, [])} for line, cells in faulty]
        rows.sort(key=lambda row: row["line"])
        self.total = len(rows)
        self.rows = rows[self.start : self.start + PER_PAGE]

    @property
    def following(self) -> int:
        """Where the next page begins; 0 if there is none."""
        end = self.start + PER_PAGE
        return end if end < self.total else 0

    def _wanted(self, host: dict[str, Any]) -> bool:
        if self.show == "protected":
            return bool(host["withheld"])
        if self.show == "kept":
            return bool(host["kept"])
        if self.show:
            return host["outcome"] == self.show
        return (
            host["outcome"] in ("new", "changed", "ambiguous")
            or bool(host.get("theirs"))
            or bool(host["withheld"])
            or bool(host["planned"])
        )
