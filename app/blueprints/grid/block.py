"""What is pasted where: the cells of a spreadsheet, laid over the rows and columns that a page shows."""

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from flask import abort, request
from flask_login import current_user

from app.entities.entity import Entity, Field
from app.entities.links import is_id
from app.security.access import sees_internal
from app.services.drafts import Refused

MOST_CELLS = 5000
"""Larger blocks are an import."""


@dataclass
class Cell:
    """One pasted cell: what it was, what comes, or why it can't."""

    record_id: int
    row: str
    label: str
    name: str
    text: str
    was: str = ""
    fault: str = ""
    creates: bool = False
    changes: bool = False
    clashes: bool = False
    """True if somebody else changed it since the page showed it."""
    is_kept: bool = False
    """True if mine is kept although somebody else changed it."""


@dataclass
class Block:
    """What is pasted where; `outside` counts the cells that lie beyond the last row or column."""

    entity: Entity
    rows: dict[int, int]
    fields: list[Field | None]
    lines: list[list[str]]
    outside: int = 0
    revision: int = 0
    """What is stored when the block is tried."""
    cells: list[Cell] = field(default_factory=list)
    known: dict[tuple[str, str], tuple[Any, bool]] = field(default_factory=dict)
    ids: dict[Any, dict[str, int]] = field(default_factory=dict)
    fresh: dict[Any, set[str]] = field(default_factory=dict)
    kept: dict[tuple[int, str], int] = field(default_factory=dict)
    """Cells in which mine is kept, with the revision at which theirs was seen."""
    left_out: dict[tuple[int, str], str] = field(default_factory=dict)
    """Cells that are known to be refused, with the reason: what they would create is not created."""

    @property
    def changing(self) -> list[Cell]:
        """The cells that change."""
        return [cell for cell in self.cells if cell.changes]

    @property
    def faulty(self) -> list[Cell]:
        """The cells that stay, and say why."""
        return [cell for cell in self.cells if cell.fault]

    @property
    def shown(self) -> list[Cell]:
        """The cells of the preview: first those that ask for a look."""
        asking = [cell for cell in self.cells if cell.fault or cell.is_kept]
        return asking + [cell for cell in self.changing if not cell.is_kept]

    def count_rows(self) -> int:
        """How many rows change."""
        return len({cell.record_id for cell in self.changing})


def read_block(entity: Entity) -> Block:
    """What the page sent; `Refused` if it is too much or can't be read."""
    pairs = [part.partition(":")[::2] for part in request.form.get("rows", "").split(",")]
    if not all(is_id(key) and revision.isdecimal() for key, revision in pairs):
        abort(400, "rows: ids with their revisions")
    rows = {int(key): int(revision) for key, revision in pairs}
    visible = {item.name: item for item in entity.visible(sees_internal(current_user))}
    fields = [visible.get(name) for name in request.form.get("fields", "").split(",")]
    try:
        lines = list(csv.reader(io.StringIO(request.form.get("text", ""), newline=""), delimiter="\t"))
    except csv.Error as error:
        raise Refused({"": f"This can't be read as cells: {error}."}) from None
    lines = [line or [""] for line in lines]
    if request.form.get("fill") and len(lines) == 1 and len(lines[0]) == 1:
        lines = [lines[0] * len(fields)] * len(rows)
    cells = sum(len(line) for line in lines)
    if cells > MOST_CELLS:
        raise Refused({"": f"{cells:,} cells are too many to paste; import them as a file."})
    inside = sum(min(len(line), len(fields)) for line in lines[: len(rows)])
    shown = dict(list(rows.items())[: len(lines)])
    return Block(entity, shown, fields, lines, cells - inside, kept=_kept())


def _kept() -> dict[tuple[int, str], int]:
    """The cells in which mine is kept: `17:status:512`, the last what was seen of theirs."""
    parts = [text.split(":") for text in request.form.getlist("keep")]
    if not all(len(part) == 3 and is_id(part[0]) and part[2].isdecimal() for part in parts):
        abort(400, "keep: an id, a field and a revision")
    return {(int(key), name): int(revision) for key, name, revision in parts}
