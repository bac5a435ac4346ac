"""A long import says how far it is from deep inside, while it plans and while it writes, and can be stopped there."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.importing import commit
from app.jobs import runner
from app.models.imports import ImportRun
from app.models.jobs import Job, JobState
from app.models.systems import System
from app.services import progress, running
from app.services.running import Cancelled
from tests.importing.files import bring
from tests.rest import Rest
from tests.web.test_import_api import send

SHEET = "System,Location,Tags\n" + "".join(f"SV-{n},Bonn,a;b\n" for n in range(2_000))


def test_it_tells_while_it_plans_and_while_it_writes(app, monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0)
    monkeypatch.setattr(commit, "WRITTEN_AT_ONCE", 500)
    told = []
    with progress.listening(lambda *said: told.append(said)):
        bring(SHEET)
    counted = {message: done for done, _, message in told if message}
    planning = ("Reading the cells", "Comparing the file with what is known")
    assert counted.keys() == {*planning, "Writing", "Storing"}
    assert all(1_900 < counted[message] <= 2_000 for message in planning)
    assert counted["Writing"] == 1_500
    assert counted["Storing"] > 5
    assert len(told) > 200


def test_nobody_listens_and_nothing_is_told():
    progress.tick()
    assert list(progress.counted([1, 2], "x")) == [1, 2]


@pytest.mark.parametrize("after", [5, 60, 200])
def test_stopped_anywhere_nothing_of_it_is_there(app, monkeypatch, after):
    monkeypatch.setattr(progress, "EVERY", 0)
    heard = 0

    def stop(*_):
        nonlocal heard
        heard += 1
        if heard > after:
            raise Cancelled

    with pytest.raises(Cancelled), progress.listening(stop):
        bring(SHEET)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(System.id))) == 0
    assert bring(SHEET).result["new"] == 2_000


def test_a_job_that_somebody_cancels_stops_within_its_work(app, valkey, monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0)
    answer = send(Rest(app, "bob"), SHEET.encode())
    seen = []

    def step(self, done, total=None, message=None):
        seen.append(message)
        if message == "Comparing the file with what is known" and done > 1:
            running.ask_to_stop(self.connection, self.job_id)
        return real(self, done, total, message)

    real = running.Run.step
    monkeypatch.setattr(running.Run, "step", step)
    runner.run(answer.json["job"])
    db.session.rollback()
    assert db.session.get_one(Job, answer.json["job"]).state is JobState.CANCELLED
    assert "Reading the cells" in seen
    assert db.session.scalar(sa.select(sa.func.count(System.id))) == 0
    assert db.session.get_one(ImportRun, answer.json["id"]).change_set_id is None
