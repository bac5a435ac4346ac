"""The evidence directory: a place on disk for each artifact, made once there is something to put into it.

It is made after the commit: a transaction that is rolled back leaves nothing behind, and a disk that
refuses loses nothing that was typed. Whoever wrote is warned then.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import event

from app.extensions import db, evidence_dir
from app.services.changes import Recording
from app.services.drafts import Draft, Warn, Warned

log = logging.getLogger(__name__)
_WAITING = "evidence"


def expect(change_set: Recording, drafts: Iterable[Draft]) -> None:
    """Have the directories of these written artifacts made when their transaction is committed."""
    expected = [(change_set, draft) for draft in drafts]
    change_set.then(lambda: db.session.info.setdefault(_WAITING, []).extend(expected))


@event.listens_for(db.session, "after_commit")
def _make(session: Any) -> None:
    for change_set, draft in session.info.pop(_WAITING, ()):
        try:
            place(draft.new["storage_path"]).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            log.warning("No evidence directory for artifact %s: %s", draft.id, reason)
            text = f"The directory {draft.new['storage_path']} could not be made: {reason}. Make it by hand"
            warning = Warn("storage_path", text)
            draft.warnings.append(warning)
            change_set.warnings.append(Warned(draft.record_id, draft.new["name"], warning))


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
