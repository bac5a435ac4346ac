"""Long names on a small screen: words stay whole, nothing is cut without a way to read it."""

import pytest
from playwright.sync_api import Page, expect

from app.models.artifacts import Artifact
from app.models.base import now
from app.models.lookups import AnalysisStatus, DnsName, Ip, SystemStatus, TaskName
from app.models.systems import System
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from tests.records import make, system

pytestmark = pytest.mark.browser
SMALL = {"width": 1024, "height": 700}
NAME = "a-host-name-of-some-eighty-characters-as-the-branch-offices-like-to-give-them-01"
IS_CUT = """element => [element, ...element.querySelectorAll("*")]
    .filter((part) => !part.matches(".hidden-text") && getComputedStyle(part).overflowX !== "visible")
    .filter((part) => part.scrollWidth > part.clientWidth)
    .map((part) => part.outerHTML)"""
LINES = """element => {
    const words = document.createRange();
    words.selectNodeContents(element);
    return new Set([...words.getClientRects()].map((line) => line.top)).size;
}"""


@pytest.fixture
def long_names(server) -> int:
    """A system whose every value is long."""
    return make(
        System,
        name=NAME,
        status=make(SystemStatus, name="Compromised by the second wave, to be reinstalled"),
        analysis_status=make(AnalysisStatus, name="Waiting for the image from the branch office"),
        type="Domaincontroller",
        dns_name=make(DnsName, name=f"{NAME[:40]}.subsidiary.corporate.example"),
        tags=[make(Tag, name=f"number {n} of many tags", note="told") for n in range(30)],
        ips=[make(Ip, name=f"10.20.30.{n}") for n in range(12)],
    )


def small(opened, path: str) -> Page:
    return opened("bob", path, viewport=SMALL)


def test_on_a_small_screen_the_page_of_a_system_shows_every_value_whole(opened, long_names):
    page = small(opened, f"/systems/{long_names}")
    assert page.locator("main").evaluate(IS_CUT) == []
    assert page.locator(".f-type .place").evaluate(LINES) == 1
    page.locator(f"#system-{long_names}-tags").click(position={"x": 3, "y": 3})
    expect(page.locator("form.editor .pick")).to_have_count(30)
    assert page.locator("form.editor .combo").evaluate(IS_CUT) == []


def test_what_a_cell_of_the_grid_cuts_is_told_by_a_tooltip(opened, long_names):
    page = small(opened, "/systems")
    row = page.locator(f"#system-{long_names}")
    for field, told in (("name", NAME), ("tags", "number 0 of many tags, number 1 of many tags")):
        row.locator(f"[data-field={field}]").hover()
        assert row.locator(f"[data-field={field}]").get_attribute("title").startswith(told)
    expect(row.locator("[data-field=status] .badge")).to_have_attribute(
        "title", "Compromised by the second wave, to be reinstalled"
    )


def test_on_a_small_screen_the_sections_of_a_record_show_all_their_columns(opened, server):
    host = system("SV-DC-03")
    make(Task, name=make(TaskName, name="Rebuild"), system=host, due_at=now())
    make(Artifact, name="Triage package", type="Triage", system=host)
    make(TimelineEntry, system=host, time=now(), type="Logon", content="of adm-jd")
    page = small(opened, f"/systems/{host}")
    page.locator("[data-section=timeline-system] > summary").click()
    expect(page.locator(".small-grid")).to_have_count(3)
    assert (
        page.locator(".small-grid").evaluate_all("all => all.map((one) => one.scrollWidth - one.clientWidth)")
        == [0] * 3
    )
    for part in ("td[data-field=due_at]", "td[data-field=time]", "td.act"):
        for cell in page.locator(f".small-grid {part}").all():
            assert cell.evaluate("cell => cell.scrollWidth <= cell.clientWidth"), cell.inner_text()


def test_a_search_field_shows_what_it_looks_through(opened, server):
    for path in ("/documentation", "/systems", "/operating-systems"):
        field = small(opened, path).locator("#q")
        assert field.evaluate(
            "field => { field.value = field.placeholder; return field.scrollWidth <= field.clientWidth; }"
        ), path
