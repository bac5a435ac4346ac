"""An import from its upload to its result: what the wizard, its job and the commands share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.entities.entity import Entity
from app.entities.registry import entity
from app.extensions import db
from app.importing import guards, profiles, staging
from app.importing.commit import Moved, write_plan
from app.importing.headings import headings_key
from app.importing.kinds import kind_named
from app.importing.plan import Actor, Plan, make_plan
from app.importing.preview import lines_of, preview_of, told_in
from app.importing.profile import Profile
from app.importing.propose import column_for, propose_profile
from app.importing.read import Reading
from app.importing.refusal import ImportRefused
from app.importing.table import Table, read_any, read_table
from app.models.base import now
from app.models.imports import ImportRun, ImportState, RememberedMapping
from app.services import changes, jobs
from app.services.lookups import loose_key

MOST_WARNINGS = 500
COMMIT, PREVIEW = "app.jobs.imports.commit", "app.jobs.imports.preview"


@dataclass
class Opened:
    """A file, read, with the profile that it will be imported by."""

    table: Table
    profile: Profile
    entity: Entity

    def plan(self, actor: Actor, excluded: frozenset[int] = frozenset()) -> Plan:
        """What would happen now."""
        plan = make_plan(self.table, self.profile, self.entity, actor, excluded)
        if self.profile.rows == "all-or-nothing" and plan.faults:
            raise ImportRefused(f"All rows or none, says the profile; {plan.faults[0].text}.")
        return plan

    def breach(self, plan: Plan) -> str:
        """Which guard of the profile it would break, in words; empty: none."""
        return guards.breach(plan, self.table, self.profile, self.entity)

    def guarded(self, actor: Actor, excluded: frozenset[int] = frozenset(), *, lifted: bool = False) -> Plan:
        """What would happen now; refused if it breaks a guard, unless somebody lifted them."""
        plan = self.plan(actor, excluded)
        if not lifted and (why := self.breach(plan)):
            raise ImportRefused(why)
        return plan


def open_bytes(data: bytes, user_id: int, kind: str = "systems", profile: Profile | None = None) -> Opened:
    """Read a file by a profile: the given one, else the remembered one, else proposals.

    Without a kind, what the rows are is recognised.
    """
    reading = profile.reading if profile else Reading()
    if kind:
        of = kind_named(kind)
        table = read_table(data, reading, of)
    else:
        table, of = read_any(data, reading)
    if profile is None:
        profile = remembered(user_id, table, of) or propose_profile(table, of)
    return Opened(table, profile.fitted(table.headings), of)


def remembered(user_id: int, table: Table, of: Entity) -> Profile | None:
    """The profile this person used for these headings, with proposals for values it has not met.

    What an own export says about itself counts more: it is merged anew each time.
    """
    if table.origin:
        return None
    mine = (RememberedMapping.user_id == user_id, RememberedMapping.kind == of.plural)
    key = headings_key(table.headings)
    stored = db.session.scalar(
        sa.select(RememberedMapping).where(*mine, RememberedMapping.headings_key == key)
    )
    if stored is None:
        return None
    profile = Profile.from_dict(stored.profile).fitted(table.headings)
    for heading, column in profile.mapped():
        known = {loose_key(text) for text in column.values}
        proposed = column_for(table, of, heading, column.field).values
        fresh = {text: value for text, value in proposed.items() if loose_key(text) not in known}
        column.values = fresh | column.values
    return profile


def remember(user_id: int, opened: Opened, name: str) -> None:
    """Keep the profile for the next file with these headings; within an open write."""
    key, kind = headings_key(opened.table.headings), opened.entity.plural
    own = "" if opened.profile.name in profiles.names() else opened.profile.name
    mine = (
        RememberedMapping.user_id == user_id,
        RememberedMapping.kind == kind,
        RememberedMapping.headings_key == key,
    )
    stored = db.session.scalar(sa.select(RememberedMapping).where(*mine))
    if stored is None:
        stored = RememberedMapping(user_id=user_id, kind=kind, headings_key=key)
        db.session.add(stored)
    stored.name = own or name
    stored.profile, stored.updated_at = opened.profile.to_dict() | {"file": {}}, now()


def stage(
    data: bytes,
    file_name: str,
    user_id: int,
    directory: Path,
    kind: str = "systems",
    opened: Opened | None = None,
) -> ImportRun:
    """Take a file in: it is read once, so that what is no table is refused at once."""
    opened = opened or open_bytes(data, user_id, kind)
    kind = opened.entity.plural
    db.session.rollback()
    stored_name = staging.keep(directory, data)
    changes.begin_write()
    run = ImportRun(
        kind=kind,
        file_name=file_name[:255],
        stored_name=stored_name,
        sha256=staging.fingerprint(data),
        size=len(data),
        profile=opened.profile.to_dict(),
        actor_id=user_id,
    )
    db.session.add(run)
    db.session.flush()
    return run


def open_run(run: ImportRun, directory: Path) -> Opened:
    """The staged file of an import, read by its profile."""
    data = staging.content(directory, run.stored_name)
    if data is None:
        raise ImportRefused("The uploaded file is not kept any more: upload it again.")
    return open_bytes(data, run.actor_id, run.kind, Profile.from_dict(run.profile))


def reopen(data: bytes, run: ImportRun, reading: Profile) -> Opened:
    """The staged file read otherwise, with proposals for what it holds then."""
    of = entity(reading.kind)
    table = read_table(data, reading.reading, of)
    profile = remembered(run.actor_id, table, of) or propose_profile(table, of)
    profile.file = reading.file
    return Opened(table, profile, of)


def kept_preview(run: ImportRun, directory: Path) -> dict[str, Any] | None:
    """The preview that was worked out last, if it is of this mapping; `revision` says of when it is."""
    kept = told_in(staging.preview_path(directory, run.stored_name))
    return kept if kept and kept["of"] == [run.profile, run.excluded] else None


def preview_run(run: ImportRun, actor: Actor, directory: Path) -> dict[str, Any]:
    """The preview of an import; worked out anew if anything changed since the last one."""
    kept = kept_preview(run, directory)
    if kept and kept["revision"] == changes.newest():
        return kept
    opened = open_run(run, directory)
    plan = opened.plan(actor, frozenset(run.excluded))
    preview = preview_of(plan, opened.entity) | {"breach": opened.breach(plan)}
    title = opened.entity.title_field.name
    named = (heading for heading, column in opened.profile.mapped() if column.field == title)
    name = next(named, opened.table.headings[0])
    preview |= {"of": [run.profile, run.excluded], "headings": opened.table.headings}
    preview |= {"notes": opened.table.notes, "name_column": opened.table.headings.index(name)}
    staging.put(staging.preview_path(directory, run.stored_name), lines_of(preview, plan, opened.entity))
    return preview


def commit_run(
    run_id: int,
    digest: str,
    actor: Actor,
    directory: Path,
    job_id: int | None = None,
    step: Callable[[str], Any] = lambda word: None,
    *,
    lifted: bool = False,
) -> ImportRun:
    """Do what the preview with this digest showed, once; the caller commits.

    `Moved` if something else would happen now. `step` is told how far it is; `lifted`: in spite of the guards.
    """
    run = db.session.get_one(ImportRun, run_id)
    if run.state is ImportState.DONE:
        return run
    opened, excluded = open_run(run, directory), frozenset(run.excluded)
    step("read")

    def as_shown() -> Plan:
        db.session.refresh(run)
        if run.state is ImportState.DONE:
            raise Moved
        plan = opened.guarded(actor, excluded, lifted=lifted)
        if plan.digest() != digest:
            raise Moved
        return plan

    plan = as_shown()
    step("planned")
    summary = f"Import of {run.file_name}"
    plan, change_set = write_plan(plan, as_shown, actor_id=actor.id, summary=summary, job_id=job_id)
    if not changes.is_writing():
        changes.begin_write()
    run.actor_id = actor.id
    finish(run, opened, plan, change_set)
    remember(actor.id, opened, run.file_name)
    step("written")
    return run


def start(run: ImportRun, digest: str, actor_id: int, *, lifted: bool = False) -> ImportRun:
    """Let a job commit it, within an open write; the same content that is on its way is the same import."""
    if other := other_running(run):
        return other
    run.state = ImportState.COMMITTING
    arguments = {"import_id": run.id, "digest": digest, "lifted": lifted}
    title = f"Import of {run.file_name}"
    run.job = jobs.enqueue("import", COMMIT, arguments, title=title, actor_id=actor_id, queue="imports")
    db.session.flush()
    return run


def prepare_preview(run: ImportRun) -> None:
    """Let a job work out the preview, within an open write."""
    title, arguments = f"Preview of {run.file_name}", {"import_id": run.id}
    run.job = jobs.enqueue("import", PREVIEW, arguments, title=title, actor_id=run.actor_id, queue="imports")


def other_running(run: ImportRun) -> ImportRun | None:
    """An import of the same content that is being committed right now: the same import."""
    alike = (ImportRun.sha256 == run.sha256, ImportRun.kind == run.kind, ImportRun.id != run.id)
    running = sa.select(ImportRun).where(*alike, ImportRun.state == ImportState.COMMITTING)
    return next((other for other in db.session.scalars(running) if is_committing(other)), None)


def is_committing(run: ImportRun) -> bool:
    """True while its job waits or runs; a job that failed leaves the import staged."""
    return run.state is ImportState.COMMITTING and is_at_work(run)


def state_of(run: ImportRun) -> ImportState:
    """Where it stands: one whose commit ended without it, cancelled or failed, is where it was before."""
    if run.state is not ImportState.COMMITTING or is_at_work(run):
        return run.state
    return ImportState.HELD if "held" in run.result else ImportState.STAGED


def is_at_work(run: ImportRun) -> bool:
    """True while a job of it waits or runs: of its preview, or of its commit."""
    return run.job is not None and run.job.state in jobs.OPEN


def finish(run: ImportRun, opened: Opened, plan: Plan, change_set: int | None) -> None:
    """Keep with the import what became of it."""
    run.state, run.finished_at, run.change_set_id = ImportState.DONE, now(), change_set
    run.planned_at_revision = plan.revision
    run.result = result_of(plan, change_set) | {
        "headings": opened.table.headings,
        "faulty_rows": plan.faulty_rows,
        "ambiguous_names": [[h.written[0], h.candidates] for h in plan.hosts if h.candidates],
        "notes": opened.table.notes,
        "warnings": [one.as_json() for one in plan.warnings[:MOST_WARNINGS]],
    }


def result_of(plan: Plan, change_set: int | None) -> dict[str, Any]:
    """What commands and REST answer."""
    errors = [fault.as_json() for fault in plan.faults]
    return plan.counts() | {"change_set": change_set, "errors": errors}
