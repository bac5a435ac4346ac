"""The dashboard: my work, what is late or waits, what happened since I last looked; the landing page."""

import datetime as dt
import json
import re
import time

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.base import now
from app.models.cases import Case
from app.models.jobs import Job
from app.models.lookups import TaskName
from app.models.systems import Memo, System
from app.models.tasks import Task
from app.services import looks
from tests.conftest import csrf_token
from tests.pages import problems
from tests.records import change, make, system
from tests.web.grid import Grid
from tests.web.test_assignments import post, titles
from tests.web.test_status import listed


@pytest.fixture
def work(app, people):
    north = make(Case, name="North")
    system("SV-MINE", assigned_to=people.bob, cases=[north])
    system("SV-ALICE", assigned_to=people.alice)
    system("SV-WAITS", analysis_status="Waiting for customer")
    late = make(TaskName, name="Late task")
    make(Task, name=late, due_at=now() - dt.timedelta(hours=1))
    make(Task, name=make(TaskName, name="Early task"), due_at=now() + dt.timedelta(hours=1))
    make(Task, name=late, due_at=now() - dt.timedelta(hours=1), status="Done")
    return north


def section(page: str, name: str) -> str:
    return page.partition(f'data-section="{name}"')[2].partition("</details>")[0]


def test_it_shows_my_work_what_is_late_and_what_waits(bob, work):
    page = bob.get("/dashboard").text
    assert problems(page) == []
    assert titles(section(page, "mine")) == {"SV-MINE"}
    assert titles(section(page, "overdue")) == {"Late task"}
    assert titles(section(page, "waiting-systems")) == {"SV-WAITS"}
    late = re.search(r'class="late" href="([^"]+)"[^>]*>1 overdue', page)[1]
    assert listed(bob, late.replace("&amp;", "&")) == 1


def test_the_case_filter_holds_for_all_but_what_happened(bob, work):
    page = bob.get(f"/dashboard?cases=id:{work}").text
    assert titles(section(page, "mine")) == {"SV-MINE"}
    assert 'data-section="overdue"' not in page
    assert f'href="/systems?cases=id:{work}"' in page


def test_what_others_did_since_i_last_looked_stays_news_for_the_whole_visit(app, bob, people, valkey, work):
    bob.get("/dashboard")
    srv = system("SV-NEWS")
    change(System, srv, by=people.alice, status="Clean")
    change(System, srv, by=people.bob, status="Compromised")
    page = bob.get("/dashboard").text
    assert "since you last looked" in section(page, "latest")
    assert f'href="/activity?actor={people.alice}' in section(page, "latest")
    bob.get("/dashboard")
    assert "alice" in section(bob.get("/dashboard").text, "latest").partition("</form>")[0]
    mark = json.loads(valkey.hget(looks.KEY, str(people.bob)))
    valkey.hset(looks.KEY, str(people.bob), json.dumps(mark | {"at": time.time() - looks.PAUSE - 1}))
    assert "Nothing of others since you last looked" in bob.get("/dashboard").text


def test_i_have_seen_it(bob, people, work):
    srv = system("SV-NEWS")
    change(System, srv, by=people.alice, status="Clean")
    assert "I have seen it" in bob.get("/dashboard").text
    assert post(bob, "/dashboard/seen").location == "/dashboard"
    assert "Nothing of others since you last looked" in bob.get("/dashboard").text


def test_a_poll_is_no_look(bob, people, valkey, work):
    grid = Grid(bob, "/dashboard")
    kept = valkey.hget(looks.KEY, str(people.bob))
    system("SV-NEWS")
    answer = grid.get("?since=0")
    assert answer.status_code == 200
    assert problems(answer.text, fragment=True) == []
    assert valkey.hget(looks.KEY, str(people.bob)) == kept
    revision = re.search(r'data-revision="(\d+)"', answer.text)[1]
    assert grid.get(f"?since={revision}").status_code == 204


def test_readers_meet_no_memo(rita, alice, people):
    srv = system("SV-1")
    memo = make(Memo, system=srv, text="CANARY")
    change(Memo, memo, by=people.alice, text="CANARY again")
    assert "CANARY" not in rita.get("/dashboard").text
    assert "CANARY" in alice.get("/dashboard").text
    assert "data-editable" not in rita.get("/dashboard").text


def test_jobs_that_wait_or_run_are_shown(bob, people, work):
    job = Job(
        kind="demo", function="x", arguments={}, title="A long one", actor_id=people.bob, queue="default"
    )
    db.session.add(job)
    db.session.commit()
    assert "A long one" in section(bob.get("/dashboard").text, "jobs")


def test_an_empty_installation_is_greeted(alice, rita):
    page = alice.get("/dashboard").text
    assert problems(page) == []
    assert 'href="/imports/new"' in page
    assert 'action="/demo"' in page
    assert 'action="/demo"' not in rita.get("/dashboard").text


def test_the_landing_page_is_ones_own_choice_else_the_teams_else_the_dashboard(alice, bob):
    assert bob.get("/").location == "/dashboard"
    post(alice, "/settings", **{"landing": "systems", "base.landing": "dashboard"})
    assert bob.get("/").location == "/systems"
    chosen = {"zone": "UTC", "theme": "system", "landing": "status"}
    assert post(bob, "/me/preferences", **chosen).status_code == 303
    assert bob.get("/").location == "/status"
    assert alice.get("/").location == "/systems"
    assert 'value="status" selected' in bob.get("/me").text
    refused = post(bob, "/me/preferences", **(chosen | {"landing": "nowhere"}))
    assert refused.status_code == 422


def test_choosing_a_zone_alone_leaves_the_landing_page(bob):
    post(bob, "/me/preferences", zone="UTC", theme="system", landing="tasks")
    post(bob, "/me/preferences", zone="Europe/Berlin", theme="dark")
    assert bob.get("/").location == "/tasks"


def test_without_valkey_it_opens_all_the_same(bob, work, monkeypatch):
    from redis import ConnectionError as Gone

    def gone():
        raise Gone("away")

    monkeypatch.setattr(looks, "redis_connection", gone)
    page = bob.get("/dashboard").text
    assert problems(page) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(System)) == 3
    assert csrf_token(page)
