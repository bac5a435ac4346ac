"""Snapshots of the status page: kept, compared with now and with each other, downloaded, removed."""

import csv
import io
import re

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.jobs import runner
from app.models.changes import Change
from app.models.jobs import Job, JobState
from app.models.schedules import Schedule
from app.models.snapshots import Snapshot
from app.models.systems import System
from app.scheduling import firing
from tests.conftest import csrf_token
from tests.invariants import assert_history_replays
from tests.pages import problems
from tests.records import change, make, system
from tests.rest import Rest


def posted(browser, path: str, **form):
    token = csrf_token(browser.get("/snapshots").text)
    return browser.post(path, data=form | {"csrf_token": token})


def ids() -> list[int]:
    db.session.rollback()
    return list(
        db.session.scalars(sa.select(Snapshot.id).where(Snapshot.deleted_at.is_(None)).order_by(Snapshot.id))
    )


def differences(page: str) -> dict[str, tuple[int, int, str]]:
    """What the table of differences says, by what it counts."""
    body = page.partition('class="card differences"')[2].partition("</section>")[0]
    rows = re.findall(r"<tr><td>(.*?)</td><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td><td[^>]*><b>(.*?)</b>", body)
    return {re.sub("<.*?>", "", name): (int(then), int(later), signed) for name, then, later, signed in rows}


@pytest.fixture
def two(bob) -> list[int]:
    """One before and one after a system more and one that turned out clean."""
    host = system("HOST1", status="Compromised")
    posted(bob, "/snapshots", label="First =night")
    change(System, host, status="Clean")
    system("HOST2", status="Clean")
    posted(bob, "/snapshots", label="Second night")
    return ids()


def test_two_snapshots_differ_by_what_happened_between_them(bob, two):
    first, second = two
    page = bob.get(f"/status?compare={second}&with={first}").text
    assert problems(page) == []
    found = differences(page)
    assert (found["Compromised"], found["Clean"]) == ((1, 0, "−1"), (0, 2, "+2"))
    assert found["all"] == (1, 2, "+1")


def test_a_snapshot_is_compared_with_now_while_the_page_follows(bob, two):
    first, second = two
    assert "Nothing differs" in bob.get(f"/status?compare={second}").text
    system("HOST3", status="Clean")
    now = differences(bob.get(f"/status?compare={first}&with=").text)
    assert now["Clean"] == (0, 3, "+3")
    fragment = {"HX-Request": "true", "HX-Request-Type": "partial"}
    news = bob.get(f"/status?compare={second}&since=1", headers=fragment).text
    assert differences(news)["Clean"] == (2, 3, "+1")
    assert bob.get("/status?compare=99").status_code == 200


def test_a_renamed_status_is_the_same_one(bob, two):
    from app.models.lookups import SystemStatus

    number = db.session.scalar(sa.select(SystemStatus.id).where(SystemStatus.name == "Clean"))
    change(SystemStatus, number, name="Harmless")
    found = differences(bob.get(f"/status?compare={two[0]}").text)
    assert found["Harmless"] == (0, 2, "+2")
    assert "Clean" not in found


def test_the_page_shows_systems_by_status_over_time(rita, two):
    page = rita.get("/snapshots").text
    assert problems(page) == []
    table = page.partition('data-chart="chart"')[2].partition("</table>")[0]
    assert re.findall(r'class="num">([\w ]+)<', table) == ["Compromised", "Clean", "0", "2", "1", "0"]
    assert "uPlot.iife.min.js" in page
    assert "Delete" not in page


def test_snapshots_are_downloaded_without_formulas(bob, two):
    text = bob.get("/snapshots/export?format=csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    clean = [row["Count"] for row in rows if (row["Entity"], row["Status"]) == ("systems", "Clean")]
    assert clean == ["2", "0"]
    told = bob.get("/snapshots/export?format=json").json
    assert [one["label"] for one in told] == ["Second night", "First =night"]
    assert told[0]["numbers"]["systems"]["total"] == 2


def test_only_a_lead_removes_one_and_a_reader_keeps_none(alice, bob, rita, two):
    assert posted(rita, "/snapshots").status_code == 403
    assert posted(bob, f"/snapshots/{two[0]}/delete").status_code == 403
    assert posted(alice, f"/snapshots/{two[0]}/delete").status_code == 303
    assert posted(alice, f"/snapshots/{two[0]}/delete").status_code == 404
    assert ids() == two[1:]
    assert "First =night" not in bob.get("/snapshots/export").text
    assert "compare=1" not in bob.get("/snapshots").text
    assert "Nothing differs" not in bob.get(f"/status?compare={two[0]}").text


def test_a_deletion_is_offered_to_be_undone_and_told_in_the_history(alice, bob, two):
    posted(alice, f"/snapshots/{two[0]}/delete")
    page = alice.get("/snapshots").text
    assert "Snapshot “First =night” deleted" in page
    number = re.search(r"/change-sets/(\d+)/undo", page)[1]
    assert "Snapshot “First =night” deleted" in alice.get(f"/change-sets/{number}").text
    assert posted(bob, f"/change-sets/{number}/undo").status_code == 403
    assert posted(alice, f"/change-sets/{number}/undo").status_code == 303
    assert ids() == two
    assert "First =night" in bob.get("/snapshots").text
    again = posted(alice, f"/change-sets/{number}/undo")
    assert again.status_code in (200, 303)
    assert_history_replays()


def test_who_kept_one_does_not_undo_that_as_an_analyst(bob, two):
    number = db.session.scalar(sa.select(Change.change_set_id).where(Change.entity == "snapshots").limit(1))
    assert posted(bob, f"/change-sets/{number}/undo").status_code == 403
    assert ids() == two


def test_a_label_that_is_too_long_or_can_not_be_stored_is_refused(bob):
    assert "longer than 255" in posted(bob, "/snapshots", label="x" * 256).text
    assert "NUL" in posted(bob, "/snapshots", label="a\0b").text
    assert ids() == []


def test_rest_keeps_lists_and_reads_them(app, two):
    rest = Rest(app, "bob")
    made = rest.post("snapshots", {"label": " Third  night "}, 201, Idempotency_Key="k")
    assert rest.post("snapshots", {"label": " Third  night "}, 201, Idempotency_Key="k") == made
    assert (made["label"], made["totals"]["systems"]) == ("Third night", 2)
    assert made["numbers"]["systems"]["by"]["status"]
    found = rest.get("snapshots?per_page=2")
    assert ([one["id"] for one in found["items"]], found["total"]) == ([made["id"], two[1]], 3)
    assert "numbers" not in found["items"][0]
    assert found["items"][0]["created_by"]["name"] == "bob"
    assert rest.get("snapshots?per_page=2&page=2")["items"][0]["label"] == "First =night"
    answer = rest.ask("GET", f"snapshots/{made['id']}")
    assert (answer.json, answer.headers["ETag"]) == (made, made["etag"])
    assert "colour" in rest._json(rest.ask("GET", "snapshots?colour=red"), 400)["detail"]


@pytest.mark.parametrize("sent", [[], {"label": 1}, {"label": "x" * 256}, {"name": "x"}])
def test_rest_refuses_what_is_no_label(app, sent):
    Rest(app, "bob").post("snapshots", sent, 422)
    assert ids() == []


def test_rest_deletes_one_by_a_lead_and_brings_it_back(app, two):
    lead, analyst, reader = (Rest(app, name) for name in ("alice", "bob", "rita"))
    path = f"snapshots/{two[0]}"
    analyst.delete(path, 403)
    reader.post("snapshots", {}, 403)
    before = lead.get(path)
    lead.delete(path)
    lead.delete(path, 404)
    assert lead.ask("GET", path).status_code == 404
    assert reader.get("snapshots")["total"] == 1
    analyst.post(f"{path}/restore", None, 403)
    assert lead.post(f"{path}/restore")["numbers"] == before["numbers"]
    assert lead.post("snapshots/99/restore", None, 404)
    story = lead.get("change-sets?entity=snapshots&per_page=1")["items"][0]
    assert story["summary"] == "Snapshot “First =night” back from the bin"


def test_a_schedule_keeps_one_under_its_name(app, people):
    system("HOST1")
    from app.models.base import now

    number = make(Schedule, name="Nightly", kind="snapshot", when="0 3 * * *", run_as=people.bob)
    slot = firing.run_now(number, now())
    db.session.commit()
    runner.run(slot.job_id)
    assert db.session.get_one(Job, slot.job_id, populate_existing=True).state is JobState.DONE
    (one,) = db.session.scalars(sa.select(Snapshot))
    assert (one.label, one.created_by_id, one.numbers["systems"]["total"]) == ("Nightly", people.bob, 1)
