"""What a file of ours says about itself: which columns are which fields, and of which revision it is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.entities.entity import Entity
from app.exporting.columns import SPLITS, TIMES
from app.importing.raw import Line
from app.services import changes
from app.services.spool import Spool

_FIRST, _SECOND = "Created:", "Created by:"
_MOST_LINES = 20


@dataclass(frozen=True)
class Origin:
    """Where a file came from. `revision` is 0 if it is of another installation."""

    columns: dict[str, str]
    split: str = ""
    times: str = "exact"
    revision: int = 0


def sheet_of(told: Sequence[Sequence[str]]) -> str:
    """The sheet with the records; empty if nothing is said."""
    return _said(told).get("Sheet:", "")


def origin_of(told: Sequence[Sequence[str]], entity: Entity) -> Origin | None:
    """What was said, if it is of records of this entity."""
    said = _said(told)
    columns = _columns(said.get("Columns:", ""))
    if said.get("Records:") != entity.plural or not columns:
        return None
    split, times = said.get("Several values:", ";"), said.get("Times:", "")
    return Origin(
        {" ".join(heading.split()): name for heading, name in columns.items()},
        split if split in SPLITS and split != ";" else "",
        times if times in TIMES else "exact",
        changes.revision_of(said.get("Revision:", "")),
    )


def cut(rows: Spool[Line]) -> list[list[str]]:
    """Take the rows at the end of a CSV away that say when it was made; these."""
    for start in range(max(0, len(rows) - _MOST_LINES), len(rows) - 1):
        if rows[start][1][0] == _FIRST and rows[start + 1][1][0] == _SECOND:
            end = [cells for _, cells in rows[start:]]
            if not any(cell.strip() for cells in end for cell in cells[2:]):
                for _ in end:
                    rows.pop()
                return end
    return []


def _said(told: Sequence[Sequence[str]]) -> dict[str, str]:
    return {cells[0]: _word(cells[1]) for cells in told if len(cells) > 1}


def _word(text: str) -> str:
    return {"blank": " ", "line break": "\n"}.get(text, text.removeprefix("'"))


def _columns(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    is_fit = isinstance(found, dict) and all(isinstance(name, str) for name in found.values())
    return found if is_fit else {}
