"""From a pasted text to the cells with names in it: a list, or the right column of a block of cells."""

import re
from collections.abc import Sequence

from app.entities.registry import entity
from app.importing.headings import normal, targets
from app.models.base import key_of
from app.services.drafts import Refused
from app.services.identity import is_host_name
from app.services.naming import Answer, answer, clean

MOST = 10_000
"""More lines are an import."""


def understood(text: str) -> Answer:
    """What a pasted text means; `Refused` if it has too many lines."""
    rows = [line.split("\t") for line in re.split(r"\r\n|\r|\n", text)]
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    _refuse_too_many(filled)
    column, headed = _column([row for _, row in filled])
    note = f"Line {filled[0][0]} holds headings and is left out." if headed else ""
    cells = [(number, row[column]) for number, row in filled[headed:] if column < len(row)]
    return answer([(number, part) for number, cell in cells for part in _parts(cell)], note)


def listed(names: Sequence[str]) -> Answer:
    """What the names of a list mean; their numbers are their places, from 1."""
    _refuse_too_many(names)
    return answer(enumerate(names, 1))


def _refuse_too_many(lines: Sequence[object]) -> None:
    if len(lines) > MOST:
        raise Refused({"names": f"{len(lines):,} lines are too many to paste; import them as a file"})


def _column(rows: list[list[str]]) -> tuple[int, bool]:
    """Which column holds the names, and whether a heading says so: else the first, unless another holds far more."""
    headings = [_rank(cell) for cell in rows[0]] if len(rows) > 1 else []
    if fitting := [(rank, index) for index, rank in enumerate(headings) if rank is not None]:
        return min(fitting)[1], True
    width = max(map(len, rows), default=1)
    names = [
        len({key_of(row[i]) for row in rows if i < len(row) and _is_telling(row[i])}) for i in range(width)
    ]
    best = max(names, default=0)
    return (0 if names[0] * 2 >= best else names.index(best)) if names else 0, False


def _rank(cell: str) -> int | None:
    (name,) = (target for target in targets(entity("systems")) if target.name == "name")
    return name.rank(normal(cell))


def _is_telling(cell: str) -> bool:
    """True for what a host could be called: no number, no date."""
    return any(c.isalpha() for c in cell) and is_host_name(clean(cell))


def _parts(cell: str) -> list[str]:
    """The names in a cell: several only if each of them looks like nothing but a host ("SRV01, SRV02")."""
    parts = [part for part in re.split(r"[,;]", cell) if part.strip()]
    several = len(parts) > 1 and all(_is_telling(part) and re.search(r"[\d.-]", part) for part in parts)
    return parts if several else [cell]
