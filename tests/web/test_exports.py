"""Exports of lists: small ones at once, large ones as a job, nothing internal, only for analysts."""

import io

import openpyxl
import pytest
import sqlalchemy as sa

from app.exporting import files
from app.extensions import db
from app.jobs.runner import run
from app.models.jobs import Job, JobState
from app.models.systems import Memo, System
from app.models.users import User
from app.services import changes, records
from app.services.drafts import Draft
from tests.conftest import csrf_token
from tests.records import make, system


def export(browser, path="/systems/export", **form):
    token = csrf_token(browser.get("/exports").text)
    return browser.post(path, data={"format": "csv", "columns": "all", "csrf_token": token} | form)


@pytest.fixture
def many(app):
    with changes.recording(None, "ui") as change_set:
        records.write(change_set, System, [Draft(values={"name": f"SV-{number}"}) for number in range(301)])
    db.session.commit()


def test_a_small_list_is_a_download_of_what_its_filters_let_through(bob):
    system("SV-1", status="Clean")
    system("SV-2", status="Compromised")
    answer = export(bob, "/systems/export?status=Clean")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Name,Priority,Status")
    assert [line.split(",")[0] for line in lines[1:]] == ["SV-1"]


def test_the_columns_of_the_list_or_all_fields(bob):
    system("SV-1")
    headings = export(bob, columns="shown").data.decode("utf-8-sig").splitlines()[0]
    assert (
        headings == "Name,Priority,Status,Analysis status,Assigned,Tags,IPs,OS,Domain,Artifacts,Tasks,Changed"
    )


def test_the_name_is_in_every_export_of_a_list_so_that_it_can_come_back(bob, people):
    system("SV-1")
    changes.begin_write()
    db.session.get_one(User, people.bob).preferences = {"columns": {"systems": ["status"]}}
    db.session.commit()
    assert export(bob, columns="shown").data.decode("utf-8-sig").splitlines()[0] == "Name,Status"


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_small_list_is_there_at_its_address_for_scripts(bob, file_format):
    system("SV-1", status="Clean")
    system("SV-2")
    answer = bob.get(f"/systems/export?status=Clean&format={file_format}&columns=shown")
    assert answer.mimetype == files.FORMATS[file_format].partition(";")[0]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert bob.get("/systems/export?format=exe").status_code == 400


def test_opening_the_address_of_a_large_list_starts_no_job(bob, many):
    assert "301" in bob.get("/systems/export?format=csv").text
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_the_job_writes_what_the_address_asked_for(bob, many, valkey):
    system("SV-1000")
    page = export(bob, "/systems/export?name.not=SV-7&format=csv").location
    db.session.rollback()
    run(int(page.rpartition("/")[2]))
    answer = bob.get(f"{page}/result")
    assert answer.headers["Content-Disposition"].endswith("_systems.csv")
    names = [line.split(",")[0] for line in answer.data.decode("utf-8-sig").splitlines()[1:]]
    assert len(names) == 301
    assert "SV-7" not in names


def test_a_workbook_opens_with_frozen_head_and_filter(bob):
    system("=1+1")
    book = openpyxl.load_workbook(io.BytesIO(export(bob, format="xlsx").data))
    sheet = book.worksheets[0]
    assert sheet.freeze_panes
    assert sheet.auto_filter.ref
    assert any(cell.value == "=1+1" and cell.data_type == "s" for row in sheet.iter_rows() for cell in row)


def test_a_large_list_becomes_one_job_however_often_the_button_is_pressed(bob, many, valkey):
    first, second = export(bob), export(bob)
    assert first.status_code == second.status_code == 303
    db.session.rollback()
    job = db.session.scalars(sa.select(Job)).one()
    assert (job.state, first.location) == (JobState.QUEUED, f"/jobs/{job.id}")
    assert "Export of systems as CSV" in bob.get(first.location).text


def test_what_can_t_be_exported_says_so(bob):
    assert export(bob, "/systems/export?colour=red").status_code in (400, 422)
    assert export(bob, "/systems/export", format="exe").status_code == 400
    assert export(bob, "/nothing/export").status_code == 404
    assert export(bob, "/memos/export").status_code == 404


def test_memos_are_in_no_export(bob):
    make(Memo, system=system("SV-1"), text="canary of the memo")
    for file_format in ("csv", "xlsx"):
        assert b"canary" not in export(bob, format=file_format).data


def test_readers_export_nothing(rita):
    assert rita.get("/systems/export").status_code == 403
    token = csrf_token(rita.get("/me").text)
    assert rita.post("/systems/export", data={"format": "csv", "csrf_token": token}).status_code == 403
    assert rita.get("/jobs/1/result").status_code == 403
