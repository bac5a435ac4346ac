"""Where one arrives: the greeting of an empty installation, the directory, the sidebar."""

import sqlalchemy as sa

from app.extensions import db
from app.models.jobs import Job
from tests.pages import problems
from tests.records import system
from tests.web.grid import Grid


def test_an_empty_installation_offers_the_import_and_the_demonstration(alice):
    page = alice.get("/systems").text
    assert problems(page) == []
    assert 'href="/imports/new"' in page
    assert 'method="post" action="/demo"' in page
    system("SRV-1")
    assert 'action="/demo"' not in alice.get("/systems").text


def test_whoever_may_not_load_it_is_not_offered_it(bob, rita):
    assert 'action="/demo"' not in bob.get("/systems").text
    assert 'href="/imports/new"' in bob.get("/systems").text
    page = rita.get("/systems").text
    assert 'action="/demo"' not in page
    assert 'href="/imports/new"' not in page


def test_the_demonstration_is_a_job(alice):
    answer = alice.post("/demo", data={"csrf_token": Grid(alice).headers["X-CSRFToken"]})
    assert answer.status_code == 303
    job = db.session.scalars(sa.select(Job)).one()
    assert answer.location == f"/jobs/{job.id}"
    assert job.kind == "demo"
    assert alice.get(answer.location).status_code == 200


def test_the_demonstration_is_refused_where_systems_are_tracked(alice):
    token = Grid(alice).headers["X-CSRFToken"]
    system("SRV-1")
    answer = alice.post("/demo", data={"csrf_token": token})
    assert answer.location == "/systems"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0
    assert "There are systems already" in alice.get("/systems").text


def test_the_directory_counts_every_lookup(rita):
    page = rita.get("/directory").text
    assert problems(page) == []
    for plural in ("system-statuses", "operating-systems", "ips", "contacts", "os-import-names"):
        assert f'href="/{plural}"' in page, plural


def test_the_sidebar_leads_only_to_pages_that_open(alice, rita):
    for browser in (alice, rita):
        page = browser.get("/systems").text
        sidebar = page.partition("<nav")[2].partition("</nav>")[0]
        links = {part.partition('"')[0] for part in sidebar.split('href="')[1:]}
        assert "/activity" in links
        for link in links:
            assert browser.get(link).status_code == 200, link


def test_the_sidebar_is_in_the_order_of_the_work(alice, rita):
    page = alice.get("/systems").text
    sidebar = page.partition("<nav")[2].partition("</nav>")[0]
    links = [part.partition('"')[0] for part in sidebar.split('href="')[1:]]
    wanted = ["/dashboard", "/systems", "/artifacts", "/tasks", "/cases", "/timeline", "/tags"]
    wanted += ["/assignments", "/status", "/activity", "/imports", "/exports", "/jobs"]
    wanted += ["/directory", "/settings", "/bin"]
    assert [link for link in links if link in wanted] == wanted
    assert {"/notes", "/report-items", "/accounts", "/memos"} <= set(links)
    assert "/memos" not in rita.get("/systems").text
    assert 'href="/memos"' not in rita.get("/directory").text
    assert 'href="/memos"' in alice.get("/directory").text
