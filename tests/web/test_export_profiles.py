"""Export profiles in the browser, by REST and from the command line."""

import csv
import html
import io
import json

import openpyxl
import pytest
import sqlalchemy as sa

from app.extensions import db
from app.jobs.runner import run
from app.models.exports import ExportProfile
from app.models.jobs import Job, JobState
from app.models.systems import System
from app.services import changes, records
from app.services.drafts import Draft
from tests.conftest import csrf_token
from tests.pages import problems
from tests.records import make, state, system
from tests.rest import Rest

MINE = "entity: systems\ncolumns: [name, {field: status, heading: Verdict}]\nfilter: status=Clean"


@pytest.fixture
def profile(app) -> int:
    return make(ExportProfile, name="Mine", definition=MINE)


@pytest.fixture
def many(app):
    with changes.recording(None, "ui") as change_set:
        drafts = [Draft(values={"name": f"SV-{number}"}) for number in range(301)]
        records.write(change_set, System, drafts)
    db.session.commit()


def send(browser, path: str, **form):
    token = csrf_token(browser.get("/me").text)
    return browser.post(path, data={"csrf_token": token} | form)


def test_run_now_downloads_a_small_list_in_every_format(bob, profile):
    system("SV-1", status="Clean")
    system("SV-2", status="Compromised")
    answer = send(bob, f"/export-profiles/{profile}/file", format="csv")
    assert answer.headers["Content-Disposition"].endswith("_mine.csv")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.data.decode("utf-8-sig").splitlines() == ["Name,Verdict", "SV-1,Clean"]
    book = openpyxl.load_workbook(io.BytesIO(send(bob, f"/export-profiles/{profile}/file").data))
    assert [cell.value for cell in book.worksheets[0][1]] == ["Name", "Verdict", "id"]
    found = json.loads(send(bob, f"/export-profiles/{profile}/file", format="json").data)
    assert [one["name"] for one in found] == ["SV-1"]
    assert send(bob, f"/export-profiles/{profile}/file", format="exe").status_code == 400


def test_a_large_list_becomes_one_job_with_the_file(bob, many, valkey):
    everything = make(ExportProfile, name="All of it", definition="entity: systems\ncolumns: [name]")
    first = send(bob, f"/export-profiles/{everything}/file", format="csv")
    second = send(bob, f"/export-profiles/{everything}/file", format="csv")
    assert (first.status_code, first.location) == (303, second.location)
    db.session.rollback()
    run(int(first.location.rpartition("/")[2]))
    answer = bob.get(f"{first.location}/result")
    assert answer.headers["Content-Disposition"].endswith("_all_of_it.csv")
    assert len(answer.data.splitlines()) == 302


def test_the_page_tells_what_it_finds_and_that_it_can_t_be_followed_any_more(bob, alice, profile):
    system("SV-1", status="Clean")
    page = bob.get(f"/export-profiles/{profile}").text
    assert "<b>1</b> system that are marked for spreadsheets, 2 columns" in " ".join(page.split())
    assert 'href="/systems?status=Clean&amp;on_spreadsheet=yes&amp;deprecated_at.empty=any"' in page
    assert "Schedule this" not in page
    index = bob.get("/exports").text
    assert problems(index) == []
    assert "1 system, 2 columns, xlsx; status=Clean" in index
    assert "/schedules/new?kind=export&amp;profile=Mine" in alice.get(f"/export-profiles/{profile}").text
    broken = sa.update(ExportProfile).values(definition="entity: systems\nfilter: colour=red")
    db.session.execute(broken.where(ExportProfile.id == profile))
    db.session.commit()
    assert "there is no filter “colour”" in bob.get(f"/export-profiles/{profile}").text
    answer = send(bob, f"/export-profiles/{profile}/file")
    assert (answer.status_code, problems(answer.text)) == (422, [])
    assert send(bob, f"/export-profiles/{profile}/write").status_code == 422
    assert alice.get(f"/export-profiles/{profile}/build").location == f"/export-profiles/{profile}/edit"


def test_leads_write_profiles_analysts_use_them_readers_see_them(alice, bob, rita, profile):
    answer = send(alice, "/export-profiles/new", name="Hers", definition="entity: tasks")
    assert answer.status_code == 303
    assert send(bob, "/export-profiles/new", name="His", definition="entity: tasks").status_code == 403
    assert send(bob, "/export-profiles/build", called="His", entity="tasks").status_code == 403
    assert rita.get(f"/export-profiles/{profile}").status_code == 200
    assert send(rita, f"/export-profiles/{profile}/file").status_code == 403


def test_every_surface_refuses_what_contradicts_itself(app, alice, profile):
    wrong = "entity: systems\ncolumns: [colour]"
    answer = send(alice, "/export-profiles/new", name="Wrong", definition=wrong)
    assert answer.status_code == 422
    assert "ystems have no field “colour”" in html.unescape(answer.text)
    rest = Rest(app, "alice")
    refused = rest.post("export-profiles", {"name": "Wrong", "definition": wrong}, 422)
    assert "systems have no field “colour”" in refused["errors"][0]["message"]
    rest.patch(f"export-profiles/{profile}", {"definition": wrong}, 422)
    assert state(ExportProfile, profile)["definition"] == MINE


def built(browser, path="/export-profiles/build", **form):
    usual = {"called": "Built", "entity": "systems", "was": "systems", "format": "csv", "split": ";"}
    fields = {"times": "exact", "spreadsheet_only": "true", "order": ["name", "status", "tags"]}
    return send(browser, path, **(usual | fields | form))


def test_fields_are_ticked_and_ordered_and_become_yaml(alice):
    page = alice.get("/export-profiles/build?entity=systems&filter=status%3DClean").text
    assert problems(page) == []
    moved = built(alice, columns=["name", "status"], move="status:-1", **{"heading.status": "Verdict"})
    assert problems(moved.text) == []
    assert moved.text.index('id="column-status"') < moved.text.index('id="column-name"')
    ticked = ["status", "name"]
    saved = built(alice, order=ticked, columns=ticked, filter="status=Clean", **{"heading.status": "Verdict"})
    assert saved.status_code == 303, saved.text
    record = int(saved.location.rpartition("/")[2])
    wanted = "columns:\n- field: status\n  heading: Verdict\n- name\nfilter: status=Clean\nformat: csv"
    assert wanted in state(ExportProfile, record)["definition"]
    assert problems(alice.get(f"/export-profiles/{record}/build").text) == []


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(alice):
    for form, why in (
        ({"columns": []}, "Tick at least one field"),
        ({"columns": ["name"], "filter": "colour=red"}, "there is no filter “colour”"),
        ({"columns": ["name"], "called": ""}, "It needs a name"),
        ({"columns": ["name"], "called": "Everything"}, "exists already"),
    ):
        answer = built(alice, **form)
        assert (answer.status_code, problems(answer.text)) == (422, [])
        assert why in answer.text


def test_the_form_shows_the_fields_of_another_list(alice):
    answer = built(alice, entity="artifacts", refresh="1")
    assert 'id="column-source_path"' in answer.text
    assert 'id="column-note_internal"' not in answer.text
    internal = built(alice, entity="artifacts", refresh="1", internal="true")
    assert 'id="column-note_internal"' in internal.text


def test_a_profile_that_somebody_else_changed_meanwhile_is_not_overwritten(alice, profile):
    other = "entity: systems\ncolumns: [name]"
    send(
        alice, f"/export-profiles/{profile}/edit", name="Mine", definition=other, **{"base.definition": MINE}
    )
    assert state(ExportProfile, profile)["definition"] == other
    answer = built(
        alice, f"/export-profiles/{profile}/build", seen=MINE, columns=["name", "tags"], called="Mine"
    )
    assert answer.status_code == 409
    assert state(ExportProfile, profile)["definition"] == other


def test_rest_gives_the_file_however_long_it_is(app, many, profile):
    everything = make(ExportProfile, name="All", definition="entity: systems\ncolumns: [name]\nformat: json")
    rest = Rest(app, "bob")
    assert len(rest.get(f"export-profiles/{everything}/file")) == 301
    answer = rest.ask("GET", f"export-profiles/{everything}/file?format=csv")
    assert answer.mimetype == "text/csv"
    assert rest.ask("GET", f"export-profiles/{everything}/file?format=exe").status_code == 400
    assert rest.ask("GET", "export-profiles/99999/file").status_code == 404
    assert Rest(app, "rita").ask("GET", f"export-profiles/{everything}/file").status_code == 403


def test_the_command_exports_by_a_profile(app, people, profile, tmp_path):
    system("SV-1", status="Clean")
    db.session.rollback()

    def export(plural, out, *more):
        return app.test_cli_runner().invoke(args=["export", plural, str(out), "--as", "bob", *more])

    done = export("systems", tmp_path / "out.csv", "--profile", "mine")
    assert done.exit_code == 0, done.output
    lines = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text("utf-8-sig"))))
    assert lines == [["Name", "Verdict"], ["SV-1", "Clean"]]
    for plural, more, why in (
        ("tasks", ("--profile", "Mine"), "exports systems, not tasks"),
        ("systems", ("--profile", "Nobody's"), "There is no export profile “Nobody's”"),
        ("systems", ("--profile", "Mine", "--columns", "name"), "leave out --query and --columns"),
    ):
        refused = export(plural, tmp_path / "no.csv", *more)
        assert (refused.exit_code, len(refused.output.splitlines())) == (2, 1)
        assert why in refused.output
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_the_button_writes_into_the_export_directory(app, bob, profile, valkey):
    system("SV-1", status="Clean")
    page = send(bob, f"/export-profiles/{profile}/write").location
    db.session.rollback()
    run(int(page.rpartition("/")[2]))
    job = db.session.scalars(sa.select(Job)).one()
    assert job.state is JobState.DONE, job.message
    directory = app.config["SETTINGS"].data_dir / "exports"
    names = sorted(path.name for path in directory.iterdir())
    assert names == [job.result["file"], f"{job.result['file']}.sha256"]
    assert job.result["file"].endswith("_mine.xlsx")
