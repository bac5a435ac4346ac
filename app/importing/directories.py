"""The import directories of the operator: what lies in them; nothing outside is ever read."""

import datetime as dt
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.importing.refusal import ImportRefused
from app.services.places import within

MOST = 500
"""So many files are listed."""


@dataclass(frozen=True)
class Found:
    """A file that can be imported."""

    path: Path
    size: int
    changed_at: dt.datetime


def listed(directories: Sequence[Path]) -> list[Found]:
    """The files of the directories and what is below them, the newest first."""
    found = [_found(path) for directory in directories for path in _files(directory)]
    there = [file for file in found if file is not None]
    return sorted(there, key=lambda file: (file.changed_at, str(file.path)), reverse=True)[:MOST]


def _files(directory: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(place, name) for name in names if not name.startswith("."))


def _found(path: Path) -> Found | None:
    try:
        told = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(told.st_mode):
        return None
    return Found(path, told.st_size, dt.datetime.fromtimestamp(told.st_mtime, dt.UTC))


def content(directories: Sequence[Path], path: str, most: int) -> tuple[bytes, str]:
    """A file of an import directory and its name; `ImportRefused` says why it can't be read.

    A path that is not absolute is looked for in each of the directories.
    """
    if not path or "\0" in path:
        raise ImportRefused("No file is named.")
    try:
        real = _within(directories, path)
        if not real.is_file():
            raise ImportRefused(f"The file {path} is not there: provide it, or correct the path.")
        if real.stat().st_size > most:
            raise ImportRefused(f"The file {path} is larger than {most // 2**20} MB.")
        data = real.read_bytes()
    except (OSError, RuntimeError) as error:  # a loop of links is no OSError everywhere
        reason = getattr(error, "strerror", None) or "it is a loop of links"
        raise ImportRefused(f"The file {path[:200]} can't be read: {reason}.") from None
    if not data.strip():
        raise ImportRefused(f"The file {path} is empty.")
    return data, real.name


def _within(directories: Sequence[Path], path: str) -> Path:
    inside = within(directories, path)
    if not inside:
        raise ImportRefused(f"{path} is outside the import directories.")
    return next((one for one in inside if one.exists()), inside[0])
