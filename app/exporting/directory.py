"""Files in the export directories: there whole or not at all, with their SHA-256 beside them."""

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.exporting.files import FORMATS

_FORM = re.compile(rf"\d{{8}}_\d{{4}}(-\d+)?_[\w-]+\.({'|'.join(FORMATS)})\.sha256")
_DRAFT = re.compile(rf"\.\d{{8}}_\d{{4}}_[\w-]+\.({'|'.join(FORMATS)})\.[0-9a-f]{{8}}(\.sha256)?")
_DEAD = 24 * 60 * 60
"""A draft that nobody has written to for so many seconds is of a process that was killed."""
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)
"""What file systems without links of this kind say."""


class NotWritten(ValueError):
    """Nothing was written; the text says where and why."""


@dataclass(frozen=True)
class Stamp:
    """Whose files these are: `owner` wrote them for `slot` (empty: by hand)."""

    owner: str
    slot: str = ""

    @property
    def line(self) -> str:
        """The comment in the file of the checksum, which `sha256sum` skips."""
        return f"# Spoor, {self.owner}" + (f", {self.slot}" if self.slot else "")

    def is_on(self, line: str) -> bool:
        """True if a file with this comment is one of the owner's."""
        return line == f"# Spoor, {self.owner}" or line.startswith(f"# Spoor, {self.owner}, ")


def place(allowed: Sequence[Path], text: str = "") -> Path:
    """The directory that a text means: below one of the allowed ones, the first of them by itself."""
    first = allowed[0].resolve()
    try:
        path = (first / text).resolve()
    except (OSError, ValueError, RuntimeError):
        raise NotWritten(f"{text!r} is no directory") from None
    if not any(path.is_relative_to(one.resolve()) for one in allowed):
        raise NotWritten(f"{text} is not below an export directory: {', '.join(map(str, allowed))}")
    if not path.is_dir():
        raise NotWritten(f"There is no directory {path}")
    return path


@contextmanager
def draft_of(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name once it is whole and stored; if anything goes wrong there is nothing."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def put(directory: Path, name: str, stamp: Stamp, write: Callable[[BinaryIO], int]) -> tuple[Path, int]:
    """Write `YYYYMMDD_HHMM_<name>` and its checksum; the file and the number of rows.

    What was written for the slot already is not written again.
    """
    if stamp.slot and (there := _of_slot(directory, stamp)):
        return there, 0
    draft = directory / f".{name}.{secrets.token_hex(4)}"
    beside = draft.with_name(f"{draft.name}.sha256")
    try:
        _clear_away(directory)
        with draft.open("xb") as stream:
            rows = write(stream)
            _store(stream)
        path = _take(draft, directory, name, beside, stamp)
        _sync(directory)
    except OSError as error:
        raise NotWritten(f"{directory}: {error.strerror or error}") from None
    finally:
        for left in (draft, beside):
            with suppress(OSError):
                left.unlink(missing_ok=True)
    return path, rows


def _take(draft: Path, directory: Path, name: str, beside: Path, stamp: Stamp) -> Path:
    """Give the draft the first name that nobody has, and its checksum the name beside it."""
    day, moment, rest = name.split("_", 2)
    told = digest(draft)
    for number in range(1, 1000):
        told_apart = f"-{number}" if number > 1 else ""
        path = directory / f"{day}_{moment}{told_apart}_{rest}"
        with beside.open("wb") as stream:
            stream.write(f"{stamp.line}\n{told}  {path.name}\n".encode())
            _store(stream)
        if _claim(draft, path):
            try:
                beside.replace(_beside(path))
            except OSError:
                path.unlink()
                raise
            return path
    raise NotWritten(f"{directory}: there are a thousand files called {name}")


def _clear_away(directory: Path) -> None:
    """Remove the drafts of processes that were killed; those of others come and go meanwhile."""
    for path in directory.glob(".*"):
        with suppress(FileNotFoundError):
            if _DRAFT.fullmatch(path.name) and path.lstat().st_mtime < time.time() - _DEAD:
                path.unlink()


def _claim(draft: Path, path: Path) -> bool:
    """Give the draft a name, unless something has it."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if path.exists():
            return False
        draft.rename(path)
    return True


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _store(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _sync(directory: Path) -> None:
    """Let the names last, too."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _signed(directory: Path, accepts: Callable[[str], bool]) -> list[Path]:
    """The files whose checksum carries a comment that is accepted, the newest first."""
    found = [
        path
        for beside in directory.glob("*.sha256")
        if _FORM.fullmatch(beside.name) and (path := beside.with_suffix("")).is_file()
        if accepts(_lines(beside)[0])
    ]
    return sorted(found, key=lambda path: (path.name[:13], path.stat().st_mtime_ns), reverse=True)


def _lines(beside: Path) -> list[str]:
    """The comment and the checksum."""
    try:
        comment, line = beside.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return ["", ""]
    return [comment, line]


def _is_untouched(path: Path) -> bool:
    """True if the file is as it was written."""
    return not path.is_symlink() and _lines(_beside(path))[1] == f"{digest(path)}  {path.name}"


def _of_slot(directory: Path, stamp: Stamp) -> Path | None:
    written = _signed(directory, lambda comment: comment == stamp.line)
    return next(filter(_is_untouched, written), None)


def prune(directory: Path, stamp: Stamp, keep: int) -> list[str]:
    """Remove the owner's oldest files, so that so many stay (0: all); their names.

    What somebody put there or changed stays.
    """
    older = _signed(directory, stamp.is_on)[keep:] if keep > 0 else []
    gone = [path for path in older if _is_untouched(path)]
    for path in gone:
        path.unlink()
        _beside(path).unlink()
    return [path.name for path in gone]
