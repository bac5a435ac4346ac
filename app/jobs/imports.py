"""The jobs of an import too large for a request: its preview, its commit."""

from typing import Any

from app.extensions import db
from app.importing import runs, staging
from app.importing.actors import actor_for
from app.importing.plan import Actor
from app.importing.refusal import ImportRefused
from app.models.imports import ImportRun, ImportState
from app.models.users import User
from app.security.access import person_named
from app.services import changes
from app.services.reading import snapshot
from app.services.running import Failed, Run


def commit(run: Run, import_id: int, digest: str) -> dict[str, Any]:
    """Commit a previewed import; run again, a done import stays as it is.

    The change set, the import's result and the end of the job are one transaction.
    """
    kind = db.session.get_one(ImportRun, import_id).kind
    actor, directory = _actor(run.actor_id, kind), staging.directory_in(run.directory.parent)
    steps = {
        "read": (1, "Comparing the file with what is known"),
        "planned": (2, "Writing"),
        "written": (3, "Written"),
    }
    run.step(0, len(steps), "Reading the file")
    try:
        done = runs.commit_run(
            import_id,
            digest,
            actor,
            directory,
            run.job_id,
            lambda word: run.step(steps[word][0], message=steps[word][1]),
        )
    except ImportRefused as error:
        db.session.rollback()
        changes.begin_write()
        db.session.get_one(ImportRun, import_id).state = ImportState.STAGED
        db.session.commit()
        raise Failed(str(error)) from error
    run.message = _counted(done.result)
    run.log(run.message)
    return {"import": done.id, "change_set": done.change_set_id}


def preview(run: Run, import_id: int) -> dict[str, Any]:
    """Work out the preview of a staged import and keep it beside the file."""
    run.step(0, 1, "Comparing the file with what is known")
    staged, directory = db.session.get_one(ImportRun, import_id), staging.directory_in(run.directory.parent)
    snapshot()
    try:
        told = runs.preview_run(staged, _actor(staged.actor_id, staged.kind), directory)
    except ImportRefused as error:
        raise Failed(str(error)) from error
    db.session.rollback()
    run.step(1, 1, _counted(told["counts"]))
    return {"import": import_id, **told["counts"]}


def _counted(counts: dict[str, Any]) -> str:
    return f"{counts['new']:,} new, {counts['changed']:,} changed, {counts['faulty']:,} faulty"


def _actor(user_id: int | None, kind: str) -> Actor:
    user = db.session.get_one(User, user_id)
    return actor_for(person_named(user.username), user.username, kind)
