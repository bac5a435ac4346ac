"""The jobs that write exports: files to download, files in an export directory."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import current_app

from app.entities.query import understand_text
from app.entities.registry import entity
from app.exporting import directory, files, making
from app.exporting.making import Export
from app.security.access import person_with
from app.security.people import Person
from app.services.reading import snapshot
from app.services.running import Failed, Run


def export(run: Run, plural: str, query: str, columns: list[str], file_format: str, name: str, revision: int):
    """Write the records that a query finds into the result file; `revision` is the list's, to tell jobs apart."""
    try:
        understood = understand_text(entity(plural), query)
        chosen = files.fields_of(understood.entity, columns)
        snapshot()
        with run.result_file(name).open("wb") as stream:
            manner = making.manner_of_list(person_of(run).username, chosen, plural, query, file_format)
            rows = files.write(understood, chosen, file_format, stream, run.step, manner)
    except making.FAULTS as error:
        raise Failed(str(error)) from None
    run.step(rows, rows, f"{rows:,} rows")
    return {"rows": rows, "revision": revision}


def by_profile(run: Run, profile_id: int, file_format: str, name: str, revision: int) -> dict[str, Any]:
    """Write what a profile says into the result file; `revision` tells jobs apart."""
    try:
        made = making.export_of(profile_id, person_of(run))
        snapshot()
        with run.result_file(name).open("wb") as stream:
            rows = made.write(file_format, stream, run.step)
    except making.FAULTS as error:
        raise Failed(str(error)) from None
    run.step(rows, rows, f"{rows:,} rows")
    return {"rows": rows, "revision": revision}


def into_directory(run: Run, profile_id: int, revision: int) -> dict[str, Any]:
    """Write what a profile says into the export directory; `revision` tells jobs apart."""
    return _into_directory(run, partial(making.export_of, profile_id)) | {"revision": revision}


def scheduled(
    run: Run, *, schedule_id: int, slot: str, profile: str, keep: int, directory: str = ""
) -> dict[str, Any]:
    """The same for a slot of a schedule, once; the newest `keep` files of the profile stay (0: all)."""
    told = f"schedule {schedule_id} {slot}"
    return _into_directory(run, partial(making.named, profile), told, keep, directory)


def _into_directory(
    run: Run, find: Callable[[Person], Export], slot: str = "", keep: int = 0, text: str = ""
) -> dict[str, Any]:
    person = person_of(run)
    try:
        made, place = find(person), export_directory(text)
        name = made.file_name(made.profile.format)
        stamp = directory.Stamp(f"export profile {made.id}", slot)
        snapshot()
        path, rows = directory.put(
            place, name, stamp, lambda stream: made.write(made.profile.format, stream, run.step)
        )
        gone = directory.prune(place, stamp, keep)
    except (*making.FAULTS, directory.NotWritten) as error:
        raise Failed(str(error)) from None
    except OSError as error:
        raise Failed(f"{error.filename or text}: {error.strerror}") from None
    run.log(f"Written: {path}")
    for old in gone:
        run.log(f"Removed: {old}")
    run.step(rows, rows, f"{rows:,} rows in {path.name}")
    return {"rows": rows, "file": path.name, "removed": len(gone)}


def person_of(run: Run) -> Person:
    """On whose behalf a job runs."""
    person = person_with(run.actor_id)
    if person is None:
        raise Failed("Whoever it runs for is not there any more")
    return person


def export_directory(text: str) -> Path:
    """The directory that a text means; that in the data directory is made when it is first used."""
    settings = current_app.config["SETTINGS"]
    usual = settings.data_dir / "exports"
    if usual in settings.export_dirs:
        usual.mkdir(exist_ok=True)
    return directory.place(settings.export_dirs, text)
