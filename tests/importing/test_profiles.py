"""Profiles: as YAML and back, what is refused where they are made, and what is asked again before an import."""

import time

import pytest
import sqlalchemy as sa
import yaml

from app.extensions import db
from app.fixtures import load as templates
from app.importing.contradictions import contradictions
from app.importing.profile import Profile
from app.importing.profiles import team_profile
from app.importing.refusal import ImportRefused
from app.importing.runs import open_bytes, remember
from app.importing.written import checked_profile, read_profile, write_profile
from app.models.imports import ImportProfile, RememberedMapping
from app.services import changes
from tests.importing.files import bring, stored
from tests.records import change, make
from tests.rest import Rest
from tests.unit.test_migrating_with_data import back_to, migrations
from tests.web.grid import Grid

NIGHT = """\
name: Night shift sheet
kind: systems
file: {format: csv, delimiter: ",", quote: '"', encoding: auto, header: 1, sheet: null}
columns:
  System: {field: name}
  IP: {field: ips, split: ";", rule: add}
  Domain: {field: domain, rule: overwrite, unknown: create}
  Verdict: {field: status, values: {infected: Compromised, yes: Clean, n/a: null}, unknown: reject}
  Labels: {field: tags, split: " ", rule: replace-own}
  Comment: {field: memo}
constants: {companies: {value: [ACME], rule: add}, location: {value: Berlin, rule: fill}}
status: {new: Unknown, existing: null, tagless: null}
analysis_status: {new: Needs analysis, existing: null, tagless: null}
existing: update
new: create
tags: {prefix: AUTO, delimiter: "_"}
locks: {status: LOCK_SYSTEMSTATUS, analysis_status: LOCK_ANALYSISSTATUS}
guards: {max_changed_percent: 50, max_rows: 200000}
rows: good
"""
USUAL = {"kind": "systems", "columns": {"System": {"field": "name"}}}
TAGS = {"Tags": {"field": "tags"}}


def test_the_documented_profile_is_read_and_comes_back_as_it_was():
    profile = checked_profile(NIGHT)
    assert profile.guards == {"max_changed_percent": 50, "max_rows": 200_000}
    assert profile.columns["Verdict"].values == {"infected": "Compromised", "yes": "Clean", "n/a": None}
    assert (profile.prefix, profile.reading.header) == ("AUTO_", 1)
    assert read_profile(write_profile(profile)).to_dict() == profile.to_dict() | {
        "file": {key: value for key, value in profile.file.items() if value is not None}
    }


def test_headings_are_texts_whatever_yaml_would_make_of_them():
    text = "kind: systems\nfile: {header: 0}\ncolumns: {1: {field: name}, 007: {field: os}, on: {field: ips}}"
    assert list(read_profile(text).columns) == ["1", "007", "on"]


def test_a_file_without_headings_is_mapped_by_number(app):
    text = "kind: systems\nfile: {header: 0}\ncolumns: {2: {field: name}, 1: {field: location}}\n"
    bring("Bonn,A\nRome,B\n", **read_profile(text).to_dict())
    assert [stored(name)["location"] for name in "AB"] == ["Bonn", "Rome"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "must begin with"),
        ("- a", "must begin with"),
        ("kind: [systems", "is no YAML"),
        ("kind: systems", "has no “columns”"),
        ("columns: {A: {field: name}}", "has no “kind”"),
        ("kind: systems\ncolumns: {A: {field: name, rul: add}}", "unknown keys in columns.A: rul"),
        ("kind: systems\ncolumns: {A: name}", "columns.A must have keys"),
        ("kind: systems\ncolumns: {A: {field: [name]}}", "columns.A.field must be a text"),
        (
            "kind: systems\ncolumns: {A: {field: name}}\nguards: {max_rows: many}",
            "guards.max_rows must be a whole",
        ),
        ("kind: systems\ncolumns: {A: {field: name}}\nnonsense: 1", "unknown keys: nonsense"),
        ("kind: systems\ncolumns: {A: {field: name}, A: {field: os}}", "“A” is there twice"),
        ("kind: systems\ncolumns: {A: {field: !!timestamp x}}", "types .!. are not allowed"),
        ("kind: systems\ncolumns: {A: {field: !!int ''}}", "types .!. are not allowed"),
        ("kind: &a systems\ncolumns: {A: {field: *a}}", "aliases"),
        ("[" * 5_000, "is no YAML"),
        ("kind: \0", "is no YAML"),
        ("kind: nonsense\ncolumns: {A: {field: name}}", "can't be imported"),
        ("x" * 300_000, "too long"),
    ],
)
def test_a_slip_of_the_pen_is_named(text, reason):
    with pytest.raises(ImportRefused, match=reason.replace("[", r"\[")):
        checked_profile(text)


@pytest.mark.parametrize(
    ("headings", "ips"),
    [("IP,IP", 2), ("IP (internal),IP (external)", 2), ("ip,IP", 2), ("IP,Other", 1)],
)
def test_no_column_is_lost_because_another_one_is_called_alike(people, headings, ips):
    bring(f"System,{headings}\nA,10.0.0.1,10.0.0.2\n")
    assert len(stored("A")["ips"].split("; ")) == ips


def test_a_profile_finds_its_columns_however_they_are_spelled_and_each_once():
    profile = Profile.from_dict({"columns": {"IP": {"field": "ips"}, "IP (2)": {"field": "aliases"}}})
    for headings in (["IP", "IP (2)"], ["ip", "ip (2)"]):
        assert [column.field for column in profile.fitted(headings).columns.values()] == ["ips", "aliases"]
    with pytest.raises(ImportRefused, match="does not have: “IP .2.”"):
        profile.fitted(["IP", "Other"])


def test_a_long_profile_is_read_soon():
    text = "kind: systems\ncolumns:\n  System: {field: name}\n" + "".join(
        f"  c{n}: {{}}\n" for n in range(20_000)
    )
    began = time.process_time()
    assert len(read_profile(text).columns) == 20_001
    assert time.process_time() - began < 15


CONTRADICTIONS = [
    ({"columns": {**USUAL["columns"], "Other": {"field": "name"}}}, "can't both become Name"),
    ({"columns": {**USUAL["columns"], "A": {"field": "os"}, "B": {"field": "os"}}}, "can't both become OS"),
    ({"columns": {"A": {"field": "os"}}}, "no column is the name"),
    ({"columns": {**USUAL["columns"], "A": {"field": "nonsense"}}}, "can't become “nonsense”"),
    ({"columns": {**USUAL["columns"], "A": {"field": "os", "rule": "add"}}}, "is no rule"),
    ({"columns": {**USUAL["columns"], "A": {"field": "ips", "rule": "fill"}}}, "is no rule"),
    ({"columns": {**USUAL["columns"], "A": {"field": "os", "unknown": "maybe"}}}, "can't be treated"),
    ({"columns": {**USUAL["columns"], "A": {"rule": "overwrite"}}}, "without a source"),
    ({"kind": "nonsense"}, "can't be imported"),
    ({"existing": "maybe"}, "existing must be"),
    ({"new": "maybe"}, "new must be"),
    ({"rows": "some"}, "rows must be"),
    (
        {"columns": {**USUAL["columns"], "A": {"field": "os", "rule": "overwrite"}}, "existing": "skip"},
        "contradicts skipping",
    ),
    (
        {"columns": {**USUAL["columns"], "A": {"field": "ips", "rule": "replace"}}, "existing": "skip"},
        "contradicts skipping",
    ),
    (
        {"constants": {"location": {"value": "Bonn", "rule": "overwrite"}}, "existing": "skip"},
        "contradicts skipping",
    ),
    ({"status": {"existing": "Clean"}, "existing": "skip"}, "contradicts skipping"),
    ({"analysis_status": {"existing": "Needs analysis"}, "existing": "skip"}, "contradicts skipping"),
    ({"status": {"tagless": "Clean"}}, "needs a column of tags"),
    ({"analysis_status": {"tagless": "Needs analysis"}}, "needs a column of tags"),
    ({"tags": {"prefix": "AUTO"}}, "needs a column of tags"),
    ({"columns": {**USUAL["columns"], "T": {"field": "tags", "rule": "replace-own"}}}, "needs a prefix"),
    ({"constants": {"location": {"rule": "overwrite"}}}, "has no value"),
    ({"constants": {"location": {"value": ["Bonn", "Rome"]}}}, "takes one value"),
    ({"constants": {"location": {"value": "Bonn", "rule": "add"}}}, "is no rule"),
    ({"constants": {"installed_at": {"value": "some day"}}}, "installed_at” for all rows: “some day”"),
    ({"columns": {**USUAL["columns"], "A": {"field": "ips", "split": ", "}}}, "separated by one character"),
    (
        {
            "columns": {**USUAL["columns"], "T": {"field": "tags", "rule": "replace-own"}},
            "tags": {"prefix": " "},
        },
        "needs a prefix",
    ),
    ({"constants": {"nonsense": {"value": "x"}}}, "same for all rows"),
    ({"constants": {"name": {"value": "x"}}}, "same for all rows"),
    ({"constants": {"status": {"value": "Clean"}}, "status": {"new": "Unknown"}}, "leaves no room"),
    ({"locks": {"nonsense": "X"}}, "can be locked"),
    ({"file": {"encoding": "ebcdic"}}, "encoding must be"),
    ({"file": {"format": "pdf"}}, "format must be"),
    ({"file": {"delimiter": "ab"}}, "delimiter must be"),
    ({"file": {"quote": "ab"}}, "quote must be"),
    ({"file": {"header": -1}}, "header must be"),
    ({"guards": {"max_changed_percent": 101}}, "max_changed_percent must be"),
    ({"guards": {"max_rows": 0}}, "max_rows must be"),
    (
        {"kind": "tags", "columns": {"N": {"field": "name"}}, "status": {"new": "Clean"}},
        "tags have no status",
    ),
]


@pytest.mark.parametrize(("profile", "reason"), CONTRADICTIONS)
def test_a_contradiction_is_refused_wherever_the_profile_is_made(app, alice, profile, reason):
    text = yaml.safe_dump(USUAL | profile, allow_unicode=True)
    with pytest.raises(ImportRefused, match=reason):
        checked_profile(text)
    refused = Rest(app, "alice").ask("POST", "import-profiles", {"name": "P", "definition": text})
    assert refused.status_code == 422
    assert reason in refused.json["errors"][0]["message"]
    form = Grid(alice, "/import-profiles").post("/new", name="P", definition=text)
    assert form.status_code == 422
    row = {"name": "P", "definition": text}
    template = templates.read(yaml.safe_dump({"spoor": 1, "import-profiles": [row]}))
    with changes.recording(None, "ui") as change_set, pytest.raises(templates.BadTemplate, match=reason):
        templates.load(change_set, template)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(ImportProfile.id))) == 0


@pytest.mark.parametrize(("profile", "reason"), [pair for pair in CONTRADICTIONS if "kind" not in pair[0]])
def test_a_contradiction_is_refused_again_before_an_import(app, profile, reason):
    text = "System,A,B,Other,T\nA,,,,\n"
    with pytest.raises(ImportRefused, match=reason):
        bring(text, **(USUAL | profile))


def test_what_became_wrong_meanwhile_is_said_and_is_no_error_of_the_server(app, alice):
    number = make(ImportProfile, name="Night", definition=write_profile(Profile.from_dict(USUAL)))
    change(ImportProfile, number, definition="kind: systems\ncolumns: {A: {field: gone}}")
    page = alice.get(f"/import-profiles/{number}")
    assert page.status_code == 200
    with pytest.raises(ImportRefused, match="can't become “gone”"):
        bring("A\nx\n", **team_profile("night").to_dict())


def test_only_leads_write_profiles_and_analysts_see_them(app, bob):
    body = {"name": "Night", "definition": write_profile(Profile.from_dict(USUAL))}
    assert Rest(app, "bob").ask("POST", "import-profiles", body).status_code == 403
    assert Rest(app, "alice").ask("POST", "import-profiles", body).status_code == 201
    assert "Night" in bob.get("/import-profiles").text
    assert bob.get("/import-profiles/new").status_code == 403


def test_what_persons_used_last_survives_the_update(app, people):
    changes.begin_write()
    mine = {"kind": "systems", "headings_key": "k", "user_id": people.bob}
    db.session.add(RememberedMapping(name="Mine", profile=USUAL, **mine))
    db.session.commit()
    back_to("0013")
    assert db.session.execute(sa.text("SELECT name FROM import_profiles")).scalars().all() == ["Mine"]
    db.session.remove()
    migrations.bring_up_to_date()
    kept = db.session.scalars(sa.select(RememberedMapping)).one()
    assert (kept.name, kept.profile, kept.user_id) == ("Mine", USUAL, people.bob)
    assert db.session.scalar(sa.select(sa.func.count(ImportProfile.id))) == 0


def test_a_remembered_value_holds_for_its_other_spellings_too(people):
    """A proposal for another spelling would contradict it."""
    opened = open_bytes(b"System,Verdict\nA,infected\n", people.bob)
    opened.profile.columns["Verdict"].values = {"infected": "Clean"}
    changes.begin_write()
    remember(people.bob, opened, "sheet.csv")
    db.session.commit()
    again = open_bytes(b"System,Verdict\nB,INFECTED\n", people.bob)
    assert again.profile.columns["Verdict"].values == {"infected": "Clean"}
    assert contradictions(again.profile, again.entity) == []
