"""`flask import`: one line of JSON, exit codes, profiles, no write when there is nothing to write."""

import json

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.importing.profile import Profile
from app.importing.written import write_profile
from app.models.imports import ImportProfile, ImportRun, RememberedMapping
from app.models.systems import System
from app.services import changes
from tests.importing.files import SAMPLES, stored
from tests.records import make

KEYS = [
    "new",
    "changed",
    "same",
    "ambiguous",
    "skipped",
    "protected",
    "faulty",
    "kept",
    "change_set",
    "errors",
]


@pytest.fixture
def command(app):
    """Run `flask import`; gives exit code, the JSON of the last line, and standard error."""

    def run(*arguments: str, **options):
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=["import", *arguments], **options)
        db.session.rollback()
        return result.exit_code, json.loads(result.stdout.splitlines()[-1]), result.stderr

    return run


def test_done_with_nothing_faulty_is_0(command):
    code, told, _ = command(str(SAMPLES / "spreadsheet-of-doom.csv"), "--as", "bob")
    assert (code, told["new"], told["change_set"]) == (0, 26, changes.newest())
    assert list(told) == KEYS


def test_done_with_faulty_rows_left_out_and_listed_is_1(command):
    code, told, errors = command(str(SAMPLES / "next-morning.csv"), "--as", "bob", "--json")
    assert (code, told["faulty"], told["new"]) == (1, 2, 5)
    assert set(told["errors"][0]) == {"line", "column", "value", "reason"}
    assert "line 6" not in errors


@pytest.mark.parametrize(
    "arguments",
    [
        ("/does/not/exist.csv", "--as", "bob"),
        (str(SAMPLES / "next-morning.csv"), "--as", "rita"),
        (str(SAMPLES / "next-morning.csv"), "--as", "nobody"),
        (str(SAMPLES / "next-morning.csv"), "--as", "bob", "--profile", "nonsense"),
    ],
)
def test_refused_is_2_and_nothing_is_done(command, arguments):
    code, told, errors = command(*arguments)
    assert (code, told["new"], told["change_set"]) == (2, 0, None)
    assert errors.startswith("refused: ")
    assert db.session.scalar(sa.select(sa.func.count(System.id))) == 0


def test_a_dry_run_tells_the_same_and_writes_nothing(command):
    file = str(SAMPLES / "next-morning.csv")
    before = changes.newest()
    _, dry, _ = command(file, "--as", "bob", "--dry-run")
    assert changes.newest() == before
    _, real, _ = command(file, "--as", "bob")
    assert dry == real | {"change_set": None}


def test_a_second_time_not_a_single_row_is_written(command, tmp_path):
    file = str(SAMPLES / "spreadsheet-of-doom.xlsx")
    command(file, "--as", "bob")
    tables = db.metadata.sorted_tables
    before = [db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]
    assert command(file, "--as", "bob")[1]["same"] == 26
    after = [db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]
    assert before == after
    assert db.session.scalar(sa.select(sa.func.count(ImportRun.id))) == 1


def test_standard_input_is_a_file_too(command):
    code, told, _ = command("-", "--as", "bob", input="System,Status\nA,clean\n")
    assert (code, told["new"]) == (0, 1)


def test_a_named_profile_is_used_and_a_written_one_is_strict(command, people, tmp_path):
    columns = {"System": {"field": "name"}, "Status": {"field": "status", "values": {"bad": "Compromised"}}}
    make(ImportProfile, name="Night", definition=write_profile(Profile.from_dict({"columns": columns})))
    file = tmp_path / "sheet.csv"
    file.write_text("System,Status\nA,bad\nB,strange\n")
    code, told, _ = command(str(file), "--as", "bob", "--profile", "Night")
    assert (code, told["new"], told["faulty"]) == (1, 1, 1)
    assert stored("A")["status"] == "Compromised"


def test_what_a_person_remembers_counts_before_the_teams_profile_of_that_name(command, people, tmp_path):
    make(ImportProfile, name="Night", definition="kind: systems\ncolumns: {System: {field: name}}")
    columns = {"System": {"field": "name"}, "Place": {"field": "location"}}
    changes.begin_write()
    profile = Profile.from_dict({"columns": columns}).to_dict()
    mine = RememberedMapping(name="Night", headings_key="x", profile=profile, user_id=people.bob)
    db.session.add(mine)
    db.session.commit()
    file = tmp_path / "sheet.csv"
    file.write_text("System,Place\nA,Bonn\n")
    command(str(file), "--as", "alice", "--profile", "Night")
    assert stored("A")["location"] == ""
    command(str(file), "--as", "bob", "--profile", "Night")
    assert stored("A")["location"] == "Bonn"


def test_a_profile_comes_as_a_file_and_says_what_the_rows_are(command, tmp_path):
    sheet, profile = tmp_path / "sheet.csv", tmp_path / "p.yaml"
    sheet.write_text("Label,Text\nred,seen\n")
    profile.write_text("kind: tags\ncolumns:\n  Label: {field: name}\n  Text: {field: note}\n")
    assert command(str(sheet), "--as", "bob", "--profile-file", str(profile))[1]["new"] == 1
    profile.write_text("kind: tags\ncolumns:\n  Label: {feild: name}\n")
    code, told, says = command(str(sheet), "--as", "bob", "--profile-file", str(profile))
    assert (code, told["new"]) == (2, 0)
    assert "feild" in says
    assert command(str(sheet), "--as", "bob", "--profile-file", str(tmp_path / "none.yaml"))[0] == 2
    both = ("--profile-file", str(profile), "--profile", "Night")
    assert "leave one out" in command(str(sheet), "--as", "bob", *both)[2]
