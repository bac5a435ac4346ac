"""One file by one profile, whatever the way it comes: the same plan, the same result."""

import html
import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.importing import profiles
from app.importing.profile import Profile
from app.importing.profiles import team_profile
from app.importing.written import checked_profile, write_profile
from app.jobs import imports, runner
from app.models.imports import ImportProfile, ImportRun, ImportState
from app.models.jobs import Job, JobState
from app.models.notices import Notice
from app.models.systems import System
from app.models.users import User
from app.services import changes, jobs
from tests.conftest import csrf_token
from tests.importing.files import bring, stored
from tests.invariants import assert_history_replays
from tests.records import change, make, remove, system
from tests.rest import Rest
from tests.web.test_import_wizard import Wizard, form_of

SHEET = b"Host;Place;Marks;Verdict\nA;Rome;x;bad\nB;Bonn;;clean\nC;;y;\nD;Bonn;;strange\n"
PROFILE = {
    "columns": {
        "Host": {"field": "name"},
        "Place": {"field": "location", "rule": "overwrite"},
        "Marks": {"field": "tags", "rule": "replace-own"},
        "Verdict": {"field": "status", "values": {"bad": "Compromised"}},
    },
    "tags": {"prefix": "AUTO", "delimiter": "_"},
    "status": {"new": "Clean"},
}
TOLD = ("new", "changed", "same", "ambiguous", "skipped", "protected", "faulty", "kept")


@pytest.fixture
def here(app, bob, tmp_path) -> SimpleNamespace:
    """Two systems, a profile, and a file in the import directory."""
    bring("System,Location,Status,Tags\nA,Bonn,,AUTO_old; AUTOMATIC; mine\nB,Bonn,Clean,\n")
    text = write_profile(Profile.from_dict(PROFILE))
    make(ImportProfile, name="Night", definition=text)
    (directory,) = app.config["SETTINGS"].import_dirs
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "night.csv").write_bytes(SHEET)
    (tmp_path / "p.yaml").write_text(text)
    return SimpleNamespace(app=app, browser=bob, directory=directory, text=text, tmp=tmp_path)


FULL = """\
name: Full
kind: systems
columns:
  System: {field: name}
  IP: {field: ips, split: "/", rule: add, unknown: create}
  Verdict: {field: status, values: {infected: Compromised}, rule: overwrite}
  Labels: {field: tags, split: " ", rule: replace-own, unknown: create}
constants:
  companies: {value: [ACME, Umbrella], rule: add}
  location: {value: Berlin, rule: fill}
  domain: {value: corp.example.com, rule: keep}
  os: {value: Windows 11, rule: overwrite}
  reason: {value: EDR, rule: fill}
status: {new: Unknown, tagless: Clean}
tags: {prefix: AUTO, delimiter: "_"}
locks: {status: LOCK_STATUS, location: LOCK_PLACE, os: LOCK_OS}
guards: {max_changed_percent: 50, max_rows: 200000}
rows: all-or-nothing
"""
"""Everything of which a form shows several."""


def wizard_of(here, address: str, **form) -> dict:
    """Walk from a form to the end; the result of the import."""
    wizard = Wizard(here.browser)
    form["csrf_token"] = csrf_token(here.browser.get("/imports/new").text)
    answer = here.browser.post(address, data=form)
    assert answer.status_code == 303, answer.text
    wizard.address = answer.location.partition("?")[0]
    assert wizard.apply().status_code == 303
    db.session.rollback()
    return db.session.scalars(sa.select(ImportRun).order_by(ImportRun.id.desc())).first().result


def by_upload(here) -> dict:
    return wizard_of(here, "/imports/new", file=(io.BytesIO(SHEET), "night.csv"), profile="Night")


def by_paste(here) -> dict:
    return wizard_of(here, "/imports/new", text=SHEET.decode(), profile="Night")


def by_directory(here) -> dict:
    return wizard_of(here, "/imports/files", path=str(here.directory / "night.csv"), profile="Night")


def by_rest(here, **parts) -> dict:
    rest = Rest(here.app, "bob")
    data = {"file": (io.BytesIO(SHEET), "night.csv"), **(parts or {"profile": "Night"})}
    answer = rest.client.post("/api/v1/imports", data=data, headers=rest.headers)
    assert answer.status_code == 200, answer.text
    return answer.json


def by_rest_yaml(here) -> dict:
    return by_rest(here, profile_yaml=here.text)


def by_command(here, *how: str) -> dict:
    db.session.rollback()
    arguments = ["import", str(here.directory / "night.csv"), "--as", "bob", *(how or ("--profile", "Night"))]
    told = here.app.test_cli_runner().invoke(args=arguments).stdout
    db.session.rollback()
    return json.loads(told.splitlines()[-1])


def by_command_file(here) -> dict:
    return by_command(here, "--profile-file", str(here.tmp / "p.yaml"))


def scheduled(who: str = "bob", **options) -> Job:
    """Let the job of a schedule run."""
    db.session.rollback()
    actor = db.session.scalar(sa.select(User.id).where(User.username == who))
    arguments = {
        "schedule_id": 1,
        "slot": "2026-11-25T01:00",
        "profile": "Night",
        "path": "night.csv",
    } | options
    job = jobs.enqueue("import", "app.jobs.imports.scheduled", arguments, title="Nightly", actor_id=actor)
    number = job.id
    db.session.commit()
    runner.run(number)
    db.session.rollback()
    return db.session.get_one(Job, number)


def by_schedule(here) -> dict:
    change(ImportProfile, 1, definition=here.text + "guards: {max_changed_percent: 100}\n")
    job = scheduled()
    assert job.state is JobState.DONE, job.message
    return db.session.get_one(ImportRun, job.result["import"]).result


WAYS = [by_upload, by_paste, by_directory, by_rest, by_rest_yaml, by_command, by_command_file, by_schedule]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_does_the_same(here, way):
    result = way(here)
    assert {key: result[key] for key in TOLD if result[key]} == {
        "new": 1,
        "changed": 1,
        "same": 1,
        "faulty": 1,
    }
    assert [(error["line"], error["column"]) for error in result["errors"]] == [(5, "Verdict")]
    assert result["change_set"]
    assert [stored(name)["location"] for name in "ABC"] == ["Rome", "Bonn", ""]
    assert [stored(name)["tags"] for name in "ABC"] == ["AUTOMATIC; AUTO_x; mine", "", "AUTO_y"]
    assert [stored(name)["status"] for name in "ABC"] == ["Compromised", "Clean", "Clean"]


def test_a_dry_run_by_a_brought_profile_writes_nothing(here):
    before = changes.newest()
    told = by_rest(here, profile_yaml=here.text, dry_run="1")
    assert (told["new"], told["change_set"]) == (1, None)
    db.session.rollback()
    assert changes.newest() == before


def test_what_breaks_a_guard_is_refused_with_number_and_limit(here):
    change(ImportProfile, 1, definition=here.text + "guards: {max_changed_percent: 50}\n")
    assert by_rest(here)["changed"] == 1
    change(ImportProfile, 1, definition=here.text + "guards: {max_rows: 3}\n")
    told = by_command(here)
    assert told["errors"][0]["reason"] == "The file has 4 rows; the profile allows 3."
    change(ImportProfile, 1, definition=here.text + "guards: {max_changed_percent: 20}\n")
    (here.directory / "night.csv").write_bytes(SHEET.replace(b"Rome", b"Oslo"))
    told = by_command(here)
    assert told["errors"][0]["reason"] == "1 of 3 systems (33 %) would change; the profile allows 20 %."
    assert stored("A")["location"] == "Rome"


def test_in_the_wizard_a_person_may_lift_the_guard(here):
    change(ImportProfile, 1, definition=here.text + "guards: {max_rows: 3}\n")
    wizard = Wizard(here.browser)
    token = csrf_token(here.browser.get("/imports/new").text)
    form = {"csrf_token": token, "text": SHEET.decode(), "profile": "Night"}
    wizard.address = here.browser.post("/imports/new", data=form).location.partition("?")[0]
    assert "The file has 4 rows; the profile allows 3." in wizard.page("preview")
    refused = wizard.apply()
    assert (refused.status_code, stored("A")["location"]) == (409, "Bonn")
    assert wizard.apply(anyway="1").status_code == 303
    assert stored("A")["location"] == "Rome"


def held(here) -> Job:
    """A scheduled import beyond the guards: two of two systems would change."""
    (here.directory / "night.csv").write_bytes(SHEET.replace(b"B;Bonn", b"B;Rome"))
    return scheduled()


def test_a_scheduled_import_beyond_its_guards_waits_for_a_lead(here, alice, people):
    before = changes.newest()
    job = held(here)
    assert job.state is JobState.DONE
    assert job.message.startswith("Waits for approval: 2 of 2 systems (100 %) would change")
    assert (changes.newest(), stored("A")["location"]) == (before, "Bonn")
    run = db.session.get_one(ImportRun, job.result["import"])
    assert (run.state, run.actor_id) == (ImportState.HELD, people.bob)
    told = db.session.scalars(
        sa.select(Notice.user_id).where(Notice.address == f"/imports/{run.id}", Notice.is_bad)
    )
    assert set(told) == {people.alice, people.ada}
    address = f"/imports/{run.id}"
    assert "Approve" not in here.browser.get(address).text
    assert (
        here.browser.post(
            f"{address}/commit", data={"csrf_token": csrf_token(here.browser.get("/imports/new").text)}
        ).status_code
        == 403
    )
    assert scheduled().message == f"The same content is import {run.id} already: nothing was done again"
    wizard = Wizard(alice)
    wizard.address = address
    assert "Approve 3 changes" in wizard.page()
    assert wizard.apply().status_code == 303
    assert [stored(name)["location"] for name in "AB"] == ["Rome", "Rome"]
    assert "Applied" in wizard.page()
    assert "alice" in wizard.page()


def test_an_approval_that_was_cancelled_leaves_the_decision_with_leads(here, alice):
    number = held(here).result["import"]
    lead = Wizard(alice)
    lead.address = f"/imports/{number}"
    assert lead.apply(rows="301").status_code == 303  # so many that a job does it
    job = db.session.get_one(ImportRun, number).job
    assert "Cancel" in alice.get(f"/jobs/{job.id}").text
    assert scheduled().result["import"] == number
    jobs.cancel(job.id)
    db.session.commit()
    assert "Needs approval" in alice.get("/imports").text
    assert "Approve" not in here.browser.get(lead.address).text
    form = {"csrf_token": csrf_token(here.browser.get("/imports/new").text)}
    for step in ("commit", "discard"):
        assert here.browser.post(f"{lead.address}/{step}", data=form).status_code == 403
    assert scheduled().result["import"] == number
    assert lead.apply().status_code == 303
    assert stored("B")["location"] == "Rome"


def test_what_a_lead_discards_does_not_come_again(here, alice):
    number = held(here).result["import"]
    wizard = Wizard(alice)
    wizard.address = f"/imports/{number}"
    assert wizard.post("discard").status_code == 303
    assert "Discarded" in wizard.page()
    assert scheduled().result["import"] == number
    assert stored("A")["location"] == "Bonn"


def test_the_same_content_goes_in_once_by_a_schedule_and_new_content_again(here):
    change(ImportProfile, 1, definition=here.text + "guards: {max_changed_percent: 100}\n")
    first, before = scheduled(), changes.newest()
    again = scheduled()
    assert again.message.startswith("The same content is import")
    assert (changes.newest(), again.result["import"]) == (before, first.result["import"])
    (here.directory / "night.csv").write_bytes(SHEET + b"E;Bonn;;\n")
    assert scheduled().result["import"] != first.result["import"]
    assert stored("E")["location"] == "Bonn"


@pytest.mark.parametrize("guards", ["max_changed_percent: 100", "max_rows: 1"], ids=["applied", "held"])
@pytest.mark.parametrize("at", ["read", "planned"])
def test_two_jobs_of_a_schedule_at_the_same_time_import_once(here, monkeypatch, at, guards):
    change(ImportProfile, 1, definition=here.text + f"guards: {{{guards}}}\n")
    others = []

    def meanwhile(run, done, total=None, message=None) -> None:
        if message == imports.STEPS[at][1] and not others:
            others.append(None)
            with ThreadPoolExecutor(1) as pool:
                others[0] = pool.submit(in_another_process, here.app).result()

    monkeypatch.setattr("app.services.running.Run.step", meanwhile)
    late, first = scheduled(), others[0]
    assert late.message == f"The same content is import {first} already: nothing was done again"
    assert late.result == {"import": first, "change_set": None}
    assert set(db.session.scalars(sa.select(ImportRun.id))) == {1, first}  # 1: that of the fixture
    assert len(list((here.app.config["SETTINGS"].data_dir / "staged").glob("*"))) == ("rows" in guards)
    assert_history_replays()


def in_another_process(app) -> int:
    """A second job of the same schedule; the number of its import."""
    with app.app_context():
        number = scheduled(slot="2026-11-25T02:00").result["import"]
        db.session.remove()
    return number


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"path": "none.csv"}, "is not there"),
        ({"path": "empty.csv"}, "is empty"),
        ({"path": "../secret_key"}, "outside the import directories"),
        ({"path": "/etc/passwd"}, "outside the import directories"),
        ({"path": "out.csv"}, "outside the import directories"),
        ({"path": ""}, "No file is named"),
        ({"path": "a\0b"}, "No file is named"),
        ({"path": "x" * 5_000}, "can't be read"),
        ({"path": "."}, "is not there"),
        ({"profile": "Nonsense"}, "no profile called"),
        ({"path": "picture.png"}, "is a picture"),
        ({"who": "otto"}, "no enabled person"),
        ({"who": "rita"}, "may not import"),
        ({"who": "nobody"}, "Nobody is named"),
    ],
)
def test_what_a_schedule_can_not_do_is_one_clear_line(here, tmp_path, options, reason):
    (here.directory / "empty.csv").write_text("\n")
    (here.directory / "picture.png").write_bytes(b"\x89PNG....")
    (tmp_path / "elsewhere.csv").write_bytes(SHEET)
    (here.directory / "out.csv").unlink(missing_ok=True)
    os.symlink(tmp_path / "elsewhere.csv", here.directory / "out.csv")
    before = changes.newest()
    job = scheduled(**options)
    assert (job.state, reason in job.message) == (JobState.FAILED, True), job.message
    assert changes.newest() == before


def through_browser(here, address: str, **form) -> str:
    """What the browser shows of an import that is begun, mapped and looked at."""
    form["csrf_token"] = csrf_token(here.browser.get("/imports/new").text)
    answer = here.browser.post(address, data=form)
    if answer.status_code == 422:
        return answer.text
    return here.browser.get(answer.location.partition("?")[0] + "?step=preview").text


def told_by(here, way) -> str:
    """What somebody is told who imports in this way by a profile that can't be followed."""
    if way is by_schedule:
        job = scheduled()
        assert job.state is JobState.FAILED
        return job.message
    if way in (by_rest, by_rest_yaml):
        parts = {"profile": "Night"} if way is by_rest else {"profile_yaml": here.text}
        rest = Rest(here.app, "bob")
        data = {"file": (io.BytesIO(SHEET), "night.csv"), **parts}
        answer = rest.client.post("/api/v1/imports", data=data, headers=rest.headers)
        assert answer.status_code == 422
        return answer.json["errors"][0]["message"]
    if way in (by_command, by_command_file):
        how = ["--profile", "Night"] if way is by_command else ["--profile-file", str(here.tmp / "p.yaml")]
        arguments = ["import", str(here.directory / "night.csv"), "--as", "bob", *how]
        done = here.app.test_cli_runner().invoke(args=arguments)
        assert done.exit_code == 2
        return done.output
    if way is by_directory:
        path = str(here.directory / "night.csv")
        return html.unescape(through_browser(here, "/imports/files", path=path, profile="Night"))
    handed = {"text": SHEET.decode()} if way is by_paste else {"file": (io.BytesIO(SHEET), "night.csv")}
    return html.unescape(through_browser(here, "/imports/new", profile="Night", **handed))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"existing": "skip"}, "overwriting contradicts skipping existing records"),
        ({"tags": {"prefix": " "}}, "needs a prefix that tells them apart"),
        ({"constants": {"os": {"value": "Windows", "rule": "add"}}}, "“add” is no rule for OS"),
        ({"constants": {"installed_at": {"value": "some day"}}}, "“some day”"),
    ],
    ids=["skip and overwrite", "no prefix", "no rule", "no date"],
)
def test_what_contradicts_itself_is_refused_again_whichever_way_it_runs(here, way, wrong, reason):
    """As if it had been written into the database by hand, or by a version that knew less."""
    here.text = write_profile(Profile.from_dict(PROFILE | wrong))
    (here.tmp / "p.yaml").write_text(here.text)
    change(ImportProfile, 1, definition=here.text)
    before = changes.newest()
    assert reason in told_by(here, way)
    db.session.rollback()
    assert changes.newest() == before


def test_a_profile_that_became_wrong_fails_the_schedule_in_words(here):
    change(ImportProfile, 1, definition="kind: systems\ncolumns: {Host: {field: gone}}")
    assert "can't become “gone”" in scheduled().message
    remove(ImportProfile, 1)
    assert "no profile called" in scheduled().message


def test_the_page_of_directories_lists_files_and_no_links(here, tmp_path):
    (tmp_path / "elsewhere.csv").write_bytes(SHEET)
    os.symlink(tmp_path / "elsewhere.csv", here.directory / "linked.csv")
    (here.directory / ".hidden.csv").write_bytes(SHEET)
    page = here.browser.get("/imports/files").text
    assert "night.csv" in page
    assert "linked.csv" not in page
    assert "hidden.csv" not in page
    token = csrf_token(here.browser.get("/imports/new").text)
    answer = here.browser.post("/imports/files", data={"csrf_token": token, "path": "/etc/hostname"})
    assert (answer.status_code, "outside the import directories" in answer.text) == (422, True)


def test_a_profile_saved_as_a_form_unchanged_stays_as_it_is(alice):
    profile = checked_profile(FULL)
    with changes.recording(None, "ui") as change_set:
        made = profiles.keep(change_set, profile)
    db.session.commit()
    address = f"/import-profiles/{made.record_id}/columns"
    assert alice.post(address, data=form_of(alice.get(address).text, "mapping")).status_code == 303
    saved = team_profile("Full")
    assert saved.columns["Verdict"].unknown == "reject"  # the usual, written out
    saved.columns["Verdict"].unknown = ""
    assert saved.to_dict() == profile.to_dict()


@pytest.fixture
def at_hand(alice):
    """A profile of the team at hand as a form: asks for it, and sends it with changes."""
    text = (
        "kind: systems\ncolumns: {Host: {field: name}, Verdict: {field: status, values: {bad: Compromised}}}"
    )
    with changes.recording(None, "ui") as change_set:
        made = profiles.keep(change_set, checked_profile(f"name: Hand\n{text}"))
    db.session.commit()
    address = f"/import-profiles/{made.record_id}/columns"

    def send(**fields):
        return alice.post(address, data=form_of(alice.get(address).text, "mapping", **fields))

    return send


def test_what_values_become_is_edited_in_the_form(at_hand):
    given = {"text-1-1": " odd ", "value-1-1": "∅", "text-1-2": "fine", "value-1-2": "Clean"}
    assert at_hand(**given).status_code == 303
    assert team_profile("Hand").columns["Verdict"].values == {
        "bad": "Compromised",
        "odd": None,
        "fine": "Clean",
    }
    assert at_hand(**{"text-1-0": "worse"}).status_code == 303
    assert at_hand(**{"text-1-1": ""}).status_code == 303
    assert team_profile("Hand").columns["Verdict"].values == {"worse": "Compromised", "fine": "Clean"}
    more = at_hand(more="1", **{"text-1-2": "third", "value-1-2": "Clean"})
    assert "Verdict, value 5: becomes" in more.text
    assert "third" not in team_profile("Hand").columns["Verdict"].values


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("bad", "“Verdict”: “bad” is there twice: it becomes one thing only"),
        ("BAD", "“Verdict”: “bad” and “BAD” are the same text, but become different things"),
    ],
)
def test_one_text_does_not_become_two_things(at_hand, text, why):
    answer = at_hand(**{"text-1-1": text, "value-1-1": "Clean"})
    assert (answer.status_code, why in answer.text) == (422, True)
    assert team_profile("Hand").columns["Verdict"].values == {"bad": "Compromised"}


def test_how_the_file_is_read_is_edited_in_the_form(at_hand):
    file = {"delimiter": "\t", "encoding": "cp1252", "quote": "'", "sheet": "Hosts", "header": 3}
    assert at_hand(**{f"file-{key}": str(value) for key, value in file.items()}).status_code == 303
    assert team_profile("Hand").file == file
    assert at_hand(**{"file-sheet": "", "file-header": "0", "file-quote": ""}).status_code == 303
    assert team_profile("Hand").file == {"delimiter": "\t", "encoding": "cp1252", "header": 0}
    for wrong in ("-1", "x", "9999999"):
        answer = at_hand(**{"file-header": wrong})
        assert (answer.status_code, "header must be the line of the headings" in answer.text) == (422, True)


def test_a_lead_saves_the_columns_as_a_profile_and_edits_it_as_a_form(app, alice, bob):
    for browser, status in ((bob, 403), (alice, 303)):
        wizard = Wizard(browser)
        wizard.upload(b"System,Place\nA,Bonn\n")
        form = {"csrf_token": csrf_token(wizard.page("columns")), "name": "Sheet", "field-1": "location"}
        answer = browser.post(f"{wizard.address}/profile", data=form)
        assert answer.status_code == status, answer.text
    assert team_profile("sheet").columns["Place"].field == "location"
    page = alice.get(answer.location).text
    assert "Place is the Location; fill if empty." in page
    assert alice.get(f"{answer.location}/profile.yaml").text.startswith("name: Sheet")
    form = {"csrf_token": csrf_token(page), "heading": ["System", "Place", "IP"], "field-0": "name"}
    form |= {"field-1": "location", "rule-1": "overwrite", "guard-percent": "20", "guard-rows": ""}
    more = alice.post(f"{answer.location}/columns", data=form | {"more": "1"})
    assert (more.status_code, "IP becomes" in more.text) == (200, True)
    wrong = alice.post(f"{answer.location}/columns", data=form | {"field-2": "name"})
    assert (wrong.status_code, "can’t both" in wrong.text or "can&#39;t both" in wrong.text) == (422, True)
    assert alice.post(f"{answer.location}/columns", data=form | {"field-2": "ips"}).status_code == 303
    kept = team_profile("Sheet")
    assert (kept.columns["Place"].rule, kept.columns["IP"].field) == ("overwrite", "ips")
    assert kept.guards == {"max_changed_percent": 20}
    assert bob.get(f"{answer.location}/columns").status_code == 403


def test_the_teams_profile_is_not_shadowed_by_its_use(here):
    by_paste(here)
    change(ImportProfile, 1, definition="kind: systems\ncolumns: {Host: {field: name}}")
    assert by_command(here)["new"] == 1
    assert stored("D")["location"] == ""
    assert system("E")
    assert db.session.scalar(sa.select(sa.func.count(System.id))) == 5
