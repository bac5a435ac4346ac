"""The case filter of the top bar: it holds everywhere, and is always written out in the address."""

import datetime as dt
import re
from html import unescape

import pytest

from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.lookups import Headline, TaskName
from app.models.notes import Note, ReportItem
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from tests.pages import problems
from tests.records import make, system
from tests.web.test_status import listed

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
LISTS = {"systems", "artifacts", "tasks", "cases", "timeline", "tags", "notes", "report-items"}


@pytest.fixture
def north(app) -> int:
    """A case with one record of everything; the other case has another."""
    for number, name in enumerate(("South", "North")):
        case = make(Case, name=name)
        srv = system(f"SV-{name}", cases=[case], tags=[make(Tag, name=name.lower())])
        make(Artifact, name=name, system=srv, type="File", case=case)
        make(Task, name=make(TaskName, name=name), case=case)
        make(Note, title=name, case=case)
        make(ReportItem, system=srv, headline=make(Headline, name=name), case=case)
        make(TimelineEntry, system=srv, time=NOON.replace(hour=number), type="x", content=name, case=case)
    return case


def sidebar(page: str) -> list[str]:
    nav = page.partition("<nav")[2].partition("</nav>")[0]
    return [unescape(link) for link in re.findall(r'<li><a href="([^"]+)"', nav)]


def menu(page: str) -> dict[str, str]:
    choices = page.partition('id="case-menu"')[2].partition("</div>")[0]
    return {name: unescape(link) for link, name in re.findall(r'<a href="([^"]+)">([^<]+)</a>', choices)}


def test_the_sidebar_keeps_it_and_each_list_shows_only_the_case(alice, north):
    page = alice.get(f"/dashboard?cases=id:{north}").text
    links = {link.partition("?")[0][1:]: link for link in sidebar(page)}
    for plural in LISTS:
        assert links[plural].endswith(f"=id:{north}"), plural
        assert listed(alice, links[plural]) == 1, plural
        shown = alice.get(links[plural]).text
        assert problems(shown) == []
        assert re.search(r"popovertarget=\"case-menu\"><i>Case</i> <b>North</b>", shown), plural
        assert f"/systems?cases=id:{north}" in sidebar(shown), plural
    for page_name in ("dashboard", "assignments", "status"):
        assert links[page_name] == f"/{page_name}?cases=id:{north}"
    assert links["activity"] == "/activity"


def test_a_choice_keeps_the_page_and_its_other_filters(alice, north):
    choices = menu(alice.get("/artifacts?status=Requested&after=3").text)
    assert choices["North"] == f"/artifacts?status=Requested&case=id:{north}"
    assert choices["All cases"] == "/artifacts?status=Requested"
    choices = menu(alice.get(f"/assignments?person=any&cases=id:{north}").text)
    assert choices["All cases"] == "/assignments?person=any"
    assert menu(alice.get("/activity").text)["North"] == f"/dashboard?cases=id:{north}"


def test_a_filter_that_is_no_field_is_a_chip_that_is_edited_and_taken_away(alice, north):
    page = alice.get(f"/tags?cases=id:{north}").text
    assert re.search(r"<i>Used in case</i> <b>North</b>", page)
    assert 'href="/tags" hx-get="/tags"' in page
    dialog = alice.get(f"/tags/filter?field=cases&cases=id:{north}", headers={"HX-Request": "true"})
    assert (dialog.status_code, problems(dialog.text, fragment=True)) == (200, [])
    assert alice.get("/cases/choices/cases?q=nor", headers={"HX-Request": "true"}).text.count("North") >= 1


def test_the_numbers_of_the_sidebar_are_those_of_the_case_and_of_what_is_open(alice, north):
    make(Artifact, name="closed", system=system("SV-3"), type="File", case=north, status="Analysis finished")

    def count(path: str, plural: str) -> str:
        text = alice.get(path, headers={"HX-Request": "true"}).text
        return re.search(rf'hx-target="#count-{plural}" hx-swap="innerHTML">([\d,]+)<', text)[1]

    assert count("/frame", "artifacts") == "2"
    assert count(f"/frame?cases=id:{north}", "artifacts") == "1"
    assert count(f"/frame?cases=id:{north}", "tags") == "1"
    assert count(f"/frame?cases=id:{north}", "systems") == "2"
    page = alice.get(f"/artifacts?case=id:{north}").text
    assert f'hx-get="/frame?cases=id:{north}"' in page


def test_what_no_case_can_be_called_harms_nothing(alice, north):
    for path in ("/dashboard", "/status", "/assignments", "/frame", "/tags"):
        assert alice.get(f"{path}?cases=nothing+such").status_code in (200, 204), path
        for nonsense in ("%00", "id:99999999999999", "a%00b"):
            assert alice.get(f"{path}?cases={nonsense}").status_code in (200, 204, 400), path
