"""The main pages: no barrier that axe-core finds, by daylight and by night; nothing comes from another host."""

import re
from dataclasses import dataclass
from pathlib import Path

import axe_core_python
import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, Route, expect

from app.extensions import db
from app.models.base import now
from app.models.jobs import Job, JobState
from app.models.lookups import AnalysisStatus, Ip, Priority, SystemStatus
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.models.users import User
from app.services import lookups
from tests.records import make, remove

pytestmark = pytest.mark.browser
SAMPLES = Path(__file__).parent.parent / "samples"
AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
RULES = {
    "light": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
"""WCAG A and AA, and what axe-core advises; of all that only the colours are others in the dark."""
STILL = "*, ::before, ::after { animation: none !important; transition: none !important; }"
"""A colour that is half-way through a transition has no contrast of its own."""


@dataclass
class Landscape:
    """Where the pages find something to show."""

    system: int
    tag: int
    job: int
    bob: int


@pytest.fixture
def landscape(server) -> Landscape:
    """Systems of every status, with tags in every colour; one has everything."""
    statuses = db.session.scalars(sa.select(SystemStatus.name)).all()
    works = db.session.scalars(sa.select(AnalysisStatus.name)).all()
    priorities = db.session.scalars(sa.select(Priority.name)).all()
    tones = ("red", "orange", "amber", "green", "teal", "blue", "violet", "pink", "grey")
    tags = [make(Tag, name=f"{tone} tag", colour=tone, note="A tag") for tone in tones]
    tags += [make(Tag, name=f"{tone} strong", colour=f"strong-{tone}") for tone in tones]
    ips = [make(Ip, name=f"10.0.0.{n}") for n in range(1, 4)]
    for n in range(len(tones)):
        make(
            System,
            name=f"SRV-{n:02}",
            status=statuses[n % len(statuses)],
            analysis_status=works[n % len(works)],
            priority=priorities[n % len(priorities)],
            tags=[tags[2 * n % len(tags)], tags[(2 * n + 1) % len(tags)]],
            ips=ips,
        )
    # axe-core takes what a cell clips for seen: the one with all tags is deprecated, so not in the grid
    everything = {
        "status": statuses[1],
        "is_protected": True,
        "deprecated_at": now(),
        "tags": tags,
        "ips": ips,
    }
    system = make(System, name="EVERYTHING", host_system="SRV-01", **everything)
    make(Memo, system=system, text="Seen **beacon** at `10.0.0.1`\n\n- one\n- [two](https://example.com)")
    remove(System, make(System, name="GONE"))
    jobs = [Job(kind="export", function="", title=f"Export: {state}", state=state) for state in JobState]
    db.session.add_all(jobs)
    db.session.commit()
    return Landscape(system, tags[0], jobs[-1].id, lookups.find(User, ["bob"])["bob"])


@pytest.fixture
def page(opened, landscape) -> Page:
    """The browser of an administrator, who sees every page; axe-core is put in past the policy."""
    return opened("ada", "/systems", bypass_csp=True)


def barriers(page: Page) -> list[str]:
    """What axe-core finds on a page as it stands, in light and in dark."""
    page.add_style_tag(content=STILL)
    page.evaluate(AXE)
    found = []
    for scheme, rules in RULES.items():
        page.emulate_media(color_scheme=scheme)
        result = page.evaluate(
            "options => axe.run(options)", {"runOnly": rules, "resultTypes": ["violations"]}
        )
        found += [_said(page, scheme, rule, node) for rule in result["violations"] for node in rule["nodes"]]
    return found


def _said(page: Page, scheme: str, rule: dict, node: dict) -> str:
    why = (node["any"] + node["all"] + node["none"])[0]["message"]
    return f"{page.url} in {scheme}: {rule['id']} at {node['target'][0]}: {why}"


def test_no_page_has_a_barrier(page, landscape):
    found = []
    for path in pages_of(landscape):
        page.goto(path)
        found += barriers(page)
    assert "\n".join(found) == ""


def test_what_pasted_names_mean_is_said_without_a_barrier(page, landscape):
    for path in ("/systems/pasted", "/systems/create"):
        page.goto(path)
        page.fill("#names", "SRV-01\nsrv-01\nnobody-1\n10.0.0.1")
        page.locator("#answer .tile").first.wait_for()
        assert barriers(page) == []


def pages_of(it: Landscape) -> list[str]:
    """The pages that are there without doing anything first."""
    own = [f"/systems/{it.system}", f"/systems/{it.system}/edit", f"/systems/{it.system}/history"]
    people = ["/users", f"/users/{it.bob}", f"/users/{it.bob}/password", "/me"]
    lists = ["/tags", f"/tags/{it.tag}", "/system-statuses", "/directory", "/bin"]
    work = ["/imports", "/imports/new", "/exports", "/systems/export", "/jobs", f"/jobs/{it.job}"]
    work += ["/export-profiles/1", "/export-profiles/1/build", "/exports/markdown"]
    overview = ["/schedules", "/schedules/new", "/schedules/new?kind=backup", "/snapshots", "/backups"]
    overview += ["/dashboard", "/status", "/assignments", "/assignments?person=any&all=1"]
    overview += [f"/assignments/hand-over?person=id:{it.bob}&to=nobody", "/settings", "/settings/statuses"]
    return [
        *overview,
        "/systems/new",
        "/systems/create",
        "/systems/pasted",
        *own,
        *lists,
        *people,
        *work,
        "/activity",
        "/change-sets/1",
        "/api/docs",
        "/nowhere",
    ]


def test_nothing_is_asked_of_another_host_and_everything_works(page, landscape):
    here, asked, answers = page.url.removesuffix("/systems"), [], {}
    page.context.route(re.compile(rf"^(?!{here}/)(http|ws)"), lambda route: _refuse(route, asked))
    page.on("response", lambda it: answers.update({it.url.removeprefix(here).partition("?")[0]: it.status}))
    for path in [*pages_of(landscape), "/systems"]:
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("htmx.version"), path
    page.get_by_role("row").filter(has_text="SRV-00").locator("[data-field=status]").click()
    page.keyboard.type("clea")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Clean")
    assert asked == []
    assert [path for path, status in answers.items() if status >= 400] == ["/nowhere"]
    assert answers["/static/vendor/icons.svg"] == answers["/static/icons/check.svg"] == 200


def _refuse(route: Route, asked: list[str]) -> None:
    asked.append(route.request.url)
    route.abort()


def test_the_grid_has_no_barrier_with_all_that_opens_over_it(page, landscape):
    row = page.get_by_role("row").filter(has_text="SRV-00")
    found = barriers(page)
    for field in ("name", "status", "tags"):
        row.locator(f"[data-field={field}]").click()
        expect(page.locator("form.editor .seen")).to_be_focused()
        found += barriers(page)
        page.keyboard.press("Escape")
    row.locator("[data-field=status]").click()
    page.keyboard.type("clea")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_be_visible()
    row.get_by_role("checkbox").check()
    expect(page.locator("#bulk")).to_be_visible()
    found += barriers(page)
    page.get_by_role("button", name="Filter", exact=True).click()
    found += barriers(page)
    page.get_by_role("button", name="ada").click()
    found += barriers(page)
    page.get_by_role("button", name="Filter", exact=True).click()
    for open_it in (
        page.locator("#filter-menu").get_by_role("button", name="Status", exact=True),
        page.locator("[data-bulk='how=add&field=tags']").first,
        page.get_by_role("button", name="+ Artifacts"),
        page.get_by_role("link", name="Columns"),
        page.locator("#new"),
    ):
        found += barriers_of_dialog(page, open_it)
    assert "\n".join(found) == ""


def barriers_of_dialog(page: Page, open_it: Locator) -> list[str]:
    """What is found while the dialog that something opens is open."""
    open_it.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    found = barriers(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    return found


def test_the_import_has_no_barrier_in_any_step(page):
    page.goto("/imports/new")
    page.set_input_files("input[type=file]", SAMPLES / "spreadsheet-of-doom.csv")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("More: rules for all rows").click()
    found = barriers(page)
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator(".tile").first).to_be_visible()
    found += barriers(page)
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name="Show systems")).to_be_visible()
    assert found + barriers(page) == []


def test_who_is_not_signed_in_and_who_has_nothing_yet_meet_no_barrier(opened):
    page = opened("ada", "/systems", bypass_csp=True)
    expect(page.get_by_text("Nothing is tracked here yet")).to_be_visible()
    found = barriers(page)
    page.context.clear_cookies()
    page.goto("/login")
    found += barriers(page)
    page.fill("[name=username]", "ada")
    page.fill("[name=password]", "wrong")
    page.press("[name=password]", "Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert found + barriers(page) == []
