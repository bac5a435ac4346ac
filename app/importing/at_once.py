"""Imports without questions: by command, by REST, by schedule."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.importing import guards, staging
from app.importing.commit import write_plan
from app.importing.plan import Actor, Plan
from app.importing.profile import Profile
from app.importing.refusal import ImportRefused
from app.importing.runs import Opened, finish, open_bytes, result_of, stage, state_of
from app.models.imports import ImportRun, ImportState
from app.services import changes, notices

ONCE = (ImportState.DONE, ImportState.HELD, ImportState.DISCARDED)
"""What a schedule does not do again with the same content and the same profile."""


@dataclass
class Done:
    """What an import without questions did; `run` is its row, if anything was written."""

    result: dict[str, Any]
    plan: Plan
    run: ImportRun | None = None


def import_bytes(
    data: bytes,
    file_name: str,
    actor: Actor,
    *,
    kind: str = "systems",
    profile: Profile | None = None,
    dry_run: bool = False,
) -> Done:
    """Import a file at once, without questions; the caller commits. Without a change nothing is written."""
    opened = open_bytes(data, actor.id, kind, profile)
    plan = opened.guarded(actor)
    if dry_run:
        return Done(result_of(plan, None), plan)
    plan, change_set = write_plan(
        plan, lambda: opened.guarded(actor), actor_id=actor.id, summary=f"Import of {file_name}"
    )
    if change_set is None:
        return Done(result_of(plan, None), plan)
    run = _row(opened, data, file_name, actor)
    finish(run, opened, plan, change_set)
    db.session.flush()
    return Done(result_of(plan, change_set), plan, run)


class _Known(Exception):
    """Another job has imported the same content meanwhile."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__(f"import {run.id}")
        self.run_id = run.id


def _row(opened: Opened, data: bytes, file_name: str, actor: Actor, job_id: int | None = None) -> ImportRun:
    run = ImportRun(kind=opened.entity.plural, file_name=file_name[:255], stored_name="", job_id=job_id)
    run.sha256, run.size = staging.fingerprint(data), len(data)
    run.actor_id, run.profile = actor.id, opened.profile.to_dict()
    db.session.add(run)
    return run


def import_scheduled(
    data: bytes,
    file_name: str,
    actor: Actor,
    profile: Profile,
    directory: Path,
    *,
    job_id: int,
    step: Callable[[str], Any] = lambda word: None,
) -> tuple[ImportRun, bool]:
    """Import a file as a schedule does, once; the caller commits. The import, and whether it is a new one.

    Within the guards it is applied; beyond them it is held until a lead approves or discards it.
    """
    opened = open_bytes(data, actor.id, profile.kind, profile)
    try:
        _refuse_known(opened, data)
        watched = replace(opened.profile, guards=guards.SCHEDULED | opened.profile.guards)
        step("read")
        plan = opened.plan(actor)
        step("planned")
        if why := guards.breach(plan, opened.table, watched, opened.entity):
            return _hold(opened, data, file_name, actor, directory, job_id, why), True

        def again() -> Plan:
            _refuse_known(opened, data)
            return _still_within(opened, watched, actor)

        run = _go_in(opened, data, file_name, actor, job_id, plan, again)
    except _Known as error:
        db.session.rollback()
        return db.session.get_one(ImportRun, error.run_id), False
    step("written")
    return run, True


def _go_in(
    opened: Opened,
    data: bytes,
    file_name: str,
    actor: Actor,
    job_id: int,
    plan: Plan,
    again: Callable[[], Plan],
) -> ImportRun:
    """Write the plan and the import's row."""
    summary = f"Import of {file_name}"
    plan, change_set = write_plan(plan, again, actor_id=actor.id, summary=summary, job_id=job_id)
    if not changes.is_writing():
        changes.begin_write()
        _refuse_known(opened, data)
    run = _row(opened, data, file_name, actor, job_id)
    finish(run, opened, plan, change_set)
    db.session.flush()
    return run


def _refuse_known(opened: Opened, data: bytes) -> None:
    if known := _known(opened, staging.fingerprint(data)):
        raise _Known(known)


def _known(opened: Opened, sha256: str) -> ImportRun | None:
    """The import of this content by this profile, if there was one."""
    alike = (ImportRun.sha256 == sha256, ImportRun.kind == opened.entity.plural)
    found = db.session.scalars(sa.select(ImportRun).where(*alike).order_by(ImportRun.id.desc()))
    profile = opened.profile.to_dict()
    return next((run for run in found if run.profile == profile and _is_settled(run)), None)


def _is_settled(run: ImportRun) -> bool:
    """True if it is in, or waits for a lead, or a lead has decided: then it may be on its way."""
    return state_of(run) in ONCE or "held" in run.result


def _still_within(opened: Opened, watched: Profile, actor: Actor) -> Plan:
    """The plan after somebody wrote meanwhile; what breaks a guard now comes again with the next slot."""
    plan = opened.plan(actor)
    if why := guards.breach(plan, opened.table, watched, opened.entity):
        raise ImportRefused(why)
    return plan


def _hold(
    opened: Opened, data: bytes, file_name: str, actor: Actor, directory: Path, job_id: int, why: str
) -> ImportRun:
    run = stage(data, file_name, actor.id, directory, opened=opened)
    try:
        _refuse_known(opened, data)
    except _Known:
        staging.discard(directory, run.stored_name)
        raise
    run.state, run.job_id, run.result = ImportState.HELD, job_id, {"held": why}
    db.session.flush()
    notices.tell_leads(f"The import of {file_name} waits for approval: {why}", f"/imports/{run.id}", True)
    return run
