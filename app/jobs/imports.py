"""The job that commits an import too large for a request."""

from typing import Any

from app.extensions import db
from app.importing import runs, staging
from app.importing.actors import actor_for
from app.importing.refusal import ImportRefused
from app.models.imports import ImportRun, ImportState
from app.models.users import User
from app.security.access import person_named
from app.services import changes
from app.services.running import Failed, Run


def commit(run: Run, import_id: int, digest: str) -> dict[str, Any]:
    """Commit a previewed import; run again, a done import stays as it is.

    The change set, the import's result and the end of the job are one transaction.
    """
    user = db.session.get_one(User, run.actor_id)
    actor = actor_for(person_named(user.username), user.username)
    directory = staging.directory_in(run.directory.parent)
    steps = {"read": 1, "planned": 2, "written": 3}
    run.step(0, len(steps), "Reading the file")
    try:
        done = runs.commit_run(
            import_id, digest, actor, directory, run.job_id, lambda word: run.step(steps[word], message=word)
        )
    except ImportRefused as error:
        db.session.rollback()
        changes.begin_write()
        db.session.get_one(ImportRun, import_id).state = ImportState.STAGED
        db.session.commit()
        raise Failed(str(error)) from error
    run.log(f"{done.result['new']} new, {done.result['changed']} changed")
    return {"import": done.id, "change_set": done.change_set_id}
