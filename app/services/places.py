"""The directories of the operator that files may come from and go to; nothing leads out of them."""

from collections.abc import Sequence
from pathlib import Path


def within(allowed: Sequence[Path], text: str) -> list[Path]:
    """Where a path leads below these directories, from each of them if it is not absolute; empty: out of them.

    Links are followed before it is asked whether the place lies within. `OSError`, `RuntimeError` or
    `ValueError` if the path leads nowhere: it is too long, a loop of links, not a path.
    """
    roots = [directory.resolve() for directory in allowed]
    places = [Path(root, text).resolve() for root in roots]
    return [place for place in places if any(place.is_relative_to(root) for root in roots)]
