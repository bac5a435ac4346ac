"""The jobs that write systems as Markdown pages."""

from pathlib import Path
from typing import Any

from app.exporting import markdown, site
from app.exporting.directory import NotWritten
from app.jobs.exports import export_directory, person_of
from app.security.access import may
from app.security.permissions import EXPORT
from app.services.reading import snapshot
from app.services.running import Failed, Run

USUAL = "mkdocs"
"""The directory within the export directory, unless another one is told."""


def write(run: Run, sorting: str, revision: int) -> dict[str, Any]:
    """Write the pages into the export directory; `revision` tells jobs apart."""
    return _write(run, sorting, "") | {"revision": revision}


def scheduled(run: Run, *, schedule_id: int, slot: str, sorting: str, directory: str = "") -> dict[str, Any]:
    """The same for a slot of a schedule; done twice, it is the same."""
    return _write(run, sorting, directory)


def pack(run: Run, sorting: str, name: str, revision: int) -> dict[str, Any]:
    """The pages as a ZIP to download."""
    _allowed(run, sorting)
    snapshot()
    try:
        with run.result_file(name).open("wb") as stream:
            number = site.packed(markdown.pages(), sorting, stream)
    except (NotWritten, OSError) as error:
        raise Failed(str(error)) from None
    run.step(number, number, f"{number:,} systems")
    return {"systems": number, "revision": revision}


def _write(run: Run, sorting: str, text: str) -> dict[str, Any]:
    _allowed(run, sorting)
    try:
        place = _place(text)
        snapshot()
        total = len(markdown.chosen())
        number = site.write(place, markdown.pages(), sorting, lambda done: run.step(done, total))
    except NotWritten as error:
        raise Failed(str(error)) from None
    except OSError as error:
        raise Failed(f"{error.filename or text}: {error.strerror}") from None
    run.step(number, number, f"{number:,} systems below {place}")
    return {"systems": number}


def _allowed(run: Run, sorting: str) -> None:
    person = person_of(run)
    if not may(person, EXPORT):
        raise Failed(f"{person.username} may not export")
    if sorting not in site.SORTINGS:
        raise Failed(f"The sorting must be one of {', '.join(site.SORTINGS)}")


def _place(text: str) -> Path:
    """The directory that a text means; the usual one is made when it is first used."""
    if text:
        return export_directory(text)
    place = export_directory("") / USUAL
    place.mkdir(exist_ok=True)
    return export_directory(USUAL)
