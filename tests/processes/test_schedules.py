"""A schedule in a running Spoor: it fires by itself, and a restart right after its time fires nothing twice."""

import sqlite3
import subprocess
import sys
import time

from tests.running import PATIENCE, ROOT

MAKE = """
import datetime as dt
import sqlalchemy as sa
from app import create_app
from app.extensions import db
from app.models.base import now
from app.models.schedules import Schedule
from app.models.users import User
from app.services import changes, records

with create_app().app_context():
    admin = db.session.scalar(sa.select(User.id))
    values = {"name": "Numbers", "kind": "snapshot", "when": "every minute", "run_as": admin}
    with changes.recording(admin, "ui", at=now() - dt.timedelta(seconds=58)) as change_set:
        records.create(change_set, Schedule, values)
    db.session.commit()
"""


def test_a_schedule_fires_by_itself_and_a_restart_right_after_fires_nothing_twice(start, tmp_path):
    def ask(statement: str) -> list[tuple]:
        with sqlite3.connect(tmp_path / "data" / "spoor.db") as connection:
            return connection.execute(statement).fetchall()

    def wait_for(count: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while len(ask("SELECT 1 FROM snapshots")) < count:
            assert time.monotonic() < deadline, f"waited too long for snapshot {count}"
            time.sleep(0.1)

    spoor = start()
    environment = spoor.environment | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", MAKE], cwd=ROOT, env=environment, check=True, timeout=PATIENCE)
    wait_for(1)
    assert spoor.get("/readyz")[1]["scheduler"] == "ok"
    assert spoor.stop()[0] == 0
    again = start()
    while again.get("/readyz")[1]["scheduler"] != "ok":
        time.sleep(0.1)
    slots = ask("SELECT slot, state, job_id FROM schedule_slots ORDER BY slot")
    assert len({slot for slot, _, _ in slots}) == len(slots) == len({job for _, _, job in slots})
    assert {state for _, state, _ in slots} == {"fired"}
    assert [one for (one,) in ask("SELECT attempts FROM jobs")] == [1] * len(slots)
