"""A file of a profile comes back: unchanged it changes nothing, edited exactly what was edited, three ways."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
import sqlalchemy as sa

from app.exporting import making
from app.extensions import db
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.exports import ExportProfile
from app.models.lookups import Company, DnsName, Ip
from app.models.systems import System
from app.models.tags import Tag
from app.models.timeline import TimelineEntry
from app.security.access import person_with
from app.services import changes, records, settings, undo
from tests.importing.files import HOSTILE, bring, counts, planned, stored
from tests.invariants import assert_history_replays
from tests.records import change, ids_of, make, state, system

AT = dt.datetime(2026, 11, 20, 22, 14, 3, 123456, tzinfo=dt.UTC)
CLASSIC = "Classic systems list"
ODD = (*HOSTILE, "x|y", "[z")


def profile(text: str, name: str) -> int:
    return make(ExportProfile, name=name, definition=text)


def exported(name: str, file_format: str, person: int) -> bytes:
    db.session.rollback()
    stream = io.BytesIO()
    making.named(name, person_with(person)).write(file_format, stream)
    return stream.getvalue()


@pytest.fixture
def hostile(app):
    for text in ODD:
        tags = [make(Tag, name=f"{text} {end}") for end in ("one", "two")]
        values = {"tags": tags, "companies": [make(Company, name=text)], "cases": [make(Case, name=text)]}
        system(f"{text} host", installed_at=AT, aliases=[f"{text} alias", f"{text} plain"], **values)
    system("empty")
    system(
        "web",
        ips=[make(Ip, name="10.0.0.1"), make(Ip, name="10.0.0.2")],
        dns_name=make(DnsName, name="web.example"),
    )


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("split", [";", ",", "|", " ", "\\n"])
def test_a_file_that_nobody_edited_changes_nothing(hostile, people, file_format, split):
    columns = "[{field: name, heading: Hostname}, {field: tags, heading: Marks}, companies, cases, aliases, ips, installed_at]"
    profile(f'entity: systems\ncolumns: {columns}\nsplit: "{split}"\nmeta: yes\ntimes: minutes', "Mine")
    done = bring(exported("Mine", file_format, people.bob))
    assert counts(done) == {"same": len(ODD) + 2}


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("name", [CLASSIC, "Everything"])
def test_the_ready_made_files_change_nothing(hostile, people, name, file_format):
    assert counts(bring(exported(name, file_format, people.bob))) == {"same": len(ODD) + 2}


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("heading", ["=1+1", "-", "@x", "'quoted"])
def test_headings_are_no_formulas_either_and_come_back(people, app, heading, file_format):
    system("A", tags=[make(Tag, name="one")])
    profile(f'entity: systems\ncolumns: [name, {{field: tags, heading: "{heading}"}}]\nmeta: yes', "Mine")
    data = exported("Mine", file_format, people.bob)
    assert counts(bring(data)) == {"same": 1}
    if file_format == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        assert (sheet["B1"].value, sheet["B1"].data_type) == (heading, "s")
    else:
        assert data.decode("utf-8-sig").splitlines()[0] == f"Name,'{heading}"
        assert counts(bring(data.replace(b"one", b"two"))) == {"changed": 1}
        assert stored("A")["tags"] == "two"


@pytest.mark.parametrize("name", [CLASSIC, "Everything"])
def test_nothing_in_them_is_a_formula(hostile, people, name):
    lines = csv.reader(io.StringIO(exported(name, "csv", people.bob).decode("utf-8-sig"), newline=""))
    assert [cell for line in lines for cell in line if cell[:1] in tuple("=+-@\t\r")] == []
    book = openpyxl.load_workbook(io.BytesIO(exported(name, "xlsx", people.bob)))
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "inlineStr", "n", "d"}


def edit(data: bytes, name: str, heading: str, value) -> bytes:
    """The workbook with another value in a cell of the row of a system; without a heading it is its name."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    title = headings.index("Name" if "Name" in headings else "System")
    line = next(row for row in sheet.iter_rows(min_row=2) if row[title].value == name)
    line[headings.index(heading) if heading else title].value = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def mine(app):
    """A profile whose files say what they are, as CSV too."""
    profile("entity: systems\nmeta: yes\ncolumns: [id, name, status, priority]", "Mine")


def renamed(data: bytes, names: dict[str, str]) -> bytes:
    """The file with other names in the column of the names."""
    if data.startswith(b"PK"):
        for old, new in names.items():
            data = edit(data, old, "", new)
        return data
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    at = next(index for index, heading in enumerate(rows[0]) if heading in ("Name", "System"))
    for row in (row for row in rows[1:] if len(row) > at):
        row[at] = names.get(row[at], row[at])
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


def decide(**values) -> None:
    with changes.recording(None, "cli") as change_set:
        settings.change(change_set, values)
    db.session.commit()


def by(person: int, record: int, **values) -> None:
    with changes.recording(person, "ui") as change_set:
        records.update(change_set, System, record, ids_of(System, values))
    db.session.commit()


@pytest.mark.parametrize("name", [CLASSIC, "Everything"])
def test_only_edited_cells_change_although_others_changed_meanwhile(people, name):
    status, reason = ("Systemstatus", "Reason") if name == CLASSIC else ("Status", "Reason")
    one, other = system("SV-1", status="Unknown"), system("SV-2", status="Unknown")
    data = edit(exported(name, "xlsx", people.bob), "SV-1", status, "Compromised")
    data = edit(data, "SV-1", reason, "Seen by EDR")
    by(people.alice, one, priority="High", domain=None)
    by(people.alice, other, status="Clean")
    done = bring(data)
    assert counts(done) == {"changed": 1, "same": 1}
    assert stored("SV-1")["status"] == "Compromised"
    assert stored("SV-1")["reason"] == "Seen by EDR"
    assert stored("SV-1")["priority"] == "High"
    assert stored("SV-2")["status"] == "Clean"
    assert counts(bring(data)) == {"same": 2}


def test_a_cell_that_was_changed_on_both_sides_is_told_with_who(people):
    one = system("SV-1", status="Unknown")
    data = edit(exported("Everything", "xlsx", people.bob), "SV-1", "Status", "Compromised")
    by(people.alice, one, status="Analysis ongoing")
    by(people.bob, one, status="Clean")
    (host,) = planned(data).hosts
    old, _ = host.kept["status"]
    assert (host.outcome, old.name, host.changes) == ("same", "Clean", {})
    assert host.theirs["status"].startswith("bob, 20")
    assert counts(bring(data)) == {"same": 1, "kept": 1}
    (mine,) = planned(data, Status={"rule": "edited-mine"}).hosts
    assert list(mine.changes) == ["status"]


def test_taking_mine_does_not_touch_what_was_not_edited(people):
    one, other = system("SV-1", status="Unknown"), system("SV-2", status="Unknown")
    data = edit(exported("Everything", "xlsx", people.bob), "SV-1", "Status", "Compromised")
    by(people.alice, one, status="Clean")
    by(people.alice, other, status="Clean")
    hosts = {host.name: host for host in planned(data, Status={"rule": "edited-mine"}).hosts}
    assert list(hosts["SV-1"].changes) == ["status"]
    assert (hosts["SV-2"].changes, hosts["SV-2"].kept) == ({}, {})


def test_both_made_it_the_same(people):
    one = system("SV-1", status="Unknown")
    data = edit(exported("Everything", "xlsx", people.bob), "SV-1", "Status", "Clean")
    by(people.alice, one, status="Clean")
    assert counts(bring(data)) == {"same": 1}


def test_several_values_are_merged_value_by_value(people):
    tags = {name: make(Tag, name=name) for name in ("a", "b", "c", "d", "e")}
    one = system("SV-1", tags=[tags["a"], tags["b"], tags["c"]])
    data = edit(exported("Everything", "xlsx", people.bob), "SV-1", "Tags", "b; c; d")
    by(people.alice, one, tags=[tags["a"], tags["b"], tags["e"]])
    assert counts(bring(data)) == {"changed": 1}
    assert stored("SV-1")["tags"] == "b; d; e"


def test_an_emptied_cell_empties_the_field(people):
    one = system("SV-1", installed_at=AT)
    data = edit(exported("Everything", "xlsx", people.bob), "SV-1", "Installed", None)
    by(people.alice, one, priority="High")
    assert counts(bring(data)) == {"changed": 1}
    assert state(System, one)["installed_at"] is None


def test_a_protected_system_and_a_locked_status_stay(people):
    one = system("SV-1", is_protected=True)
    data = edit(exported("Everything", "xlsx", people.bob), "SV-1", "Status", "Clean")
    assert counts(bring(data)) == {"same": 1, "protected": 1}
    assert stored("SV-1")["status"] == "Unknown"
    assert one


def test_columns_may_be_moved_removed_and_added(people):
    system("SV-1", status="Unknown")
    profile(
        "entity: systems\ncolumns: [{field: name, heading: Box}, {field: status, heading: Verdict}, domain]\nmeta: yes",
        "Odd",
    )
    lines = list(csv.reader(io.StringIO(exported("Odd", "csv", people.bob).decode("utf-8-sig"), newline="")))
    assert lines[0] == ["Box", "Verdict", "Domain"]
    moved = [["Clean", "SV-1", "10.0.0.9"] if line[:1] == ["SV-1"] else line for line in lines[1:]]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["Verdict", "Box", "IP"], *moved])
    assert counts(bring(stream.getvalue())) == {"changed": 1}
    assert (stored("SV-1")["status"], stored("SV-1")["ips"]) == ("Clean", "10.0.0.9")


def test_a_file_of_another_installation_merges_by_what_it_shows(people):
    one = system("SV-1", status="Unknown")
    data = exported("Everything", "xlsx", people.bob)
    book = openpyxl.load_workbook(io.BytesIO(data))
    line = next(row for row in book["About this file"].iter_rows() if row[0].value == "Revision:")
    assert changes.revision_of(line[1].value) == changes.newest()
    line[1].value = line[1].value.replace(line[1].value[-4:], "0000")
    stream = io.BytesIO()
    book.save(stream)
    edited = edit(stream.getvalue(), "SV-1", "Status", "Compromised")
    by(people.alice, one, priority="High")
    (host,) = planned(edited).hosts
    assert (host.theirs, host.changes) == ({}, {})
    assert "status" in host.kept


def test_the_end_of_a_file_of_the_old_tracker_is_left_out(people):
    text = "ID,System,Systemstatus\n1,SV-1,30_compromised\n\nCreated:,2026-11-24 22:14\nCreated by:,alice\n"
    done = bring(text)
    assert counts(done) == {"new": 1}
    assert list(db.session.scalars(sa.select(System.name))) == ["SV-1"]


@pytest.mark.parametrize("name", [CLASSIC, "Everything"])
def test_a_system_that_was_renamed_since_is_not_made_again(people, name):
    one = system("SV-1", status="Unknown")
    data = edit(
        exported(name, "xlsx", people.bob), "SV-1", "Systemstatus" if name == CLASSIC else "Status", "Clean"
    )
    by(people.alice, one, name="SV-9")
    assert counts(bring(data)) == {"changed": 1}
    assert stored("SV-9")["status"] == "Clean"


def test_ids_that_were_sorted_apart_from_their_rows_count_for_nothing(people):
    for number in (1, 2):
        system(f"SV-{number}", status="Unknown")
    book = openpyxl.load_workbook(io.BytesIO(exported("Everything", "xlsx", people.bob)))
    sheet = book.worksheets[0]
    last = sheet.max_column
    first, second = sheet.cell(2, last).value, sheet.cell(3, last).value
    sheet.cell(2, last).value, sheet.cell(3, last).value = second, first
    uuid = [cell.value for cell in sheet[1]].index("UUID") + 1
    sheet.delete_cols(uuid)
    stream = io.BytesIO()
    book.save(stream)
    data = edit(stream.getvalue(), "SV-1", "Status", "Clean")
    assert counts(bring(data)) == {"changed": 1, "same": 1}
    assert (stored("SV-1")["status"], stored("SV-2")["status"]) == ("Clean", "Unknown")


def test_other_records_that_were_renamed_since_are_not_made_again(people):
    tag = make(Tag, name="old", note="")
    artifact = make(Artifact, name="mem.raw", system=system("SV-1"), type="File")
    profile("entity: tags\ncolumns: [name, note]", "Tags")
    profile("entity: artifacts\ncolumns: [name, system, type, result]", "Artifacts")
    tags = edit(exported("Tags", "xlsx", people.bob), "old", "Note", "Told")
    artifacts = edit(exported("Artifacts", "xlsx", people.bob), "mem.raw", "Analysis result", "Nothing")
    change(Tag, tag, name="new")
    change(Artifact, artifact, type="Image")
    assert counts(bring(tags, kind="tags"))["changed"] == 1
    assert (state(Tag, tag)["name"], state(Tag, tag)["note"]) == ("new", "Told")
    assert counts(bring(artifacts, kind="artifacts")) == {"changed": 1}
    assert state(Artifact, artifact)["result"] == "Nothing"


@pytest.mark.parametrize(
    ("name", "file_format"), [(CLASSIC, "xlsx"), ("Everything", "xlsx"), ("Mine", "csv"), ("Mine", "xlsx")]
)
def test_a_name_edited_in_the_sheet_renames_and_its_undo_takes_that_back(mine, people, name, file_format):
    one, other = system("SV-1", status="Unknown"), system("SV-2", status="Unknown")
    data = renamed(exported(name, file_format, people.bob), {"SV-1": "SV-ONE"})
    by(people.alice, one, priority="High")
    before = state(System, one)["priority"]
    plan = planned(data)
    assert [(host.name, host.changes) for host in plan.going_in] == [("SV-1", {"name": ("SV-1", "SV-ONE")})]
    done = bring(data)
    assert counts(done) == {"changed": 1, "same": 1}
    assert (state(System, one)["name"], state(System, one)["priority"]) == ("SV-ONE", before)
    assert counts(bring(data)) == {"same": 2}
    number = changes.newest()
    with changes.recording(people.bob, "undo", undo_of_id=number) as change_set:
        undo.undo(change_set, number)
    db.session.commit()
    assert (state(System, one)["name"], state(System, other)["name"]) == ("SV-1", "SV-2")
    assert_history_replays()


def test_a_name_changed_on_both_sides_is_told_and_taken_if_wanted(people):
    one = system("SV-1")
    data = renamed(exported("Everything", "xlsx", people.bob), {"SV-1": "MINE"})
    by(people.alice, one, name="THEIRS")
    (host,) = planned(data).hosts
    assert (host.id, host.kept, host.changes) == (one, {"name": ("THEIRS", "MINE")}, {})
    assert host.theirs["name"].startswith("alice, 20")
    assert counts(bring(data)) == {"same": 1, "kept": 1}
    (mine,) = planned(data, Name={"rule": "edited-mine"}).hosts
    assert mine.changes == {"name": ("THEIRS", "MINE")}


def test_a_name_that_another_system_has_is_that_system(people):
    one, other = system("SV-1", status="Unknown"), system("SV-2", status="Unknown")
    data = exported("Everything", "xlsx", people.bob)
    (host,) = planned(renamed(data, {"SV-1": "SV-2"})).hosts
    assert (host.id, host.changes) == (other, {})
    by(people.alice, other, name="FREE")
    assert counts(bring(renamed(data, {"SV-1": "FREE"}))) == {"same": 1}
    assert state(System, one)["name"] == "SV-1"


def test_two_systems_are_not_given_one_name(mine, people):
    for number in (1, 2, 3):
        system(f"SV-{number}", status="Unknown")
    data = exported("Mine", "csv", people.bob)
    done = bring(renamed(data, {"SV-1": "SAME", "SV-2": "same"}))
    assert counts(done) == {"changed": 1, "same": 1, "faulty": 1}
    (fault,) = done.plan.faults
    assert (fault.column, fault.value) == ("Name", "same")
    assert fault.reason == "line 2 gives another system this name already: choose another name"
    assert sorted(db.session.scalars(sa.select(System.name))) == ["SAME", "SV-2", "SV-3"]


def test_a_copied_row_with_a_new_name_is_a_new_system(mine, people):
    system("SV-1", status="Clean")
    data = exported("Mine", "csv", people.bob).decode("utf-8-sig").splitlines(keepends=True)
    data.insert(2, data[1].replace("SV-1", "SV-COPY"))
    done = bring("".join(data))
    assert counts(done) == {"new": 1, "same": 1}
    assert stored("SV-COPY")["status"] == "Clean"


def test_a_renamed_row_and_a_new_one_of_that_name_are_one_system(mine, people):
    one = system("SV-1", status="Clean")
    data = renamed(exported("Mine", "csv", people.bob), {"SV-1": "SV-9"}).decode("utf-8-sig").splitlines()
    data.insert(2, ",SV-9,,")
    assert counts(bring("\n".join(data))) == {"changed": 1}
    assert state(System, one)["name"] == "SV-9"


def test_an_fqdn_typed_over_the_short_name_renames(mine, people):
    one = system("sv-1")
    assert counts(bring(renamed(exported("Mine", "csv", people.bob), {"sv-1": "sv-1.corp"}))) == {
        "changed": 1
    }
    assert state(System, one)["name"] == "sv-1.corp"


def test_a_locked_or_protected_name_stays_and_says_why(people):
    system("SV-1", status="Unknown")
    system("SV-2", status="Unknown", is_protected=True)
    data = exported("Everything", "xlsx", people.bob)
    data = edit(renamed(data, {"SV-1": "A", "SV-2": "B"}), "A", "Status", "Clean")
    decide(name_editable=False)
    one, two = planned(data).hosts
    assert one.withheld == {"name": "names of systems are locked in the settings"}
    assert list(one.changes) == ["status"]
    assert two.withheld == {"name": "the system is protected"}


def test_names_are_written_as_the_team_wants_them(people):
    one = system("sv-1")
    system("SV-2")
    data = renamed(exported("Everything", "xlsx", people.bob), {"sv-1": "SV-NEW"})
    decide(name_case="lower")
    assert counts(bring(data)) == {"changed": 1, "same": 1}
    assert state(System, one)["name"] == "sv-new"
    assert counts(bring(data)) == {"same": 2}
    assert stored("SV-2")


def test_the_id_of_a_system_in_the_bin_or_of_another_installation_renames_nothing(mine, people):
    one = system("SV-1")
    data = renamed(exported("Mine", "csv", people.bob), {"SV-1": "SV-9"})
    foreign = data.replace(changes.signature(changes.newest()).encode(), b"4 0123456789abcdef")
    assert foreign != data
    assert counts(bring(foreign, dry_run=True)) == {"new": 1}
    with changes.recording(people.bob, "ui") as change_set:
        records.delete(change_set, System, [one])
    db.session.commit()
    assert counts(bring(data)) == {"new": 1}


@pytest.mark.parametrize(
    ("kind", "model", "name"), [("tags", Tag, "name"), ("timeline", TimelineEntry, "content")]
)
def test_other_records_are_renamed_in_the_sheet_too(people, kind, model, name):
    made = {"time": AT, "system": system("SV-1"), "type": "logon"} if kind == "timeline" else {}
    one = make(model, **made, **{name: "old"})
    profile(f"entity: {kind}\ncolumns: [{', '.join(['id', *made, name])}]", "Others")
    book = openpyxl.load_workbook(io.BytesIO(exported("Others", "xlsx", people.bob)))
    (cell,) = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "old"]
    cell.value = "edited"
    stream = io.BytesIO()
    book.save(stream)
    done = counts(bring(stream.getvalue(), kind=kind))
    assert (done["changed"], "new" in done) == (1, False)
    assert state(model, one)[name] == "edited"
    assert counts(bring(stream.getvalue(), kind=kind)).keys() == {"same"}


def test_a_tag_is_not_given_a_name_that_another_has(people):
    one, other = make(Tag, name="one"), make(Tag, name="other")
    profile("entity: tags\ncolumns: [id, name, note]", "Tags")
    data = edit(exported("Tags", "xlsx", people.bob), "one", "", "other")
    bring(data, kind="tags")
    assert (state(Tag, one)["name"], state(Tag, other)["name"]) == ("one", "other")
