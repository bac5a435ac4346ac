"""The backups that are kept in a directory: found by name, marked as verified, removed when there are enough."""

import datetime as dt
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"spoor-(\d{8}-\d{6})(?:-([a-z0-9]+))?\.zip")
_DRAFTS_KEPT = 24 * 3600
"""Seconds after which what an interrupted backup left is removed."""


@dataclass(frozen=True)
class Kept:
    """A backup: when it was made, by whom (`hand`, `schedule3`, nothing for the command), when verified."""

    path: Path
    at: dt.datetime
    mark: str
    size: int
    verified_at: dt.datetime | None


def kept(directory: Path) -> list[Kept]:
    """The backups in a directory, the newest first."""
    if not directory.is_dir():
        return []
    found = []
    for path in sorted(directory.iterdir(), reverse=True):
        with suppress(FileNotFoundError, ValueError):  # removed meanwhile; digits that are no time
            if match := _NAME.fullmatch(path.name):
                at = dt.datetime.strptime(match[1], "%Y%m%d-%H%M%S").replace(tzinfo=dt.UTC)
                found.append(Kept(path, at, match[2] or "", path.stat().st_size, _verified_at(path)))
    return found


def named(directory: Path, name: str) -> Path | None:
    """The backup of this name; None if there is none."""
    path = directory / name
    return path if _NAME.fullmatch(name) and path.is_file() else None


def _sign(path: Path) -> Path:
    return path.with_name(f"{path.name}.verified")


def _verified_at(path: Path) -> dt.datetime | None:
    """A sign that is older than its file says nothing."""
    sign = _sign(path)
    if not sign.is_file() or sign.stat().st_mtime < path.stat().st_mtime:
        return None
    return dt.datetime.fromtimestamp(sign.stat().st_mtime, dt.UTC)


def note_verified(path: Path) -> None:
    """Remember beside the file that it was restored and compared; where nothing can be written, don't."""
    with suppress(OSError):
        _sign(path).touch(mode=0o600)


def remove(path: Path) -> None:
    """Remove a backup."""
    path.unlink(missing_ok=True)
    _sign(path).unlink(missing_ok=True)


def prune(directory: Path, keep: int, mark: str = "") -> list[Path]:
    """Remove all but the newest so many of one maker (0: none); which. Call it once the new one is whole."""
    old = [one.path for one in kept(directory) if one.mark == mark][keep:] if keep else []
    for path in old:
        remove(path)
    for draft in directory.glob(".spoor-*.zip.*"):
        if draft.stat().st_mtime < time.time() - _DRAFTS_KEPT:
            draft.unlink(missing_ok=True)
    return old
