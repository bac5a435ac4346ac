"""The page of backups: for administrators only; made, verified, downloaded, removed, and by schedule."""

import re
import zipfile

import pytest
import sqlalchemy as sa

from app.backup import shelf
from app.extensions import db
from app.jobs import runner
from app.models.base import now
from app.models.jobs import Job, JobState
from app.models.schedules import Schedule
from app.scheduling import firing
from tests.conftest import csrf_token
from tests.pages import problems
from tests.records import make, system


@pytest.fixture
def place(data_dir):
    (data_dir / "secret_key").write_text("k" * 64)
    return data_dir / "backups"


def posted(browser, path: str, **form):
    token = csrf_token(browser.get("/backups").text)
    return browser.post(path, data=form | {"csrf_token": token})


def ran(answer) -> Job:
    """The job that an answer leads to, when it has run."""
    number = int(re.fullmatch(r"/jobs/(\d+)", answer.headers["Location"])[1])
    runner.run(number)
    return db.session.get_one(Job, number, populate_existing=True)


def test_a_backup_is_made_verified_downloaded_and_removed(app, ada, place):
    system("HOST1")
    assert "There is no backup yet" in ada.get("/backups").text
    job = ran(posted(ada, "/backups", evidence="1"))
    assert (job.state, job.queue) == (JobState.DONE, "maintenance"), job.message
    (one,) = shelf.kept(place)
    assert (one.mark, one.verified_at, one.path.name) == ("hand", None, job.result["backup"])
    page = ada.get("/backups").text
    assert problems(page) == []
    assert "not yet" in page
    assert 'class="btn" href="/backups"' in ada.get(f"/jobs/{job.id}").text
    job = ran(posted(ada, f"/backups/{one.path.name}/verify"))
    assert "everything is there" in job.message
    assert shelf.kept(place)[0].verified_at is not None
    assert "not yet" not in ada.get("/backups").text
    answer = ada.get(f"/backups/{one.path.name}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data == one.path.read_bytes()
    answer.close()
    assert posted(ada, f"/backups/{one.path.name}/delete").status_code == 303
    assert list(place.iterdir()) == []


def test_a_damaged_backup_fails_its_check_and_is_not_called_verified(app, ada, place):
    ran(posted(ada, "/backups"))
    (one,) = shelf.kept(place)
    with zipfile.ZipFile(one.path) as good:
        parts = {name: good.read(name) for name in good.namelist()}
    with zipfile.ZipFile(one.path, "w") as bad:
        for name, data in parts.items():
            bad.writestr(name, data[:-9] if name == "tables/users.jsonl" else data)
    job = ran(posted(ada, f"/backups/{one.path.name}/verify"))
    assert (job.state, "users" in job.message) == (JobState.FAILED, True)
    assert shelf.kept(place)[0].verified_at is None


def test_only_administrators_come_near_them(app, alice, ada, place):
    ran(posted(ada, "/backups"))
    name = shelf.kept(place)[0].path.name
    token = csrf_token(alice.get("/systems").text)
    assert alice.get("/backups").status_code == alice.get(f"/backups/{name}").status_code == 403
    for path in ("/backups", f"/backups/{name}/verify", f"/backups/{name}/delete"):
        assert alice.post(path, data={"csrf_token": token}).status_code == 403
    assert 'href="/backups"' not in alice.get("/systems").text


@pytest.mark.parametrize("name", ["..", "secret_key", "../secret_key", "spoor-1.zip", "%2e%2e%2fsecret_key"])
def test_no_other_file_is_given_out(ada, place, name):
    place.mkdir()
    assert ada.get(f"/backups/{name}").status_code in (404, 308, 200 if name == ".." else 404)
    assert b"k" * 64 not in ada.get(f"/backups/{name}", follow_redirects=True).data


def test_a_schedule_keeps_so_many_of_its_own_and_leaves_others_alone(app, people, place):
    number = make(
        Schedule, name="Nightly", kind="backup", when="0 3 * * *", run_as=people.ada, options="keep: 2"
    )
    place.mkdir()
    others = ["spoor-20200101-000000.zip", f"spoor-20200101-000000-schedule{number + 1}.zip", "notes.txt"]
    mine = [f"spoor-2020010{day}-000000-schedule{number}.zip" for day in (1, 2, 3)]
    for name in others + mine:
        (place / name).write_bytes(b"old")
    (place / f"{mine[0]}.verified").touch()
    slot = firing.run_now(number, now())
    db.session.commit()
    runner.run(slot.job_id)
    job = db.session.scalars(sa.select(Job)).one()
    assert job.state is JobState.DONE, job.message
    left = {path.name for path in place.iterdir()}
    assert left == {*others, mine[2], job.result["backup"]}


def test_where_nothing_can_be_written_the_job_says_so_and_removes_nothing(app, people, place):
    number = make(
        Schedule, name="Nightly", kind="backup", when="0 3 * * *", run_as=people.ada, options="keep: 1"
    )
    place.write_text("a file where the directory belongs")
    slot = firing.run_now(number, now())
    db.session.commit()
    runner.run(slot.job_id)
    job = db.session.scalars(sa.select(Job)).one()
    assert (job.state, "backups" in job.message) == (JobState.FAILED, True)
    assert job.message.count("\n") == 0
