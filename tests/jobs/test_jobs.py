"""A job's life: enqueued once, run once, with progress, log, result; cancelled, retried, brought back."""

import datetime as dt
import os

import pytest
import redis
import sqlalchemy as sa
from rq import Queue

from app.extensions import db, redis_connection
from app.jobs import runner, upkeep
from app.models.base import now
from app.models.jobs import Job, JobState
from app.models.tags import Tag
from app.services import changes, jobs, running
from tests.jobs import work


def tags(name: str) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Tag).where(Tag.name == name))


def waiting(valkey) -> list[str]:
    return Queue("default", connection=valkey).job_ids


def test_a_job_is_sent_to_the_queue_only_after_the_commit(app, people, valkey):
    jobs.enqueue("test", "tests.jobs.work.count", {"upto": 1}, title="Count", actor_id=people.bob)
    assert waiting(valkey) == []
    db.session.commit()
    assert waiting(valkey) == ["job-1"]


def test_a_job_that_is_rolled_back_never_reaches_the_queue(app, people, valkey):
    jobs.enqueue("test", "tests.jobs.work.count", {"upto": 1}, title="Count", actor_id=people.bob)
    db.session.rollback()
    changes.begin_write()
    db.session.commit()
    assert waiting(valkey) == []


def test_a_double_click_makes_one_job(enqueue, valkey):
    assert enqueue("count", upto=3) == enqueue("count", upto=3)
    assert waiting(valkey) == ["job-1"]
    assert enqueue("count", upto=4) == 2


def test_a_job_runs_once_however_often_its_number_arrives(enqueue, job):
    job_id = enqueue("tag", name="once")
    runner.run(job_id)
    runner.run(job_id)
    assert tags("once") == 1
    assert (job(job_id).state, job(job_id).attempts) == (JobState.DONE, 1)


def test_what_it_did_is_told_by_result_and_log(enqueue, job):
    job_id = enqueue("tag", name="told")
    runner.run(job_id)
    assert job(job_id).result == {"tags": 1}
    assert [text for _, text in jobs.lines_of(job_id)] == ["Created told"]


def test_progress_is_heard_while_it_runs_and_stored_at_its_end(enqueue, job, people, valkey):
    job_id = enqueue("count", upto=40)
    claimed = jobs.claim(job_id)
    attempt = running.Run(job_id, claimed.attempts, people.bob, None, valkey)
    with attempt.alive():
        db.session.commit()
        attempt.step(7, 40, "Reading")
        attempt.log("A line")
        heard = jobs.heard(job(job_id))
        assert (heard["done"], heard["total"], heard["message"]) == (7, 40, "Reading")
        assert [text for _, text in heard["lines"]] == ["A line"]
        assert job(job_id).done == 0
        jobs.finish(attempt, JobState.DONE, attempt.message)
        db.session.commit()
    assert (job(job_id).done, job(job_id).total, job(job_id).message) == (7, 40, "Reading")


def test_a_result_file_has_a_random_name_and_goes_after_a_week(enqueue, job, settings):
    job_id = enqueue("write_file", text="hello")
    runner.run(job_id)
    results = settings.data_dir / "results"
    stored = job(job_id).result_file
    assert (results / stored).read_text() == "hello"
    assert job(job_id).result_name == "greeting.txt"
    assert "greeting" not in stored
    assert upkeep.expire_results(results) == 0
    changes.begin_write()
    long_ago = now() - dt.timedelta(days=8)
    db.session.execute(sa.update(Job.__table__).values(finished_at=long_ago))
    db.session.commit()
    os.utime(results / stored, (long_ago.timestamp(),) * 2)
    assert upkeep.expire_results(results) == 1
    assert job(job_id).result_file == ""


def test_a_job_that_can_not_be_done_says_why(enqueue, job):
    job_id = enqueue("fail")
    runner.run(job_id)
    assert (job(job_id).state, job(job_id).message) == (JobState.FAILED, "The file is empty")


def test_a_crash_shows_a_reference_and_no_secret(enqueue, job):
    job_id = enqueue("crash")
    runner.run(job_id)
    assert job(job_id).state is JobState.FAILED
    assert "hunter2" not in job(job_id).message
    assert "reference" in job(job_id).message


def test_a_full_disk_is_said_and_leaves_no_result(enqueue, job):
    job_id = enqueue("fill_the_disk")
    runner.run(job_id)
    assert job(job_id).state is JobState.FAILED
    assert job(job_id).message.startswith("The disk of the server is full")
    assert job(job_id).result_file == ""


def test_a_place_for_results_that_can_not_be_written_to_is_named(enqueue, job, settings):
    (settings.data_dir / "results").touch()
    job_id = enqueue("write_file", text="hello")
    runner.run(job_id)
    assert job(job_id).message == f"{settings.data_dir / 'results'}: File exists"


def test_a_job_told_to_stop_whose_worker_was_killed_is_cancelled_and_can_run_again(enqueue, job):
    job_id = enqueue("tag", name="twice")
    jobs.claim(job_id)
    db.session.commit()
    assert jobs.cancel(job_id) is JobState.RUNNING
    db.session.commit()
    assert upkeep.sweep() == 1
    assert (job(job_id).state, job(job_id).message) == (JobState.CANCELLED, "Cancelled")
    jobs.retry(job_id)
    db.session.commit()
    runner.run(job_id)
    assert (job(job_id).state, tags("twice")) == (JobState.DONE, 1)


def test_a_job_that_is_to_be_run_again_is_cancelled_like_any_that_waits(enqueue, job):
    job_id = enqueue("fail")
    runner.run(job_id)
    jobs.retry(job_id)
    db.session.commit()
    assert jobs.cancel(job_id) is JobState.CANCELLED
    db.session.commit()
    with pytest.raises(jobs.NotPossible):
        jobs.cancel(job_id)
    runner.run(job_id)
    assert (job(job_id).state, job(job_id).attempts) == (JobState.CANCELLED, 1)


def test_a_waiting_job_is_cancelled_at_once(enqueue, job):
    job_id = enqueue("tag", name="never")
    assert jobs.cancel(job_id) is JobState.CANCELLED
    db.session.commit()
    runner.run(job_id)
    assert tags("never") == 0


def test_a_running_job_is_cancelled_at_its_next_step(enqueue, job, start_worker, eventually, tmp_path):
    job_id = enqueue("wait_for_cancel", started=str(tmp_path / "started"))
    start_worker()
    eventually((tmp_path / "started").exists, "the job to run")
    assert jobs.cancel(job_id) is JobState.RUNNING
    db.session.commit()
    eventually(lambda: job(job_id).state is JobState.CANCELLED, "the end")


def test_a_failed_job_runs_again_when_somebody_asks(enqueue, job, valkey):
    job_id = enqueue("fail")
    runner.run(job_id)
    valkey.flushdb()
    jobs.retry(job_id)
    db.session.commit()
    assert waiting(valkey) == [f"job-{job_id}"]
    runner.run(job_id)
    assert job(job_id).attempts == 2


def test_a_job_that_is_done_is_not_run_again(enqueue):
    job_id = enqueue("count", upto=1)
    runner.run(job_id)
    with pytest.raises(jobs.NotPossible):
        jobs.retry(job_id)
    with pytest.raises(jobs.NotPossible):
        jobs.cancel(job_id)


def test_an_attempt_given_up_for_dead_commits_nothing(enqueue, job, people, valkey):
    job_id = enqueue("tag", name="late")
    claimed = jobs.claim(job_id)
    slow = running.Run(job_id, claimed.attempts, people.bob, None, valkey)
    db.session.commit()
    assert upkeep.sweep() == 1
    work.tag(slow, "late")
    with pytest.raises(jobs.TakenOver):
        jobs.finish(slow, JobState.DONE, "")
    assert tags("late") == 0
    runner.run(job_id)
    assert tags("late") == 1


def test_a_job_whose_worker_dies_three_times_is_given_up(enqueue, job):
    job_id = enqueue("count", upto=1)
    for _ in range(3):
        jobs.claim(job_id)
        db.session.commit()
        upkeep.sweep()
    assert job(job_id).state is JobState.FAILED
    assert "died 3 times" in job(job_id).message


def test_a_flushed_queue_gets_its_jobs_back_from_the_database(enqueue, valkey):
    job_id = enqueue("count", upto=1)
    assert upkeep.sweep() == 0
    valkey.flushdb()
    assert upkeep.sweep() == 1
    assert waiting(valkey) == [f"job-{job_id}"]
    assert upkeep.sweep() == 0


def test_without_a_queue_jobs_wait_and_are_sent_when_it_is_back(app, other_app, people, tmp_path):
    with other_app(redis_url=f"unix://{tmp_path}/nobody.sock"):
        job = jobs.enqueue("test", "tests.jobs.work.count", {"upto": 1}, title="Count", actor_id=people.bob)
        db.session.commit()
        assert job.state is JobState.QUEUED
        assert not jobs.is_queue_there()
        with pytest.raises(redis.RedisError):
            upkeep.sweep()
    assert waiting(redis_connection()) == []
    assert upkeep.sweep() == 1
    assert waiting(redis_connection()) == ["job-1"]


def test_a_worker_runs_what_is_enqueued(enqueue, job, start_worker, eventually):
    start_worker()
    job_id = enqueue("tag", name="worked")
    eventually(lambda: job(job_id).state is JobState.DONE, "the worker")
    assert tags("worked") == 1


def test_a_worker_picks_up_what_a_lost_queue_forgot(enqueue, job, start_worker, eventually, valkey):
    job_id = enqueue("tag", name="forgotten")
    valkey.flushdb()
    start_worker()
    eventually(lambda: job(job_id).state is JobState.DONE, "the sweep")


@pytest.mark.parametrize("kill", ["horse", "worker"])
def test_a_job_killed_at_the_last_moment_is_done_exactly_once(enqueue, job, start_worker, eventually, kill):
    job_id = enqueue("tag_unless_killed", name="survivor", kill=kill, lives=1)
    worker = start_worker()
    if kill == "worker":
        worker.wait(30)
        assert tags("survivor") == 0
        start_worker()
    eventually(lambda: job(job_id).state is JobState.DONE, "the second attempt")
    assert tags("survivor") == 1
    assert job(job_id).attempts == 2
    assert any("worker died" in text for _, text in jobs.lines_of(job_id))
    assert changes.first_broken_link() is None
