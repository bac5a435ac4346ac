"""What an export profile may say, and what its files hold."""

import csv
import io
import json

import openpyxl
import pytest
import sqlalchemy as sa

from app.exporting import making
from app.exporting.profile import BadProfile, Profile
from app.extensions import db
from app.models.artifacts import Artifact
from app.models.exports import ExportProfile
from app.models.lookups import Recommendation, SystemStatus
from app.models.notes import ReportItem
from app.models.systems import Memo
from app.models.tags import Tag
from app.security.access import person_with
from app.services.lookups import find
from app.services.ready_exports import READY
from tests.records import change, make, system

CANARY = "CANARY-77ab"


def profile(text: str, name: str = "Mine") -> int:
    return make(ExportProfile, name=name, definition=text)


def written(record_id: int, person: int, file_format: str = "csv") -> bytes:
    db.session.rollback()
    stream = io.BytesIO()
    making.export_of(record_id, person_with(person)).write(file_format, stream)
    return stream.getvalue()


def lines(record_id: int, person: int) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written(record_id, person).decode("utf-8-sig"), newline="")))


REFUSED = {
    "": "beginning with",
    "- a": "beginning with",
    "entity: [": "no YAML",
    "entity: planets": "there are no “planets”",
    "entity: systems\ncolour: red": "no key “colour”",
    "entity: systems\ncolumns: [name, colour]": "no field “colour”",
    "entity: systems\ncolumns: [name, status, name]": "“name” is a column twice",
    "entity: systems\ncolumns: [name, {field: status, heading: name}]": "two columns are called “name”",
    "entity: systems\ncolumns: [name, {field: status, headline: Name}]": "columns must be a list",
    "entity: systems\ncolumns: name": "columns must be a list",
    "entity: systems\nformat: xls": "format must be one of",
    "entity: systems\nformat: 3": "format must be text",
    "entity: systems\nsplit: x": "split must be",
    "entity: systems\ntimes: late": "times must be",
    "entity: systems\ninternal: 3": "internal must be yes or no",
    "entity: systems\nfilter: colour=red": "no filter “colour”",
    "entity: systems\nfilter: created_at.min=soon": "is not a time",
    "entity: systems\nsort: colour": "no field “colour”",
    "entity: systems\nsort: name\nfilter: sort=status": "leave out one of both",
    "entity: systems\nfilter: on_spreadsheet=no": "asks for on_spreadsheet itself",
    "entity: systems\ncolumns: [name, memos]": "“memos” is internal",
    "entity: artifacts\ncolumns: [name, note_internal]": "“note_internal” is internal",
    "entity: artifacts\nfilter: note_internal=x": "no filter “note_internal”",
    "entity: artifacts\nsort: note_internal": "no field “note_internal”",
    "entity: artifacts\nspreadsheet_only: true": "no mark for spreadsheets",
    "entity: memos": "are internal",
    "entity: systems\ncolumns: [name]\nexplanations: [status]": "it is no column",
    "entity: systems\nexplanations: [name]": "it is no short list",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_contradicts_itself_is_refused_with_the_reason(app, text):
    with pytest.raises(BadProfile, match=REFUSED[text]):
        Profile.read(text)


@pytest.mark.parametrize("name", READY)
def test_the_ready_made_profiles_can_be_followed_and_written_again(app, name):
    read = Profile.read(READY[name])
    assert Profile.read(read.as_yaml()) == read


def test_the_classic_list_has_its_columns_and_its_headings(app, people):
    system("SV-1", ips=[], installed_at=None)
    classic = db.session.scalar(
        sa.select(ExportProfile.id).where(ExportProfile.name == "Classic systems list")
    )
    found = lines(classic, people.bob)
    assert ",".join(found[0]) == (
        "ID,System,DNS name,Domain,Systemstatus,Analysisstatus,Reason,Recommendation,Systemtype,IPs,OS,Companies,"
        "Location,Serviceprovider,Tags,Cases,Assigned to,Created,Created by,Modified,Modified by"
    )
    assert found[1][1] == "SV-1"
    assert len(found[1][17]) == len("2026-11-24 22:14")
    assert found[2] == []
    assert [line[0] for line in found[3:5]] == ["Created:", "Created by:"]
    assert found[4][1] == "bob"


def test_the_artifact_requests_are_those_that_somebody_still_has_to_get(app, people):
    host = system("SV-1")
    for status in ("Requested", "Analysis finished", "Ready for analysis", "Needs analysis"):
        make(Artifact, name=status, system=host, type="File", status=status)
    requests = db.session.scalar(sa.select(ExportProfile.id).where(ExportProfile.name == "Artifact requests"))
    found = lines(requests, people.bob)
    assert ",".join(found[0]) == (
        "Artifact ID,Artifact,System ID,System,Artifactstatus,Artifactpriority,Artifacttype,Source path"
    )
    told = found[1 : found.index([])]
    assert [line[4] for line in told] == ["Needs analysis", "Requested"]
    assert {tuple(line[2:4]) for line in told} == {(str(host), "SV-1")}
    book = openpyxl.load_workbook(io.BytesIO(written(requests, people.bob, "xlsx")))
    assert {"Artifact statuses", "Artifact types"} < set(book.sheetnames)


def test_explanations_are_sheets_with_name_note_and_count(app, people):
    make(Recommendation, name="Isolate", note="=cut the cable")
    tag = make(Tag, name="Seen")
    system("SV-1", status="Clean", tags=[tag], recommendation="Isolate")
    system("SV-2", status="Clean", tags=[tag])
    classic = db.session.scalar(
        sa.select(ExportProfile.id).where(ExportProfile.name == "Classic systems list")
    )
    book = openpyxl.load_workbook(io.BytesIO(written(classic, people.bob, "xlsx")))
    rows = [[cell.value for cell in row] for row in book["System statuses"]]
    assert rows[0] == ["Name", "Note", "Rows"]
    assert ["Clean", "Analysed; nothing was found.", 2] in rows
    assert ["Isolate", "=cut the cable", 1] in [
        [cell.value for cell in row] for row in book["Recommendations"]
    ]
    assert {cell.data_type for cell in book["Recommendations"]["B"]} == {"s"}
    assert ["Seen", None, 2] in [[cell.value for cell in row] for row in book["Tags"]]
    assert "Reasons" not in book.sheetnames
    about = {row[0].value: row[1].value for row in book["About this file"]}
    assert (about["Created by:"], about["Profile:"], about["Sheet:"]) == (
        "bob",
        "Classic systems list",
        "Systems",
    )


def test_only_systems_that_are_marked_for_spreadsheets_unless_told_otherwise(app, people):
    system("SV-1")
    system("SV-2", on_spreadsheet=False)
    assert [line[0] for line in lines(profile("entity: systems\ncolumns: [name]"), people.bob)] == [
        "Name",
        "SV-1",
    ]
    all_of_them = profile("entity: systems\ncolumns: [name]\nspreadsheet_only: no", "All")
    assert [line[0] for line in lines(all_of_them, people.bob)] == ["Name", "SV-1", "SV-2"]


def test_several_values_stand_as_the_profile_says_and_can_be_told_apart(app, people):
    tags = [make(Tag, name=name) for name in ("alpha", "beta")]
    system("SV-1", tags=tags)
    system("SV-2", tags=[make(Tag, name="two words")])
    text = 'entity: systems\ncolumns: [name, tags]\nsplit: "%s"\nsort: name'
    assert lines(profile(text % " "), people.bob)[1:] == [["SV-1", "alpha beta"], ["SV-2", '["two words"]']]
    assert lines(profile(text % "|", "Pipes"), people.bob)[1:] == [
        ["SV-1", "alpha|beta"],
        ["SV-2", "two words"],
    ]


def test_json_is_a_list_of_objects_as_rest_shows_them(app, people):
    system("SV-1", status="Clean")
    columns = "columns: [{field: name, heading: System}, status]"
    answer = json.loads(written(profile(f"entity: systems\n{columns}"), people.bob, "json"))
    assert [set(one) for one in answer] == [{"id", "name", "status", "revision"}]
    assert (answer[0]["name"], answer[0]["status"]["name"]) == ("SV-1", "Clean")
    nothing = profile("entity: systems\nfilter: name=nobody", "None")
    assert json.loads(written(nothing, people.bob, "json")) == []


@pytest.fixture
def secrets(app):
    owner = system("SV-1")
    make(Memo, system=owner, text=f"memo {CANARY}")
    make(Artifact, name="a", system=owner, type="File", note_internal=f"note {CANARY}")
    make(ReportItem, system=owner, headline="Summary", content="For the report")


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "json"])
def test_nothing_internal_is_in_a_file_of_a_profile_that_does_not_say_so(secrets, people, file_format):
    for number, plural in enumerate(("systems", "artifacts", "report-items", "accounts")):
        data = written(profile(f"entity: {plural}", f"P{number}"), people.ada, file_format)
        assert CANARY.encode() not in _inflated(data, file_format)


def _inflated(data: bytes, file_format: str) -> bytes:
    if file_format != "xlsx":
        return data
    cells = (
        cell.value for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet for cell in row
    )
    return " ".join(map(str, cells)).encode()


def test_memos_and_report_items_come_where_they_are_asked_for(secrets, people):
    text = "entity: systems\ncolumns: [name, memos, report_items]\ninternal: yes"
    assert lines(profile(text), people.bob)[1] == ["SV-1", f"memo {CANARY}", "Summary\n\nFor the report"]


def test_a_file_never_holds_more_than_the_person_may_see(secrets, people):
    inside = profile("entity: systems\ncolumns: [name, memos]\ninternal: yes")
    with pytest.raises(BadProfile, match="may not export"):
        written(inside, people.rita)


def test_the_numbers_of_what_a_record_belongs_to_can_be_columns(secrets, people):
    text = "entity: artifacts\ncolumns: [id, system_id, system, case_id]"
    heading, line = lines(profile(text), people.bob)
    assert heading == ["ID", "System ID", "System", "Case ID"]
    assert line[2:] == ["SV-1", ""]
    assert line[1].isdecimal()


def test_a_profile_that_can_t_be_followed_any_more_says_so(app, people):
    record = profile("entity: systems")
    db.session.execute(
        sa.update(ExportProfile).where(ExportProfile.id == record).values(definition="entity: x")
    )
    db.session.commit()
    with pytest.raises(BadProfile, match="“Mine” can't be followed any more: entity: there are"):
        written(record, people.bob)


def test_a_filter_by_what_was_renamed_meanwhile_says_so_instead_of_finding_nothing(app, people):
    system("SV-1", status="Clean")
    record = profile("entity: systems\ncolumns: [name]\nfilter: status=Clean&tags.not=")
    assert len(lines(record, people.bob)) == 2
    (clean,) = find(SystemStatus, ["Clean"]).values()
    change(SystemStatus, clean, name="Spotless")
    with pytest.raises(BadProfile, match="Status: there is no .*“Clean”|Status: .*Clean"):
        written(record, people.bob)
