"""Sheets of artifacts, tasks, timeline entries, accounts, notes, report items, cases, tags and lookups."""

import datetime as dt
import io
import json

import openpyxl
import pytest
import sqlalchemy as sa

from app.entities.registry import entity
from app.extensions import db
from app.importing.refusal import ImportRefused
from app.importing.runs import open_bytes
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.lookups import SystemStatus
from app.models.notes import ReportItem
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.services import changes
from app.services.reading import read
from tests.importing.files import bring, counts
from tests.records import change, make, remove, system, undo_last

pytestmark = pytest.mark.usefixtures("app", "any_size")

ARTIFACTS = (
    "Hostname,Artefact,Evidence type,Status,MD5,Path on disk\n"
    "SRV01.corp.example.com,Triage,Triage,requested,,\n"
    f"SRV01,evil.exe,File,,{'AB' * 16},C:\\evil.exe\n"
)


def rows(model, *names: str) -> list[tuple[str, ...]]:
    """Every live record as shown, by id."""
    db.session.rollback()
    of = entity(model.__tablename__.replace("_", "-"))
    live = sa.select(model.id).where(model.deleted_at.is_(None)).order_by(model.id)
    found = read(model, list(db.session.scalars(live)), names)
    return [tuple(of.field(name).kind.show(row[name]) for name in names) for row in found]


def reasons(done) -> list[str]:
    return [fault.reason for fault in done.plan.faults]


def test_a_sheet_of_artifacts_goes_in_and_a_second_time_it_changes_nothing():
    system("SRV01")
    assert counts(bring(ARTIFACTS, kind="artifacts")) == {"new": 2}
    assert rows(Artifact, "system", "name", "type", "status", "md5") == [
        ("SRV01", "Triage", "Triage", "Requested", ""),
        ("SRV01", "evil.exe", "File", "Needs analysis", "ab" * 16),
    ]
    before = changes.newest()
    assert counts(bring(ARTIFACTS, kind="artifacts")) == {"same": 2}
    assert changes.newest() == before
    undo_last()
    assert rows(Artifact, "name") == []


def test_the_rules_hold_for_imports_as_everywhere():
    one, case = system("SRV01"), make(Case, name="Case A")
    sheet = "System,Name,Type,Status,Case\nSRV01,Triage,Triage,requested,Case A\n"
    bring(sheet, kind="artifacts")
    assert rows(Artifact, "requested_at") != [("",)]
    assert read(System, [one], ["cases"])[0]["cases"][0].id == case
    bring("Task,System,Status\nCollect,SRV01,done\n", kind="tasks")
    assert "" not in rows(Task, "started_at", "finished_at")[0]


def test_what_a_rule_refuses_is_a_faulty_row_and_the_others_go_in():
    system("SRV01")
    done = bring(ARTIFACTS.replace("AB" * 16, "xyz"), kind="artifacts")
    assert counts(done) == {"new": 1, "faulty": 1}
    assert done.result["errors"][0]["line"] == 3
    assert done.result["errors"][0]["column"] == "MD5"
    assert "hexadecimal" in reasons(done)[0]


def test_rows_of_unknown_systems_are_faulty_and_ambiguous_ones_are_named():
    system("srv.a.example.com")
    system("srv.b.example.com")
    done = bring("Time,System,Content\n2026-01-01,srv,a\n2026-01-01,ghost,b\n", kind="timeline")
    assert counts(done) == {"faulty": 2}
    assert "“srv” may be srv.a.example.com or srv.b.example.com" in reasons(done)[0]
    assert "there is no system “ghost”" in reasons(done)[1]


def test_unknown_systems_are_made_if_the_profile_says_so_one_per_host():
    columns = {"Time": {"field": "time"}, "System": {"field": "system", "unknown": "create"}}
    columns |= {"Content": {"field": "content"}}
    sheet = "Time,System,Content\n2026-01-01,ghost.corp.example.com,a\n2026-01-01,GHOST,b\n"
    assert counts(bring(sheet, kind="timeline", columns=columns)) == {"new": 2}
    assert rows(System, "name") == [("ghost.corp.example.com",)]


def test_a_timeline_of_one_system_needs_no_column_for_it():
    system("SRV01")
    columns = {"Time": {"field": "time"}, "Message": {"field": "content"}}
    with pytest.raises(ImportRefused, match="no column is the system of the timeline entry"):
        bring("Time,Message\n2026-01-01,a\n", kind="timeline", columns=columns)
    constants = {"system": {"value": "srv01"}}
    bring("Time,Message\n2026-01-01,a\n", kind="timeline", columns=columns, constants=constants)
    assert rows(TimelineEntry, "system", "content") == [("SRV01", "a")]


def test_doubles_of_a_timeline_are_there_once():
    system("SRV01")
    sheet = "Timestamp,Host,Type,Message\n2026-01-01 10:00,SRV01,Logon,a\n2026-01-01 10:00,srv01,Logon,a\n"
    assert counts(bring(sheet, kind="timeline")) == {"new": 1}
    assert counts(bring(f"{sheet}2026-01-01 10:00,SRV01,Logoff,a\n", kind="timeline")) == {
        "new": 1,
        "same": 1,
    }


def test_times_below_a_heading_that_says_utc_are_utc_whoever_imports(people):
    from app.models.users import User

    changes.begin_write()
    db.session.execute(sa.update(User).values(zone="Europe/Berlin"))
    db.session.commit()
    system("SRV01")
    bring("Timestamp (UTC),Host,Message\n2026-07-01 10:00,SRV01,a\n", kind="timeline")
    bring("Timestamp,Host,Message\n2026-07-01 10:00,SRV01,b\n", kind="timeline")
    assert rows(TimelineEntry, "time") == [("2026-07-01 10:00Z",), ("2026-07-01 08:00Z",)]


def test_artifacts_that_look_alike_stay_two_and_are_not_confused():
    system("SRV01")
    sheet = "System,Name,Type,MD5\n" + "".join(f"SRV01,disk,Image,{digit * 32}\n" for digit in "ab")
    assert counts(bring(sheet, kind="artifacts")) == {"new": 2}
    assert counts(bring(sheet, kind="artifacts")) == {"same": 2}
    assert counts(bring(sheet.replace("b" * 32, "c" * 32), kind="artifacts")) == {"same": 1, "ambiguous": 1}
    third = f"{sheet}SRV01,disk,Image,{'c' * 32}\n"
    assert counts(bring(third, kind="artifacts")) == {"same": 2, "new": 1}


def test_a_loose_task_is_not_one_of_a_system():
    one = system("SRV01")
    make(Task, name=bring("Name\nCollect\n", kind="task-names").plan.hosts[0].id or 1, system=one)
    sheet = "Task,System\nCollect,\nCollect,SRV01\n"
    assert counts(bring(sheet, kind="tasks")) == {"new": 1, "same": 1}


def test_an_account_is_on_a_domain_or_on_a_system():
    system("SRV01")
    sheet = "Account,Domain,System,Admin\nsvc,CORP,,yes\nadmin,,SRV01,\nboth,CORP,SRV01,\nnone,,,\n"
    done = bring(sheet, kind="accounts")
    assert counts(done) == {"new": 2, "faulty": 2}
    assert counts(bring(sheet.replace("svc", "SVC"), kind="accounts")) == {"same": 2, "faulty": 2}


def test_report_items_are_told_by_system_headline_and_subheadline():
    system("SRV01")
    sheet = "System,Headline,Subheadline,Text\nSRV01,Summary,,a\nSRV01,Summary,b,c\n"
    assert counts(bring(sheet, kind="report-items")) == {"new": 2}
    assert counts(bring("System,Headline,Text\nSRV01,Summary,a\n", kind="report-items")) == {"same": 1}
    assert rows(ReportItem, "subheadline", "content") == [("", "a"), ("b", "c")]


def test_the_headings_of_the_older_tracker_are_understood():
    system("SRV01")
    sheet = "system,artifact_name,artifacttype,artifactstatus,artifactpriority,artifact_source_path\n"
    assert counts(bring(f"{sheet}SRV01,a,File,20_requested,30_high,/x\n", kind="artifacts")) == {"new": 1}
    assert rows(Artifact, "status", "priority", "source_path") == [("Requested", "High", "/x")]
    bring(
        "case_name,casestatus,case_is_incident,case_start_time\nA,20_ongoing,True,2026-01-01\n", kind="cases"
    )
    assert rows(Case, "name", "status", "is_incident", "started_at") == [
        ("A", "Ongoing", "yes", "2026-01-01 00:00Z")
    ]
    bring("entry_time,entry_type,entry_content,system\n2026-01-01,Logon,x,SRV01\n", kind="timeline")
    assert rows(TimelineEntry, "type", "content") == [("Logon", "x")]
    bring("taskname,taskstatus,task_due_time,system\nCollect,20_working,2026-01-02,SRV01\n", kind="tasks")
    assert rows(Task, "name", "status", "due_at") == [("Collect", "Working", "2026-01-02 00:00Z")]


def test_statuses_are_for_leads_and_found_by_their_older_spelling():
    sheet = "systemstatus_name,Colour\n30_compromised,violet\nBrand new,red\n"
    with pytest.raises(ImportRefused, match="bob .analyst. may not import system statuses"):
        bring(sheet, kind="system-statuses")
    assert counts(bring(sheet, by="alice", kind="system-statuses")) == {"new": 1, "same": 1, "kept": 1}
    assert ("Brand new", "red") in rows(SystemStatus, "name", "colour")


def test_names_that_only_look_alike_are_two_tags():
    assert counts(bring("Name\na_b\na b\nA_B\n", kind="tags")) == {"new": 2}
    assert [name for (name,) in rows(Tag, "name") if name[0] == "a"] == ["a_b", "a b"]


def test_an_unknown_kind_is_refused():
    with pytest.raises(ImportRefused, match="can't be imported; what can: .*memos"):
        bring("Text\na\n", kind="nonsense")


MEMOS = "Hostname,Text\nSRV01.corp.example.com,“seen” by EDR\nsrv01,again\nnobody,lost\n"


def test_a_sheet_of_memos_goes_in_and_a_second_time_it_changes_nothing(people):
    system("SRV01")
    done = bring(MEMOS, kind="memos")
    assert counts(done) == {"new": 2, "faulty": 1}
    assert "there is no system “nobody”" in reasons(done)[0]
    assert rows(Memo, "system", "text", "created_by") == [
        ("SRV01", "“seen” by EDR", "bob"),
        ("SRV01", "again", "bob"),
    ]
    before = changes.newest()
    assert counts(bring(MEMOS, kind="memos")) == {"same": 2, "faulty": 1}
    assert changes.newest() == before
    undo_last()
    assert rows(Memo, "text") == []


def test_memos_are_known_by_their_headings_and_by_the_name_of_their_sheet(people):
    def kind(content: str | bytes) -> str:
        data = content.encode() if isinstance(content, str) else content
        return open_bytes(data, people.bob, kind="").entity.plural

    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Memos"
    book.active.append(["System", "Memo"])
    book.active.append(["SRV01", "seen"])
    book.save(stream)
    assert kind(stream.getvalue()) == "memos"
    assert kind(MEMOS) == "memos"
    assert kind("Hostname,Memo,Status\nSRV01,seen,clean\n") == "systems"


def test_what_went_to_the_bin_is_not_found_again():
    remove(Tag, make(Tag, name="old"))
    assert counts(bring("Name\nold\n", kind="tags")) == {"new": 1}


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        ("System,Priority,Status,Analyst,Analyse Status,Note", "systems"),
        ("Hostname,IP", "systems"),
        ("Timestamp_UTC_0,EvidenceType,Event System,Suspect Account,Activity,Notes", "timeline"),
        ("datetime,timestamp_desc,message,hostname", "timeline"),
        ("Hostname,Artefact,Type,Requested,MD5", "artifacts"),
        ("Task,Host,Assigned,Due date,Status", "tasks"),
        ("AccountName,Account Domain,Last Activity,Privileged", "accounts"),
        ("System,Headline,Subheadline,Content", "report-items"),
        ("Case name,External ID,Start time", "cases"),
        ("Title,Content,Status", "notes"),
        ("Tag,Colour,Note", "tags"),
        ("nothing,that,anybody,knows", "systems"),
    ],
)
def test_what_the_rows_are_is_proposed_from_the_headings(people, headings, kind):
    opened = open_bytes(f"{headings}\n{','.join('x' * len(headings.split(',')))}\n".encode(), people.bob, "")
    assert opened.entity.plural == kind


def test_a_changed_row_follows_the_rules_per_column(people):
    one = system("SRV01")
    bring(ARTIFACTS, kind="artifacts")
    (artifact, *_) = db.session.scalars(sa.select(Artifact.id).order_by(Artifact.id))
    change(Artifact, artifact, result="known")
    sheet = "System,Name,Type,Analysis result,Source path\nSRV01,Triage,Triage,other,/new\n"
    assert counts(bring(sheet, kind="artifacts")) == {"changed": 1, "kept": 1}
    assert rows(Artifact, "result", "source_path")[0] == ("known", "/new")
    assert one


def test_the_command_takes_the_kind(app, tmp_path):
    system("SRV01")
    file = tmp_path / "timeline.csv"
    file.write_text("Time,System,Content\n2026-01-01,SRV01,a\n")
    run = app.test_cli_runner().invoke
    db.session.rollback()
    answer = run(args=["import", str(file), "--as", "bob", "--kind", "timeline"])
    assert (answer.exit_code, json.loads(answer.stdout.splitlines()[-1])["new"]) == (0, 1)
    db.session.rollback()
    assert run(args=["import", str(file), "--as", "bob", "--kind", "nonsense"]).exit_code == 2
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert db.session.scalar(sa.select(TimelineEntry.time)) == moment
