"""The pages of jobs: progress, log, result, cancel and retry."""

import os
import re
from types import SimpleNamespace

import pytest
from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer

from app.extensions import db
from app.jobs import upkeep
from app.jobs.runner import results_directory, run
from app.models.jobs import Job, JobState
from app.services import beats, jobs
from tests.conftest import csrf_token
from tests.pages import problems
from tests.records import system


@pytest.fixture
def job(app, people, valkey):
    found = jobs.enqueue(
        "export",
        "app.jobs.exports.export",
        {
            "plural": "tags",
            "query": "",
            "columns": [],
            "file_format": "csv",
            "name": "tags.csv",
            "revision": 1,
        },
        title="Export of tags",
        actor_id=people.bob,
        queue="exports",
    )
    job_id = found.id
    db.session.commit()
    return SimpleNamespace(id=job_id)


def post(browser, path):
    return browser.post(path, data={"csrf_token": csrf_token(browser.get("/jobs").text)})


def test_progress_asks_again_until_the_job_has_ended(job, bob):
    assert 'hx-trigger="every 1s"' in bob.get(f"/jobs/{job.id}/progress").text
    db.session.rollback()
    run(job.id)
    page = bob.get(f"/jobs/{job.id}/progress").text
    assert "hx-trigger" not in page
    assert f"/jobs/{job.id}/result" in page


def test_a_result_is_a_download_and_gone_when_it_expired(job, bob):
    run(job.id)
    answer = bob.get(f"/jobs/{job.id}/result")
    assert answer.headers["Content-Disposition"] == "attachment; filename=tags.csv"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for path in results_directory().iterdir():
        path.unlink()
    assert bob.get(f"/jobs/{job.id}/result").status_code == 404


def test_who_started_a_job_cancels_it_and_runs_it_again(job, bob):
    assert post(bob, f"/jobs/{job.id}/cancel").status_code == 303
    db.session.rollback()
    assert db.session.get(Job, job.id).state is JobState.CANCELLED
    post(bob, f"/jobs/{job.id}/retry")
    db.session.rollback()
    assert db.session.get(Job, job.id).state is JobState.QUEUED


def test_others_may_look_but_only_leads_may_steer(job, signed_in, alice, rita, ada):
    assert rita.get(f"/jobs/{job.id}").status_code == 200
    assert post(rita, f"/jobs/{job.id}/cancel").status_code == 403
    assert post(alice, f"/jobs/{job.id}/cancel").status_code == 303


def test_there_is_no_page_of_a_job_that_never_was(bob):
    assert bob.get("/jobs/4711").status_code == 404


def test_every_page_says_how_many_jobs_are_open(job, bob):
    assert "1 waiting or running" in bob.get("/frame").text
    db.session.rollback()
    run(job.id)
    assert "waiting or running" not in bob.get("/frame").text


def test_without_a_queue_the_pages_say_that_jobs_wait(job, app, bob, tmp_path, monkeypatch):
    monkeypatch.setitem(app.extensions, "redis", Redis.from_url(f"unix://{tmp_path}/nobody.sock"))
    for address in ("/jobs", f"/jobs/{job.id}", f"/jobs/{job.id}/progress"):
        assert "queue is unreachable" in bob.get(address).text


def test_the_table_and_the_dashboard_follow_a_job_without_a_reload(bob, job):
    system("SRV01")
    fragment = {"HX-Request": "true"}
    assert 'hx-trigger="every 2s"' in bob.get("/jobs").text
    table = bob.get("/jobs", headers=fragment).text
    assert "<table" in table
    assert "<html" not in table
    assert "Export of tags" in bob.get("/jobs/open", headers=fragment).text
    assert "Export of tags" in bob.get("/dashboard").text
    run(job.id)
    db.session.rollback()
    assert 'hx-trigger="every 10s"' in bob.get("/jobs", headers=fragment).text
    assert "Export of tags" not in bob.get("/jobs/open", headers=fragment).text


def test_jobs_are_filtered_by_kind_and_state(app, job, bob, people):
    done = jobs.enqueue("undo", "tests.jobs.work.nothing", {}, title="Undo of 5", actor_id=people.bob)
    done.state = JobState.DONE
    db.session.commit()
    for query, shown in (("kind=undo", [0, 1]), ("state=queued", [1, 0]), ("kind=undo&state=queued", [0, 0])):
        page = bob.get(f"/jobs?{query}").text
        assert problems(page) == []
        assert [page.count(f"<b>{title}</b>") for title in ("Export of tags", "Undo of 5")] == shown, query
    assert "No such job" in page
    assert bob.get("/jobs?state=strange&kind=%00").status_code == 200


def test_a_result_says_until_when_it_is_kept(job, bob):
    run(job.id)
    ended = db.session.get_one(Job, job.id, populate_existing=True).finished_at
    until = f"{ended + upkeep.RESULTS_KEPT:%Y-%m-%d %H:%M} UTC"
    for path in ("/jobs", f"/jobs/{job.id}"):
        page = bob.get(path).text
        assert until in page.partition("until ")[2], path


def test_the_page_tells_who_works_and_what_waits(job, bob, valkey):
    page = bob.get("/jobs").text
    assert "No worker is running" in page
    assert "not running; nothing is scheduled" in page
    assert re.search(r"Queue exports</dt><dd>1 waiting", page)
    worker = Worker(["default"], connection=valkey, serializer=JSONSerializer)
    worker.register_birth()
    beats.beat()
    page = bob.get("/jobs").text
    assert problems(page) == []
    assert "1 worker " in page
    assert f"process {os.getpid()}" in page
    assert "looked <time" in page
    worker.register_death()
