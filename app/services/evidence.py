"""The evidence directory: a place on disk for each artifact, made once there is something to put into it.

It is made after the commit: a transaction that is rolled back leaves nothing behind, and a disk that
refuses loses nothing that was typed. Whoever wrote is warned then.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import event

from app.extensions import db, evidence_dir
from app.services.changes import Recording
from app.services.drafts import Draft, Warn, Warned

log = logging.getLogger(__name__)
_WAITING = "evidence"


class _Expected(NamedTuple):
    """A directory that is to be made, for which artifact; no more of it, for there may be many."""

    change_set: Recording
    artifact: int
    name: str
    path: str
    warnings: list[Warn]


def expect(change_set: Recording, drafts: Iterable[Draft]) -> None:
    """Have the directories of these written artifacts made when their transaction is committed."""
    expected = [
        _Expected(change_set, one.record_id, one.new["name"], one.new["storage_path"], one.warnings)
        for one in drafts
    ]
    change_set.then(lambda: db.session.info.setdefault(_WAITING, []).extend(expected))


@event.listens_for(db.session, "after_commit")
def _make(session: Any) -> None:
    for one in session.info.pop(_WAITING, ()):
        try:
            place(one.path).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            log.warning("No evidence directory for artifact %s: %s", one.artifact, reason)
            text = f"The directory {one.path} could not be made: {reason}. Make it by hand"
            warning = Warn("storage_path", text)
            one.warnings.append(warning)
            one.change_set.warnings.append(Warned(one.artifact, one.name, warning))


@event.listens_for(db.session, "after_rollback")
def _forget(session: Any) -> None:
    session.info.pop(_WAITING, None)


def place(storage_path: str) -> Path:
    """Where the files of an artifact are; `OSError` for a path that leads out of the evidence directory."""
    root = evidence_dir().resolve()
    found = (root / storage_path).resolve()
    if not storage_path or not found.is_relative_to(root) or found == root:
        raise OSError(f"“{storage_path}” is not below the evidence directory")
    return found
