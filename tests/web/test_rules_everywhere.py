"""Each rule of the domain, fired by cell, form, bulk edit, paste, REST and import: it is written once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.extensions import db
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.base import now
from app.models.cases import Case
from app.models.lookups import Headline, TaskName
from app.models.notes import Note, ReportItem
from app.models.settings import Setting
from app.models.systems import System
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.services import changes
from app.services.reading import read_one
from tests.records import make, system, undo_last
from tests.web.surfaces import WAYS, Surfaces

NOT_IN_MANY = ("bulk", "rest_bulk")


@dataclass
class Rule:
    """What somebody changes, and what must be true then.

    `but` are the ways that don't offer the field, `reads` what the condition asks besides the fields.
    """

    name: str
    model: Any
    field: str
    value: str
    start: Callable[[], dict[str, Any]]
    holds: Callable[[Any], bool]
    but: tuple[str, ...] = field(default=())
    reads: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        return self.name


def artifact(**values: Any) -> dict[str, Any]:
    return {"name": "memory.raw", "type": "Memory image", "system": system("HOST")} | values


def task(**values: Any) -> dict[str, Any]:
    return {"name": make(TaskName, name="Look")} | values


def in_case() -> dict[str, Any]:
    make(Case, name="Nordwind")
    return artifact()


def reported() -> dict[str, Any]:
    make(Case, name="Nordwind")
    return {"system": system("HOST"), "headline": make(Headline, name="Findings")}


def note(**values: Any) -> dict[str, Any]:
    return {"title": "Call", "content": "one"} | values


def event() -> dict[str, Any]:
    return {"system": system("HOST"), "time": now(), "content": "a.exe written\nby a script"}


def account() -> dict[str, Any]:
    return {"name": "adm", "system": system("HOST")}


def upper() -> dict[str, Any]:
    changes.begin_write()
    db.session.add(Setting(name="name_case", value="upper"))
    db.session.commit()
    return {"name": "OLD"}


def cases_of_its_system(row: Any) -> list[str]:
    return [case.name for case in read_one(System, row["system"].id)["cases"]]


RULES = [
    Rule("a request has its time", Artifact, "status", "Requested", artifact,
         lambda row: row["requested_at"] is not None and row["acquired_at"] is None),
    Rule("an acquisition has both times", Artifact, "status", "Ready for analysis", artifact,
         lambda row: row["requested_at"] == row["acquired_at"] is not None),
    Rule("a hash is stored small", Artifact, "md5", "ABCDEF0123456789" * 2, artifact,
         lambda row: row["md5"] == "abcdef0123456789" * 2, but=NOT_IN_MANY),
    Rule("an artifact brings its system to the case", Artifact, "case", "Nordwind", in_case,
         lambda row: cases_of_its_system(row) == ["Nordwind"]),
    Rule("a report item brings its system to the case", ReportItem, "case", "Nordwind", reported,
         lambda row: cases_of_its_system(row) == ["Nordwind"]),
    Rule("a case that goes on has begun", Case, "status", "Ongoing", lambda: {"name": "Nordwind"},
         lambda row: row["started_at"] is not None and row["ended_at"] is None),
    Rule("a case that is closed has begun and ended", Case, "status", "Closed", lambda: {"name": "Nordwind"},
         lambda row: row["started_at"] == row["ended_at"] is not None),
    Rule("a task that is worked on has begun", Task, "status", "Working", task,
         lambda row: row["started_at"] is not None and row["finished_at"] is None),
    Rule("a task that is done has begun and ended", Task, "status", "Done", task,
         lambda row: row["started_at"] == row["finished_at"] is not None),
    Rule("a task that waits again has no times", Task, "status", "Pending", lambda: task(status="Done"),
         lambda row: row["started_at"] is row["finished_at"] is None),
    Rule("a task goes by its name", Task, "name", "Collect", task, lambda row: row["label"] == "Collect"),
    Rule("a name is written as the setting says", System, "name", "new", upper,
         lambda row: row["name"] == "NEW", but=(*NOT_IN_MANY, "upload")),
    Rule("a status never gets empty", System, "status", "", lambda: {"name": "A", "status": "Clean"},
         lambda row: row["status"].name == "Unknown", but=("paste",)),
    Rule("an address is stored in its shortest form", System, "ips", "2001:0db8:0:0::1", lambda: {"name": "A"},
         lambda row: [ip.name for ip in row["ips"]] == ["2001:db8::1"]),
    Rule("a case is named without spare blanks", Case, "name", " The  second ", lambda: {"name": "Nordwind"},
         lambda row: row["name"] == "The second", but=NOT_IN_MANY),
    Rule("a saved text of a note is a version more", Note, "content", "two", note,
         lambda row: (row["version"], row["content"]) == (2, "two"), but=NOT_IN_MANY, reads=("version",)),
    Rule("a title has no spare blanks", Note, "title", " The  call ", note,
         lambda row: row["title"] == "The call", but=NOT_IN_MANY),
    Rule("a note always has a status", Note, "status", "", lambda: note(status="Final"),
         lambda row: row["status"].name == "Draft", but=("paste",)),
    Rule("a saved text of a report item is a version more", ReportItem, "content", "two", reported,
         lambda row: (row["version"], row["content"]) == (2, "two"), but=NOT_IN_MANY, reads=("version",)),
    Rule("a report item goes by headline and subheadline", ReportItem, "subheadline", " On  disk ", reported,
         lambda row: row["label"] == "Findings – On disk", but=NOT_IN_MANY),
    Rule("an event keeps the zone of its time", TimelineEntry, "time", "2026-03-01 10:00:00+05:30", event,
         lambda row: (row["zone"], row["time"].isoformat()) == ("+05:30", "2026-03-01T04:30:00+00:00"),
         but=NOT_IN_MANY),
    Rule("an event goes by its type and first line", TimelineEntry, "type", " Logon  of ", event,
         lambda row: row["label"] == "Logon of – a.exe written"),
    Rule("an account goes by its name on its place", Account, "name", " svc  a ", account,
         lambda row: row["name"] == "svc a" and row["place_key"].endswith(" svc a"),
         but=NOT_IN_MANY, reads=("place_key",)),
]  # fmt: skip


def cases() -> list[Any]:
    """Every rule with every way in which its field is changed."""
    return [
        pytest.param(rule, way, id=f"{rule}, by {way}")
        for rule in RULES
        for way in WAYS
        if way not in rule.but
    ]


@pytest.mark.parametrize(("rule", "way"), cases())
def test_a_rule_holds_however_the_field_is_changed(app, bob, rule, way):
    record_id = make(rule.model, **rule.start())
    before = read_one(rule.model, record_id)
    plural = rule.model.__tablename__.replace("_", "-")
    outcome = Surfaces(app, bob).change(way, plural, record_id, rule.field, rule.value)
    assert outcome.is_stored, outcome
    db.session.rollback()
    row = read_one(rule.model, record_id, [*before.values, rule.model.__label__, *rule.reads])
    assert rule.holds(row), row.values
    undo_last()
    assert read_one(rule.model, record_id).values == before.values
