"""The jobs of an import too large for a request: its preview, its commit."""

from contextlib import AbstractContextManager
from typing import Any

from flask import current_app

from app.extensions import db
from app.importing import at_once, directories, profiles, runs, staging
from app.importing.actors import actor_for
from app.importing.plan import Actor
from app.importing.refusal import ImportRefused
from app.models.imports import ImportRun, ImportState
from app.models.users import User
from app.security.access import person_named
from app.services import changes, progress
from app.services.reading import snapshot
from app.services.running import Failed, Run

STEPS = {
    "read": (1, "Comparing the file with what is known"),
    "planned": (2, "Writing"),
    "written": (3, "Written"),
}


def commit(run: Run, import_id: int, digest: str, lifted: bool = False) -> dict[str, Any]:
    """Commit a previewed import; run again, a done import stays as it is.

    The change set, the import's result and the end of the job are one transaction.
    """
    kind = db.session.get_one(ImportRun, import_id).kind
    actor, directory = _actor(run.actor_id, kind), staging.directory_in(run.directory.parent)
    run.step(0, len(STEPS), "Reading the file")
    try:
        with _heard(run):
            done = runs.commit_run(
                import_id,
                digest,
                actor,
                directory,
                run.job_id,
                lambda word: run.step(STEPS[word][0], len(STEPS), STEPS[word][1]),
                lifted=lifted,
            )
    except ImportRefused as error:
        db.session.rollback()
        changes.begin_write()
        again = db.session.get_one(ImportRun, import_id)
        again.state = ImportState.HELD if "held" in again.result else ImportState.STAGED
        db.session.commit()
        raise Failed(str(error)) from error
    run.message = _counted(done.result)
    run.log(run.message)
    return {"import": done.id, "change_set": done.change_set_id}


def _heard(run: Run) -> AbstractContextManager[None]:
    """The job tells how far it is from deep inside, and stops there if somebody wants it to."""

    def hear(done: int, total: int, message: str) -> None:
        if message:
            run.step(done, total, message)
        else:
            run.step(run.done)

    return progress.listening(hear)


def preview(run: Run, import_id: int) -> dict[str, Any]:
    """Work out the preview of a staged import and keep it beside the file."""
    run.step(0, 1, "Comparing the file with what is known")
    staged, directory = db.session.get_one(ImportRun, import_id), staging.directory_in(run.directory.parent)
    snapshot()
    try:
        with _heard(run):
            told = runs.preview_run(staged, _actor(staged.actor_id, staged.kind), directory)
    except ImportRefused as error:
        raise Failed(str(error)) from error
    db.session.rollback()
    run.step(1, 1, _counted(told["counts"]))
    return {"import": import_id, **told["counts"]}


def scheduled(run: Run, *, schedule_id: int, slot: str, profile: str, path: str) -> dict[str, Any]:
    """Import a file of an import directory by a profile of the team, as the person of the schedule.

    The same content by the same profile goes in once; what breaks the guards waits for a lead.
    """
    settings = current_app.config["SETTINGS"]
    run.step(0, len(STEPS), "Reading the file")
    try:
        chosen = profiles.team_profile(profile)
        actor = _actor(run.actor_id, chosen.kind)
        data, name = directories.content(settings.import_dirs, path, settings.max_upload_mb * 2**20)
        staged = staging.directory_in(settings.data_dir)
        with _heard(run):
            done, is_new = at_once.import_scheduled(
                data,
                name,
                actor,
                chosen,
                staged,
                job_id=run.job_id,
                step=lambda word: run.step(STEPS[word][0], len(STEPS), STEPS[word][1]),
            )
    except ImportRefused as error:
        raise Failed(str(error)) from error
    run.message = _told(done, is_new)
    run.log(f"Schedule {schedule_id}, {slot}: {run.message}")
    return {"import": done.id, "change_set": done.change_set_id if is_new else None}


def _told(done: ImportRun, is_new: bool) -> str:
    if not is_new:
        return f"The same content is import {done.id} already: nothing was done again"
    if done.state is ImportState.HELD:
        return f"Waits for approval: {done.result['held']}"
    return _counted(done.result)


def _counted(counts: dict[str, Any]) -> str:
    return f"{counts['new']:,} new, {counts['changed']:,} changed, {counts['faulty']:,} faulty"


def _actor(user_id: int | None, kind: str) -> Actor:
    user = db.session.get(User, user_id or 0)
    if user is None:
        raise ImportRefused("Nobody is named in whose name it is imported.")
    return actor_for(person_named(user.username), user.username, kind)
