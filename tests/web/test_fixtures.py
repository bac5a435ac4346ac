"""Engagement templates: readable, loaded twice without a change, undone like any other change."""

from io import BytesIO

import pytest
import yaml

from app.extensions import db
from app.fixtures.dump import dump
from app.fixtures.load import SHIPPED, BadTemplate, load, read, shipped
from app.models.lookups import ArtifactStatus, SystemStatus, TaskName
from app.models.tags import Tag
from app.models.users import User
from app.services import changes, settings
from app.services.lookups import find
from tests.conftest import csrf_token
from tests.records import change, make, state, undo_last

SMALL = """
spoor: 1
title: Small
settings: {name_case: upper}
tags: [{name: Phished, colour: red}]
system-statuses: [{name: 30_compromised, note: Told anew}]
task-names: [{name: Isolate, position: 10}]
users: [{username: Carla, full_name: Carla Rossi, role: analyst}]
"""


def loaded(text: str):
    with changes.recording(None, "cli", "Template") as change_set:
        report = load(change_set, read(text))
    db.session.commit()
    return report


def test_loading_makes_what_is_missing_and_changes_what_differs(app):
    report = loaded(SMALL)
    assert report.created == {"tags": ["Phished"], "task-names": ["Isolate"], "users": ["Carla"]}
    assert report.changed == {"system-statuses": ["Compromised"]}
    assert settings.get("name_case") == "upper"
    assert state(SystemStatus, find(SystemStatus, ["Compromised"])["Compromised"])["note"] == "Told anew"
    assert state(User, find(User, ["carla"])["carla"])["is_enabled"] is False


def test_loading_twice_changes_nothing(app):
    loaded(SMALL)
    before = changes.newest()
    report = loaded(SMALL)
    assert report.is_empty
    assert changes.newest() == before


def test_a_dump_loads_without_a_change_and_says_the_meaning_of_every_status(app):
    loaded(SMALL)
    text = dump("Ours", "")
    assert loaded(text).is_empty
    content = yaml.safe_load(text)
    assert {"is_open": True, "sets_requested": True}.items() <= content["artifact-statuses"][1].items()
    assert "password" not in text.replace("without secrets", "")


def test_a_dump_brings_back_a_meaning_that_was_changed(app):
    text = dump("Ours", "")
    requested = find(ArtifactStatus, ["Requested"])["Requested"]
    change(ArtifactStatus, requested, sets_requested=False, is_open=False)
    assert loaded(text).changed == {"artifact-statuses": ["Requested"]}
    assert state(ArtifactStatus, requested)["sets_requested"] is True


def test_a_loaded_template_can_be_undone(app):
    loaded("spoor: 1\ntags: [{name: Phished}]\ntask-names: [{name: Isolate}]\n")
    undo_last()
    assert find(Tag, ["Phished"]) == find(TaskName, ["Isolate"]) == {}


@pytest.mark.parametrize("name", shipped())
def test_the_templates_that_come_along_fit_together(app, name):
    report = loaded((SHIPPED / f"{name}.yaml").read_text("utf-8"))
    assert len(report.created["task-names"]) > 5
    assert len(report.created["tags"]) > 5


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[", "no YAML"),
        ("a: 1", "must begin with"),
        ("spoor: 9", "later version"),
        ("spoor: 1\nsystems: []", "no section “systems”"),
        ("spoor: 1\ntags: {}", "must be a list"),
        ("spoor: 1\ntags: [5]", "tags, row 1: must be fields with values, name among them"),
        ("spoor: 1\ntags: [{name: A}, {name: B, size: 3}]", "tags, row 2: there is no field “size”"),
        ("spoor: 1\ntags: [{name: A, colour: beige}]", "tags, row 1, colour: “beige” is not one of"),
        ("spoor: 1\ntags: [{name: A}, {name: a}]", "tags, row 2, name: “a” exists already"),
        ("spoor: 1\nsettings: {size: 3}", "settings: size is no setting"),
        ("spoor: 1\nsettings: {name_case: odd}", "settings: name_case must be one of"),
        ("spoor: 1\nusers: [{username: x, role: king}]", "users, row 1, role"),
    ],
)
def test_what_is_no_template_is_refused_with_its_place_and_changes_nothing(app, text, reason):
    before = changes.newest()
    with pytest.raises(BadTemplate, match=reason.replace("(", ".").replace("[", ".")):
        loaded(text)
    db.session.rollback()
    assert changes.newest() == before


def post(browser, **form):
    token = csrf_token(browser.get("/fixtures").text)
    return browser.post("/fixtures", data=form, headers={"X-CSRFToken": token})


def test_a_lead_sees_in_the_browser_what_would_change_and_then_loads_it(alice):
    page = post(alice, name="ransomware").text
    assert "Backup destroyed" in page
    assert find(Tag, ["Backup destroyed"]) == {}
    answer = post(alice, name="ransomware", apply="1")
    assert answer.status_code == 303
    assert find(Tag, ["Backup destroyed"])
    assert "All of it is here already" in post(alice, name="ransomware").text


def test_a_lead_can_upload_a_file_but_not_make_people(alice):
    preview = post(alice, file=(BytesIO(SMALL.encode()), "small.yaml")).text
    assert "users: left alone" in preview
    assert post(alice, text=SMALL, apply="1").status_code == 303
    assert find(Tag, ["Phished"])
    assert find(User, ["carla"]) == {}


def test_a_broken_file_is_refused_on_the_page(alice):
    answer = post(alice, text="spoor: 1\ntags: [5]", apply="1")
    assert answer.status_code == 422
    assert "tags, row 1" in answer.text


def test_an_analyst_has_no_templates(bob):
    assert bob.get("/fixtures").status_code == 403


def test_the_set_up_can_be_downloaded(alice):
    answer = alice.get("/fixtures/template.yaml")
    assert answer.headers["Content-Disposition"].endswith("template.yaml")
    assert read(answer.text).sections["tags"]


def test_the_command_tells_what_it_would_do_and_does_it(app, tmp_path):
    make(Tag, name="Ours")
    run = app.test_cli_runner().invoke
    out = tmp_path / "ours.yaml"
    assert run(args=["fixtures", "dump", str(out)]).exit_code == 0
    assert "Ours" in out.read_text()
    assert "ransomware: Ransomware." in run(args=["fixtures", "list"]).output
    dry = run(args=["fixtures", "load", "ransomware", "--dry-run"])
    assert dry.output.startswith("would be:")
    assert find(Tag, ["Backup destroyed"]) == {}
    assert run(args=["fixtures", "load", "ransomware", "--as", "alice"]).exit_code == 0
    assert find(Tag, ["Backup destroyed"])
    refused = run(args=["fixtures", "load", str(tmp_path / "none.yaml")])
    assert refused.exit_code == 2
