"""Notices: what concerns somebody and was not done by their own click; they stay until read."""

import re

import pytest
import sqlalchemy as sa

from app.extensions import db, redis_connection
from app.jobs import runner, upkeep
from app.models.base import now
from app.models.jobs import Job, JobState
from app.models.notices import Notice
from app.models.systems import System
from app.models.tags import Tag
from app.services import changes, jobs, notices, records, undo
from tests.conftest import csrf_token
from tests.databases import PASSWORD
from tests.pages import problems
from tests.records import change, make, system
from tests.rest import Rest
from tests.web.grid import Grid


def told(user_id: int) -> list[tuple[str, str]]:
    db.session.rollback()
    return [(notice.text, notice.address) for notice in notices.of(user_id)]


def count(browser, mark: str = "") -> str:
    return browser.get(f"/frame?mark={mark}", headers={"HX-Request": "true"}).text


def run(function: str, by: int, **arguments) -> int:
    job = jobs.enqueue("test", f"tests.jobs.work.{function}", arguments, title="The test", actor_id=by)
    job_id = job.id
    db.session.commit()
    runner.run(job_id)
    return job_id


# what is told


def test_who_gets_a_record_from_somebody_else_is_told_once(people):
    srv = system("SRV-1")
    change(System, srv, by=people.alice, assigned_to=people.bob)
    change(System, srv, by=people.alice, status="Clean")
    assert told(people.bob) == [("alice assigned SRV-1 to you", f"/systems/{srv}")]
    assert told(people.alice) == []


def test_grabbing_and_giving_back_is_ones_own_click(bob, people):
    srv = system("SRV-1")
    Grid(bob).post(f"/{srv}/grab")
    Grid(bob).post(f"/{srv}/free")
    assert told(people.bob) == []


def test_many_records_at_once_are_one_notice_that_leads_to_the_change_set(app, people):
    ids = [system(f"SRV-{number}") for number in range(3)]
    done = Rest(app, "alice").post("systems/bulk", {"ids": ids, "set": {"assigned_to": "bob"}})
    assert told(people.bob) == [("alice assigned 3 systems to you", f"/change-sets/{done['change_set']}")]


def test_a_record_that_is_created_for_somebody_is_told_too(app, people):
    made = Rest(app, "alice").post("tags", {"name": "a.exe", "assigned_to": "bob"}, 201)
    assert told(people.bob) == [("alice assigned a.exe to you", f"/tags/{made['id']}")]


def test_the_author_is_told_when_somebody_else_undoes_something(people):
    srv = system("SRV-1")
    with changes.recording(people.bob, "ui", "SRV-1: Status") as change_set:
        records.update(change_set, System, srv, {"on_spreadsheet": False})
    db.session.commit()
    number = changes.newest()
    for actor in (people.alice, people.bob):
        with changes.recording(actor, "undo", undo_of_id=number) as open_set:
            undo.undo(open_set, number)
        db.session.commit()
        number = changes.newest()
    assert told(people.bob) == [
        ("alice undid what you did: SRV-1: Status", f"/change-sets/{changes.newest() - 1}")
    ]
    assert [text for text, _ in told(people.alice)] == ["bob undid what you did: "]


def test_ones_job_that_is_done_or_has_failed_is_told(people):
    done, failed = run("count", people.bob, upto=2), run("fail", people.bob)
    assert told(people.bob) == [
        ("The test failed: The file is empty", f"/jobs/{failed}"),
        ("The test is done: 2 of 2", f"/jobs/{done}"),
    ]
    assert [notice.is_bad for notice in notices.of(people.bob)] == [True, False]


def test_a_finished_import_leads_to_its_result(people):
    job = Job(kind="import", function="f", title="Import of a.csv", actor_id=people.bob)
    job.state, job.message, job.result = JobState.DONE, "3 new", {"import": 7}
    changes.begin_write()
    db.session.add(job)
    db.session.flush()
    notices.tell_of_job(job.id)
    db.session.commit()
    assert told(people.bob) == [("Import of a.csv is done: 3 new", "/imports/7")]


def test_a_job_given_up_by_the_sweep_is_told(people, valkey):
    job = Job(kind="test", function="f", title="The test", actor_id=people.bob)
    job.state, job.attempts = JobState.RUNNING, jobs.MOST_DEATHS
    changes.begin_write()
    db.session.add(job)
    db.session.commit()
    upkeep.sweep()
    assert "The test failed: The worker died" in told(people.bob)[0][0]


def test_what_is_rolled_back_is_not_told(people):
    srv = system("SRV-1")
    with changes.recording(people.alice, "ui") as change_set:
        records.update(change_set, System, srv, {"assigned_to": people.bob})
    db.session.rollback()
    assert told(people.bob) == []


# reading them


@pytest.fixture
def two(app, people) -> list[int]:
    for name in ("SRV-1", "SRV-2"):
        change(System, system(name), by=people.alice, assigned_to=people.bob)
    return [notice.id for notice in notices.of(people.bob)]


def test_they_are_listed_and_stay_until_they_are_read(bob, people, two):
    page = bob.get("/notices").text
    assert problems(page) == []
    assert page.index("SRV-2") < page.index("SRV-1")
    form = {"csrf_token": csrf_token(page)}
    assert bob.post(f"/notices/{two[0]}/read", data=form).status_code == 303
    assert notices.unread(people.bob) == 1
    assert bob.post("/notices/read", data=form).status_code == 303
    page = bob.get("/notices").text
    assert notices.unread(people.bob) == 0
    assert "SRV-1" in page
    assert 'class="new"' not in page


def test_marking_one_by_htmx_answers_the_list_and_the_badge(bob, two):
    grid = Grid(bob, "/notices")
    answer = grid.post(f"/{two[0]}/read").text
    assert '<div id="notices">' in answer
    assert 'title="1 not read yet"' in answer


def test_nobody_reads_or_marks_what_concerns_others(alice, people, two):
    assert "SRV-1" not in alice.get("/notices").text
    assert Grid(alice, "/notices").post(f"/{two[0]}/read").status_code == 404
    Grid(alice, "/notices").post("/read")
    db.session.rollback()
    assert notices.unread(people.bob) == 2


def test_read_ones_go_after_a_while_new_ones_never(people, two):
    changes.begin_write()
    notices.mark_read(people.bob, two[0])
    long_ago = now() - 2 * notices.KEPT
    db.session.execute(sa.update(Notice).where(Notice.id == two[0]).values(read_at=long_ago))
    db.session.execute(sa.update(Notice).values(at=long_ago))
    db.session.commit()
    change(System, system("SRV-3"), by=people.alice, assigned_to=people.bob)
    assert [text.split()[2] for text, _ in told(people.bob)] == ["SRV-3", "SRV-1"]


def test_an_empty_list_says_what_would_be_there(rita):
    assert "Nothing concerns you yet" in rita.get("/notices").text


def test_long_lists_are_paged(bob, people):
    for number in range(52):
        change(System, system(f"SRV-{number}"), by=people.alice, assigned_to=people.bob)
    page = bob.get("/notices").text
    assert page.count('class="new"') == 50
    assert "SRV-0 " in bob.get(page.split('href="/notices?')[1].split('"')[0].join(["/notices?", ""])).text


# the numbers in the frame


def test_the_frame_says_how_many_there_are(bob, rita, people, two):
    make(Tag, name="extra")
    text = count(bob)
    assert 'hx-target="#count-systems" hx-swap="innerHTML">2<' in text
    assert 'title="2 not read yet"' in text
    assert "#count-tags" in text
    assert "#count-tags" in count(rita)
    page = bob.get("/systems").text
    assert 'id="count-systems"' in page
    assert 'hx-get="/frame"' in page


def test_nothing_is_sent_while_nothing_changes(app, bob, people):
    mark = count(bob).split('name="mark" value="')[1].split('"')[0]
    assert bob.get(f"/frame?mark={mark}").status_code == 204
    jobs.enqueue("test", "tests.jobs.work.count", {"upto": 1}, title="Count", actor_id=people.alice)
    db.session.commit()
    text = count(bob, mark)
    assert 'title="1 waiting or running"' in text


def test_counts_come_from_the_cache_until_something_changes(bob, app):
    def counted() -> int:
        seen = []

        def note(connection, cursor, statement, *_rest) -> None:
            seen.append("UNION ALL" in statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        count(bob)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return sum(seen)

    assert [counted(), counted()] == [2, 0]
    srv = system("SRV-1")
    assert [counted(), counted()] == [2, 0]
    change(System, srv, deprecated_at=now())
    assert 'hx-target="#count-systems" hx-swap="innerHTML">0<' in count(bob)


def test_without_valkey_the_numbers_are_counted(other_app):
    with other_app(redis_url="redis://127.0.0.1:1/0") as app:
        browser = app.test_client()
        form = {"username": "bob", "password": PASSWORD, "csrf_token": csrf_token(browser.get("/login").text)}
        browser.post("/login", data=form)
        system("SRV-1")
        assert 'hx-target="#count-systems" hx-swap="innerHTML">1<' in count(browser)
        with pytest.raises(Exception, match="refused|111"):
            redis_connection().ping()


# what pops up


def mark_of(told: str) -> str:
    return re.search(r'name="mark" value="([^"]+)"', told)[1]


def test_a_notice_that_comes_while_a_page_is_open_pops_up_once(bob, people):
    run("tag", people.bob, name="kept")
    first = count(bob)
    assert "toast" not in first  # the page was just opened: the badge says it
    run("fail", people.bob)
    news = count(bob, mark_of(first))
    assert news.count('class="toast bad"') == 1
    assert "The test failed" in news
    assert 'href="/jobs/' in news
    assert bob.get(f"/frame?mark={mark_of(news)}").status_code == 204
    assert "toast" not in count(bob, "nonsense")
