"""The jobs that make a backup and that verify one."""

from pathlib import Path
from typing import Any

from app.backup import shelf
from app.backup.archive import make
from app.cli.restoring import Refused, own_settings, size, verify
from app.services.running import Failed, Run


def scheduled(run: Run, *, schedule_id: int, slot: str, keep: int, evidence: bool) -> dict[str, Any]:
    """Make one; then keep so many that this schedule made (0: all), never before the new one is whole."""
    mark = f"schedule{schedule_id}"
    told = _make(run, evidence, mark)
    for path in shelf.prune(own_settings().backup_dir, keep, mark):
        run.log(f"{path.name} removed")
    return told


def by_hand(run: Run, evidence: bool, asked_at: str) -> dict[str, Any]:
    """Make one; `asked_at` tells jobs apart."""
    return _make(run, evidence, "hand")


def _make(run: Run, evidence: bool, mark: str) -> dict[str, Any]:
    settings = own_settings()
    run.step(0, 1, "Writing everything into one file")
    try:
        path, told = make(settings.backup_dir, settings.data_dir, evidence=evidence, mark=mark)
    except OSError as error:
        raise Failed(f"{error.filename or settings.backup_dir}: {error.strerror or error}") from error
    run.step(1, 1, f"{path.name}: {size(told)}")
    return {"backup": path.name}


def check(run: Run, name: str, size_of_file: int) -> dict[str, Any]:
    """Restore one into a scratch place and compare; `size_of_file` tells files apart."""
    path = shelf.named(own_settings().backup_dir, name)
    if path is None:
        raise Failed(f"{name} is not there any more")
    run.step(0, 1, "Restoring it into a scratch place")
    _verify(run, path)
    return {"backup": name}


def _verify(run: Run, path: Path) -> None:
    try:
        told = verify(path)
    except Refused as error:
        raise Failed(error.message) from error
    shelf.note_verified(path)
    run.step(1, 1, told)
