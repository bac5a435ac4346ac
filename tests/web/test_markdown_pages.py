"""Systems as Markdown in the browser, from the command line and by schedule."""

import io
import zipfile

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.jobs.markdown import scheduled
from app.jobs.runner import run
from app.models.jobs import Job, JobState
from app.models.systems import System
from app.services import changes, jobs, records
from app.services.drafts import Draft
from tests.conftest import csrf_token
from tests.pages import problems
from tests.records import system


def send(browser, path: str, **form):
    token = csrf_token(browser.get("/me").text)
    return browser.post(path, data={"csrf_token": token} | form)


def test_the_page_says_what_and_where(bob, alice, rita):
    system("SV-1")
    system("SV-2", in_reports=False)
    page = bob.get("/exports/markdown").text
    assert problems(page) == []
    assert "<b>1</b> system:" in page
    assert "Schedule this" not in page
    assert "/schedules/new?kind=markdown&amp;sorting=system" in alice.get("/exports/markdown").text
    assert rita.get("/exports/markdown").status_code == 403
    assert send(rita, "/exports/markdown/zip").status_code == 403
    assert send(bob, "/exports/markdown", sorting="colour").status_code == 400


def test_the_pages_of_few_systems_are_a_download(bob):
    system("SV-1")
    answer = send(bob, "/exports/markdown/zip", sorting="domain")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    names = {"docs/index.md", "docs/systems/.spoor", "docs/systems/index.md", "mkdocs.yml"}
    assert set(archive.namelist()) == names | {"docs/systems/other_domains/SV-1.md"}


def test_the_pages_of_many_systems_are_packed_by_a_job(bob, valkey):
    with changes.recording(None, "ui") as change_set:
        drafts = [Draft(values={"name": f"SV-{number}"}) for number in range(301)]
        records.write(change_set, System, drafts)
    db.session.commit()
    page = send(bob, "/exports/markdown/zip").location
    db.session.rollback()
    run(int(page.rpartition("/")[2]))
    archive = zipfile.ZipFile(io.BytesIO(bob.get(f"{page}/result").data))
    assert len(archive.namelist()) == 301 + 4


def test_write_now_writes_below_the_export_directory(bob, settings, valkey):
    system("SV-1")
    page = send(bob, "/exports/markdown", sorting="system").location
    db.session.rollback()
    run(int(page.rpartition("/")[2]))
    job = db.session.scalars(sa.select(Job)).one()
    assert job.state is JobState.DONE, job.message
    place = settings.data_dir / "exports" / "mkdocs"
    assert str(place) in job.message
    assert (place / "docs" / "systems" / "SV-1.md").exists()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"sorting": "colour"}, "must be one of system, domain"),
        ({"sorting": "system", "directory": "../../etc"}, "not below an export directory"),
        ({"sorting": "system", "directory": "missing"}, "There is no directory"),
    ],
)
def test_a_schedule_that_can_t_be_followed_fails_with_one_line(app, people, valkey, options, why):
    call = f"{scheduled.__module__}.{scheduled.__name__}"
    arguments = {"schedule_id": 1, "slot": "2026-11-24T22:14:00+00:00"} | options
    job = jobs.enqueue("export", call, arguments, title="Nightly", actor_id=people.bob)
    db.session.commit()
    job_id = job.id
    run(job_id)
    ended = db.session.get_one(Job, job_id)
    assert ended.state is JobState.FAILED
    assert why in ended.message


def test_the_command_writes_the_pages(app, people, tmp_path):
    system("SV-1")
    db.session.rollback()

    def export(*arguments):
        return app.test_cli_runner().invoke(args=["export-markdown", str(tmp_path), *arguments])

    done = export("--as", "bob", "--sorting", "domain")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "docs" / "systems" / "other_domains" / "SV-1.md").exists()
    refused = export("--as", "rita")
    assert (refused.exit_code, len(refused.output.splitlines())) == (2, 1)
    (tmp_path / "mkdocs.yml").write_text("nav: word")
    refused = export("--as", "bob")
    assert (refused.exit_code, refused.output) == (2, "Error: mkdocs.yml: nav is no list\n")
