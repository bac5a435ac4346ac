"""Two or three records of every entity, with everything that makes a round trip hard."""

import datetime as dt

from app.entities.registry import entities
from app.models import lookups
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.base import Named
from app.models.cases import Case
from app.models.notes import Note, ReportItem
from app.models.schedules import Schedule
from app.models.systems import System
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.models.workflows import WorkflowArtifact, WorkflowTask
from tests.records import change, make, system

MOMENT = dt.datetime(2026, 3, 1, 0, 0, 0, 123456, tzinfo=dt.UTC)
MIDNIGHT = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
TEXT = "= Title\n\n- one; two\n- “three”, 'four'\n"


def make_everything(person: int) -> None:
    """Fill every list; some things share their names, some hang on systems that are deprecated."""
    _lookups()
    tags = [make(Tag, name=name, note=TEXT) for name in ("=one", "two; three", "[four]")]
    case = make(Case, name="Case A", external_id="+1", status="Ongoing", note_external=TEXT, tags=tags)
    make(Case, name="'Case B'", is_incident=True, priority="Critical", assigned_to=person)
    make(Case, name="Case C")
    old, new = _twins()
    _artifacts(old, new, case, tags, person)
    _tasks(old, new, case, tags)
    _documentation(old, new, case, tags, person)
    _workflows()
    _schedules(person)
    for one in (old, new):
        _events(one, case, tags)
        make(Account, name="admin", system=one, is_admin=True, last_logon_at=MOMENT, seen_on=[old, new])
    make(Account, name="admin", domain="CORP", note=TEXT)
    make(Account, name="Admin", domain="corp2", is_admin=False)


def _lookups() -> None:
    for model in (of.model for of in entities() if issubclass(of.model, Named)):
        if model in (Tag, Case, Schedule, lookups.Ip, lookups.Contact, lookups.OsImportName):
            continue
        for name in ("=a", "'b_c", "b c", "x; y"):
            make(model, name=name, **({"note": TEXT} if issubclass(model, lookups.Lookup) else {}))
    for name in ("10.0.0.1", "2001:db8::1"):
        make(lookups.Ip, name=name)
    for name in ("CORP", "corp2"):
        make(lookups.Domain, name=name)
    make(lookups.Contact, name="Anna", email="a@example.com", phone="+49 1")
    make(lookups.Contact, name="Anna", email="b@example.com")
    make(lookups.Contact, name="Berta", email="c@example.com")
    make(lookups.Company, name="ACME, Inc.", division="=a")
    make(lookups.OsImportName, name="win", os="=a", importer="edr")


def _twins() -> tuple[int, int]:
    """A deprecated system and the one that has its name now."""
    old = system("SRV01")
    change(System, old, deprecated_at=MIDNIGHT)
    new = system("SRV01", status="Compromised")
    change(System, system("VM"), host_system=new, aliases=["vm-alias"])
    return old, new


def _artifacts(old: int, new: int, case: int, tags: list[int], person: int) -> None:
    for one in (old, new):
        make(Artifact, name="Triage", system=one, type="Triage", tags=tags, result=TEXT)
    make(Artifact, name="Triage", system=new, type="Triage", md5="0" * 32, acquired_at=MOMENT, case=case)
    make(Artifact, name="-", system=new, type="File", status="Analysis finished", assigned_to=person)


def _tasks(old: int, new: int, case: int, tags: list[int]) -> None:
    for one in (old, new, None, None):
        make(Task, name="=a", system=one, priority="High", due_at=MIDNIGHT)
    top = make(Task, name="x; y", case=case, tags=tags, status="Done", note=TEXT)
    make(Task, name="=a", system=new, parent=top, note="below")
    make(Task, name="=a", system=new, artifact=1, note="of an artifact")


def _documentation(old: int, new: int, case: int, tags: list[int], person: int) -> None:
    make(Note, title="=Note", content=TEXT, case=case, tags=tags, assigned_to=person)
    make(Note, title="Another", content="\tx\r\ny")
    for one in (old, new):
        make(ReportItem, system=one, headline="=a", content=TEXT)
        make(ReportItem, system=one, headline="=a", subheadline="-", case=case, position=3)


def _workflows() -> None:
    for flow in ("=a", "x; y"):
        make(WorkflowArtifact, workflow=flow, type="Triage", name="=1+1", status="Requested")
        make(WorkflowArtifact, workflow=flow, type="File", priority="Critical")
        make(WorkflowTask, workflow=flow, name="=a", note=TEXT)
        make(WorkflowTask, workflow=flow, name="b c", status="Done", position=3)


def _schedules(person: int) -> None:
    nightly = {
        "kind": "backup",
        "options": "keep: 3\nevidence: no",
        "when": "0 3 * * 1-5",
        "zone": "Europe/Berlin",
    }
    make(Schedule, name="=a", run_as=person, missed="skip", **nightly)
    make(Schedule, name="x; y", run_as=person, kind="snapshot", when="every 2 hours", is_paused=True)


def _events(one: int, case: int, tags: list[int]) -> None:
    for time in (MOMENT, MIDNIGHT):
        make(TimelineEntry, system=one, time=time, type="Logon", content=TEXT, tags=tags, zone="CET")
    make(TimelineEntry, system=one, time=MOMENT, type="", content="=x", case=case)
    make(TimelineEntry, system=one, time=MOMENT, type="logon", content=TEXT.upper())
