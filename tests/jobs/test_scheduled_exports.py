"""What a schedule calls: files of a profile in the export directory."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.jobs.exports import scheduled
from app.jobs.runner import run
from app.models.exports import ExportProfile
from app.models.jobs import Job, JobState
from app.models.users import User
from app.services import changes, jobs
from tests.records import make, system

CALL = "app.jobs.exports.scheduled"


@pytest.fixture
def profile(app):
    system("SV-1")
    return make(ExportProfile, name="Mine", definition="entity: systems\ncolumns: [name]\nformat: csv")


def slot(actor: int, at: str = "2026-11-24T22:14:00+00:00", **more) -> Job:
    options = {"schedule_id": 1, "slot": at, "profile": "Mine", "keep": 0} | more
    job = jobs.enqueue("export", CALL, options, title="Nightly", actor_id=actor, queue="exports")
    db.session.commit()
    job_id = job.id
    run(job_id)
    return db.session.get_one(Job, job_id)


def test_the_job_is_where_schedules_look_for_it():
    assert f"{scheduled.__module__}.{scheduled.__name__}" == CALL


def test_a_slot_makes_one_file_however_often_it_runs(app, people, profile, settings, valkey):
    first, again = slot(people.bob), slot(people.bob)
    assert (first.state, again.state) == (JobState.DONE, JobState.DONE), first.message
    assert first.result["file"] == again.result["file"]
    files = sorted(path.name for path in (settings.data_dir / "exports").iterdir())
    assert files == [first.result["file"], f"{first.result['file']}.sha256"]
    text = (settings.data_dir / "exports" / first.result["file"]).read_text("utf-8-sig")
    assert text.splitlines() == ["Name", "SV-1"]


def test_the_newest_files_stay(app, people, profile, settings, valkey):
    for minute in range(4):
        job = slot(people.bob, f"2026-11-24T22:1{minute}:00+00:00", keep=2)
    assert job.result["removed"] == 1
    assert len(list((settings.data_dir / "exports").glob("*.csv"))) == 2


def test_what_can_t_be_done_fails_with_one_line_and_writes_nothing(app, people, profile, settings, valkey):
    changes.begin_write()
    db.session.execute(sa.update(User).where(User.id == people.alice).values(is_enabled=False))
    db.session.commit()
    for actor, more, why in (
        (people.bob, {"profile": "Nobody's"}, "There is no export profile “Nobody's”"),
        (people.bob, {"directory": "../elsewhere"}, "not below an export directory"),
        (people.bob, {"directory": "missing"}, "There is no directory"),
        (people.rita, {}, "rita may not export"),
        (people.alice, {}, "not there any more"),
    ):
        job = slot(actor, **more)
        assert job.state is JobState.FAILED
        assert why in job.message
        assert "\n" not in job.message
    assert list((settings.data_dir / "exports").iterdir()) == []
