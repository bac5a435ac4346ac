"""Uploaded files: kept under random names until they are committed, discarded, or a month old."""

import hashlib
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

KEPT_DAYS = 30


def directory_in(data_dir: Path) -> Path:
    """Where uploads wait."""
    return data_dir / "staged"


def keep(directory: Path, data: bytes) -> str:
    """Store a file, readable by this account only; the name it got."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(16)
    put(directory / name, [data])
    return name


def put(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file whole or not at all: a kill or a full disk leaves what was there before."""
    growing = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    growing.touch(mode=0o600)
    try:
        with growing.open("wb") as file:
            file.writelines(parts)
        growing.replace(path)
    finally:
        growing.unlink(missing_ok=True)


def content(directory: Path, name: str) -> bytes | None:
    """A stored file, or None if it is gone."""
    path = directory / name
    return path.read_bytes() if name and path.is_file() else None


def discard(directory: Path, name: str) -> None:
    """Remove a stored file and what was worked out from it."""
    for path in (directory / name, preview_path(directory, name)):
        if name:
            path.unlink(missing_ok=True)


def preview_path(directory: Path, name: str) -> Path:
    """Where the preview of a stored file is kept."""
    return directory / f"{name}.plan"


def expire(directory: Path) -> int:
    """Remove what is older than a month; how many files."""
    if not directory.is_dir():
        return 0
    oldest = time.time() - KEPT_DAYS * 86_400
    old = [path for path in directory.iterdir() if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def fingerprint(data: bytes) -> str:
    """What tells whether two uploads are the same content."""
    return hashlib.sha256(data).hexdigest()
