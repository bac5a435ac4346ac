"""Faulty rows as a file: repaired, it can be uploaded as it is."""

import csv
import io
from typing import Any

from app.exporting.files import marked
from app.importing.headings import REASON_HEADING


def as_csv(headings: list[str], rows: list[tuple[int, list[str]]], errors: list[dict[str, Any]]) -> str:
    """The rows under their own headings, with the reasons in a column that uploads ignore."""
    reasons: dict[int, list[str]] = {}
    for error in errors:
        reasons.setdefault(error["line"], []).append(
            f"line {error['line']}, {error['column']}: {error['reason']}"
        )
    own = [heading != REASON_HEADING for heading in headings]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*(marked(h) for h, is_own in zip(headings, own, strict=True) if is_own), REASON_HEADING])
    for line, cells in rows:
        kept = [marked(cell) for cell, is_own in zip(cells, own, strict=True) if is_own]
        writer.writerow([*kept, "; ".join(reasons.get(line, []))])
    return text.getvalue()
