"""A backup as a file: a ZIP with the rows of each table, the files, and in the end what it holds.

tables/systems.jsonl    a line with the names of the columns, then one for each row
files/evidence/…        files of the data directory
backup.json             when, by which version of the database, and a sum of everything
"""

import datetime as dt
import hashlib
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from app.backup import tables
from app.backup.tables import Content
from app.models.base import now
from app.services.reading import snapshot

TOLD = "backup.json"
FORMAT = 1
KEPT = ("evidence", "staged", "results", "imports", "exports")
"""What of the data directory belongs to an installation, besides its key; the queue is made anew."""
KEY = "secret_key"


class Damaged(ValueError):
    """A file that is no backup, or not whole any more; the text says what is wrong."""


def name_for(moment: dt.datetime, mark: str = "") -> str:
    """Under which name a backup of this moment is kept: the newest comes last; `mark` says who made it."""
    return f"spoor-{moment:%Y%m%d-%H%M%S}{f'-{mark}' if mark else ''}.zip"


def make(
    directory: Path, data_dir: Path, *, evidence: bool = True, mark: str = ""
) -> tuple[Path, dict[str, Any]]:
    """Write everything into a new file in `directory`, while others work; where it is and what it holds.

    The file is there whole or not at all, and only its owner can read it.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / name_for(now(), mark)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    try:
        with draft.open("wb") as stream:
            told = _write(stream, data_dir, evidence)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path, told


def _write(stream: Any, data_dir: Path, evidence: bool) -> dict[str, Any]:
    snapshot()
    told: dict[str, Any] = {"format": FORMAT, "made_at": now().isoformat(), "version": tables.version()}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        told["tables"] = {table.name: _write_table(archive, table) for table in tables.known()}
        told["files"] = {}
        for name, path in _files(data_dir, evidence):
            with suppress(FileNotFoundError):  # a result that has expired meanwhile
                told["files"][name] = _write_file(archive, name, path)
        archive.writestr(TOLD, json.dumps(told, indent=1))
    return told


def _write_table(archive: zipfile.ZipFile, table: sa.Table) -> dict[str, Any]:
    found = Content()
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as entry:
        for number, line in enumerate(tables.lines(table)):
            entry.write(line)
            if number:
                found.add(line)
    return found.told()


def _files(data_dir: Path, evidence: bool) -> Iterator[tuple[str, Path]]:
    """The files that belong to the installation, by their name below the data directory."""
    if (data_dir / KEY).is_file():
        yield KEY, data_dir / KEY
    for top in KEPT if evidence else KEPT[1:]:
        for path in sorted((data_dir / top).rglob("*")):
            if path.is_file():
                yield path.relative_to(data_dir).as_posix(), path


def _write_file(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Evidence is large and rarely shrinks, so files go in as they are; the hash of what went in."""
    entry = zipfile.ZipInfo(f"files/{name}")
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        return _copied(source, target)


def _copied(source: Any, target: Any = None) -> str:
    found = hashlib.sha256()
    while part := source.read(2**20):
        found.update(part)
        if target is not None:
            target.write(part)
    return found.hexdigest()


class Backup:
    """A backup that was made, to be looked at and brought back."""

    def __init__(self, path: Path) -> None:
        """Open it; `Damaged` if it is none."""
        try:
            self.archive = zipfile.ZipFile(path)
            self.told = json.loads(self.archive.read(TOLD))
        except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
            raise Damaged(f"{path} is no backup, or not whole: {error}") from error
        if self.told.get("format") != FORMAT:
            raise Damaged(f"{path} was made by a newer Spoor")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.archive.close()

    @property
    def version(self) -> str:
        """The migration that its rows are of."""
        return self.told["version"]

    def check_files(self) -> None:
        """`Damaged` if a file is not what went in."""
        for name in self.told["files"]:
            self._copy(name, None)

    def in_the_way(self, data_dir: Path) -> list[str]:
        """The files that are there already, are not the same, and would be lost."""
        return [name for name in self.told["files"] if name != KEY and self._differs(data_dir, name)]

    def _differs(self, data_dir: Path, name: str) -> bool:
        place = self._place(data_dir, name)
        if not place.exists():
            return False
        with place.open("rb") as there:
            return _copied(there) != self.told["files"][name]

    def put_files(self, data_dir: Path) -> int:
        """Write the files below the data directory; how many. Those that an interrupted restore left are the same."""
        for name in self.told["files"]:
            place = self._place(data_dir, name)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
            try:
                draft.touch(mode=0o600)
                with draft.open("wb") as target:
                    self._copy(name, target)
                draft.replace(place)
            finally:
                draft.unlink(missing_ok=True)
        return len(self.told["files"])

    def _place(self, data_dir: Path, name: str) -> Path:
        """Where a file belongs; `Damaged` if that is nowhere a backup writes to."""
        parts = PurePosixPath(name).parts
        if name != KEY and (len(parts) < 2 or parts[0] not in KEPT or ".." in parts):
            raise Damaged(f"{name} is no place that a backup writes to")
        return data_dir.joinpath(*parts)

    def _copy(self, name: str, target: Any) -> None:
        try:
            with self.archive.open(f"files/{name}") as source:
                found = _copied(source, target)
        except (KeyError, zipfile.BadZipFile) as error:
            raise Damaged(f"{name} can't be read: {error}") from error
        if found != self.told["files"][name]:
            raise Damaged(f"{name} is not what went into the backup")

    def fill(self) -> int:
        """Write all rows into the empty tables of this version; how many. Whoever calls it commits."""
        return sum(self._fill_table(table) for table in tables.known())

    def _fill_table(self, table: sa.Table) -> int:
        name = f"tables/{table.name}.jsonl"
        try:
            with self.archive.open(name) as entry:
                return tables.fill(table, iter(entry.readline, b""))
        except (KeyError, zipfile.BadZipFile, ValueError) as error:
            raise Damaged(f"{name} can't be read: {error}") from error
        except (IntegrityError, DataError) as error:
            reason = " ".join(str(error.orig).split())
            raise Damaged(f"the rows of {name} don't fit what else is there: {reason}") from error

    def differing(self) -> list[str]:
        """What a database holds otherwise than the backup tells, table by table."""
        found = {table.name: tables.content(table).told() for table in tables.known()}
        wanted = self.told["tables"]
        return [
            f"{name}: {found.get(name, {}).get('rows', 'no')} rows, {told['rows']} went into the backup"
            if found.get(name, {}).get("rows") != told["rows"]
            else f"{name}: the rows are not what went into the backup"
            for name, told in wanted.items()
            if found.get(name) != told
        ]
