"""REST of imports."""

import io

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.jobs import runner
from app.models.jobs import Job
from app.models.systems import System
from app.services import changes
from tests.importing.files import sample
from tests.records import system
from tests.rest import Rest


@pytest.fixture
def api(app) -> Rest:
    return Rest(app, "bob")


def send(api: Rest, content: bytes, **fields):
    data = {"file": (io.BytesIO(content), "sheet.csv")} | fields
    return api.client.post("/api/v1/imports", data=data, headers=api.headers)


def test_a_dry_run_answers_what_would_happen_and_writes_nothing(api):
    before = changes.newest()
    answer = send(api, sample("spreadsheet-of-doom.csv"), dry_run="true")
    assert answer.status_code == 200
    assert (answer.json["new"], answer.json["change_set"], answer.json["id"]) == (26, None, None)
    db.session.rollback()
    assert changes.newest() == before


def test_an_import_answers_its_counts_its_change_set_and_its_id(api):
    answer = send(api, sample("spreadsheet-of-doom.csv"))
    assert answer.json["new"] == 26
    assert answer.json["change_set"]
    assert answer.json["id"]
    again = send(api, sample("spreadsheet-of-doom.csv"))
    assert (again.json["same"], again.json["change_set"]) == (26, None)


def test_what_can_not_be_imported_is_a_problem(api, app):
    assert send(api, b"").status_code == 422
    assert send(api, b"System\nA\n", profile="nonsense").status_code == 422
    assert api.client.post("/api/v1/imports", headers=api.headers).status_code == 422
    assert send(Rest(app, "bob", scope="read"), b"System\nA\n").status_code == 403
    assert send(Rest(app, "bob", scope="import"), b"System\nA\n").status_code == 200


def test_a_large_file_is_a_job(api):
    content = b"System\n" + b"".join(b"SV-%d\n" % number for number in range(400))
    answer = send(api, content)
    assert (answer.status_code, answer.json["new"]) == (202, 400)
    assert send(api, content).json["job"] == answer.json["job"]
    runner.run(answer.json["job"])
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(System.id))) == 400
    assert db.session.scalar(sa.select(sa.func.count(Job.id))) == 1


def test_other_rows_than_systems_are_named_by_their_kind(api):
    system("A")
    sheet = b"Time,System,Content\n2026-01-01,A,x\n2026-01-01,B,y\n"
    answer = send(api, sheet, kind="timeline")
    assert (answer.status_code, answer.json["new"], answer.json["faulty"]) == (200, 1, 1)
    assert send(api, sheet, kind="timeline").json["same"] == 1
    assert send(api, b"Username\nmallory\n", kind="users").status_code == 422
    assert send(api, sheet, kind="nonsense").status_code == 422
