"""The frame around every page: sidebar, case filter, theme."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import current_app, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from app import times
from app.entities.entity import Entity, words_of
from app.entities.registry import entities
from app.extensions import db
from app.models.cases import Case
from app.security.permissions import verb_of
from app.security.roles import Right, right

MAIN = (
    ("Dashboard", "/dashboard", "layout-dashboard"),
    ("Systems", "/systems", "monitor"),
    ("Artifacts", "/artifacts", "package"),
    ("Tasks", "/tasks", "square-check"),
    ("Cases", "/cases", "briefcase"),
    ("Timeline", "/timeline", "clock"),
    ("Notes & report", "/documentation", "notebook-pen"),
    ("Tags", "/tags", "tag"),
)
TEAM = (
    ("Assignments", "/assignments", "user-check"),
    ("Status", "/status", "chart-column"),
    ("Activity", "/activity", "activity"),
)
IN_AND_OUT = (
    ("Import", "/imports", "upload"),
    ("Export", "/exports", "download"),
    ("Jobs", "/jobs", "list-checks"),
    ("Workflows", "/workflows", "play"),
    ("Schedules", "/schedules", "clock"),
)
SET_UP = (
    ("Directory", "/directory", "book-open"),
    ("Settings", "/settings", "settings"),
    ("Templates", "/fixtures", "list-checks"),
    ("Users", "/users", "users"),
    ("Bin", "/bin", "trash-2"),
    ("Backups", "/backups", "package"),
)
WITH_CASES = frozenset({"/dashboard", "/assignments", "/status", "/documentation", "/frame"})
"""What knows the case filter, besides the lists."""
DIRECTORY = (
    ("Records", ("notes", "report-items", "accounts", "memos")),
    (
        "Status",
        ("system-statuses", "analysis-statuses", "artifact-statuses", "task-statuses", "case-statuses",
         "note-statuses", "priorities", "reasons", "recommendations"),
    ),
    (
        "Work",
        ("artifact-types", "task-names", "case-types", "headlines", "workflow-artifacts", "workflow-tasks",
         "import-profiles", "export-profiles"),
    ),
    (
        "Technical",
        ("system-types", "ips", "domains", "dns-names", "operating-systems", "os-architectures",
         "os-import-names"),
    ),
    ("Organisation", ("companies", "divisions", "locations", "service-providers", "contacts")),
)  # fmt: skip
COUNTED = ("systems", "artifacts", "tasks", "cases", "timeline", "tags")
"""Lists whose number of records stands beside their link; where a status says so, of the open ones."""


def in_order() -> list[Entity]:
    """The entities as the sidebar lists them: what is tracked first, lookups last."""
    paths = [path[1:] for _, path, _ in MAIN] + [plural for _, plurals in DIRECTORY for plural in plurals]
    places = {plural: number for number, plural in enumerate(paths)}
    return sorted(entities(), key=lambda entity: places.get(entity.plural, len(MAIN) - 0.5))


@dataclass
class Link:
    """A page that the sidebar leads to."""

    label: str
    address: str
    icon: str = ""

    @property
    def path(self) -> str:
        """The address without the filters."""
        return self.address.partition("?")[0]

    @property
    def current(self) -> bool:
        """True on this page and those below it."""
        return request.path == self.path or request.path.startswith(f"{self.path}/")

    @property
    def counted(self) -> bool:
        """True if the number of records stands beside it."""
        return self.path[1:] in COUNTED


@dataclass
class Group:
    """Links under a heading; `folded` groups hold parts and open when they are current."""

    title: str
    links: list[Link] = field(default_factory=list)
    parts: list["Group"] = field(default_factory=list)
    folded: bool = False

    @property
    def current(self) -> bool:
        """True if one of its pages is shown."""
        return any(link.current for link in self.links) or any(part.current for part in self.parts)


def offers(path: str) -> bool:
    """True if there is such a page and the person's role may see it."""
    verb, role = _verb_of(path), current_user.role
    return verb is not None and role is not None and right(role, verb) is not Right.NO


@lru_cache(maxsize=512)
def _verb_of(path: str) -> str | None:
    """What it takes to see a page; the sidebar asks for dozens of them, on every page."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return None
    return verb_of(endpoint)


def _links(entries) -> list[Link]:
    return [Link(label, with_cases(path), icon) for label, path, icon in entries if offers(path)]


def chosen_cases() -> list[str]:
    """The case filter as the address has it."""
    values = [value for key in ("cases", "case") for value in request.args.getlist(key)]
    return [value for value in values if value and "\0" not in value]


def with_cases(path: str, more: Iterable[tuple[str, str]] = ()) -> str:
    """The address of a page with the case filter written out, where the page knows cases."""
    key = case_key(path)
    pairs = [*more, *((key, case) for case in (chosen_cases() if key else ()))]
    return f"{path}?{urlencode(pairs, safe=':')}" if pairs else path


def case_key(path: str) -> str:
    """The name that a page has for the case filter; empty if it knows none."""
    if path in WITH_CASES:
        return "cases"
    return next((entity.case_key for entity in entities() if path == f"/{entity.plural}"), "")


def _list_links(plurals) -> list[Link]:
    return [Link(words_of(plural), with_cases(f"/{plural}")) for plural in plurals if offers(f"/{plural}")]


def navigation() -> list[Group]:
    """The groups of the sidebar that have something to show."""
    parts = [Group(title, _list_links(plurals)) for title, plurals in DIRECTORY]
    groups = [
        Group("", _links(MAIN)),
        Group("Team", _links(TEAM)),
        Group("In and out", _links(IN_AND_OUT)),
        Group("Set-up", _links(SET_UP)),
        Group("All lists", parts=[part for part in parts if part.links], folded=True),
    ]
    return [group for group in groups if group.links or group.parts]


@dataclass
class CaseFilter:
    """The case filter of the top bar: where each choice leads, and what is chosen."""

    label: str
    links: list[Link]
    values: list[str]


def case_filter() -> CaseFilter | None:
    """The cases to choose from; None without any. The choice is always written out in the address.

    Where a page knows no cases, a choice leads to the dashboard.
    """
    names = sa.select(Case.id, Case.name).where(Case.deleted_at.is_(None)).order_by(Case.name).limit(50)
    cases = db.session.execute(names).all()
    chosen = chosen_cases()
    if not cases:
        return None
    path, kept = "/dashboard", []
    if key := case_key(request.path):
        path = request.path
        others = request.args.items(multi=True)
        kept = [pair for pair in others if pair[0] not in (key, "after", "since", "here", "editing")]
    links = [Link("All cases", f"{path}?{urlencode(kept, safe=':')}" if kept else path)]
    labels = []
    for case_id, name in cases:
        pairs = [*kept, (key or "cases", f"id:{case_id}")]
        links.append(Link(name, f"{path}?{urlencode(pairs, safe=':')}"))
        if f"id:{case_id}" in chosen or name in chosen:
            labels.append(name)
    return CaseFilter(", ".join(labels) or "all", links, chosen)


def theme() -> str:
    """Light, dark, or as the system has it."""
    return getattr(current_user, "theme", None) or "system"


def init_app(app) -> None:
    """Give the templates what the frame needs."""
    times.init_app(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def frame() -> dict[str, object]:
        return {
            "navigation": navigation,
            "case_filter": case_filter,
            "offers": offers,
            "chosen_cases": chosen_cases,
            "with_cases": with_cases,
            "theme": theme(),
        }
