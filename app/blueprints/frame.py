"""The frame around every page: sidebar, case filter, theme."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import current_app, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from app import times
from app.entities.entity import words_of
from app.extensions import db
from app.models.cases import Case
from app.security.permissions import verb_of
from app.security.roles import Right, right

MAIN = (
    ("Systems", "/systems", "monitor"),
    ("Artifacts", "/artifacts", "package"),
    ("Tasks", "/tasks", "square-check"),
    ("Cases", "/cases", "briefcase"),
    ("Timeline", "/timeline", "clock"),
    ("Notes", "/notes", "notebook-pen"),
    ("Report items", "/report-items", "file-text"),
    ("Accounts", "/accounts", "key-round"),
    ("Tags", "/tags", "tag"),
    ("Memos", "/memos", "message-square"),
)
TEAM = (("Documentation", "/documentation", "book-open"), ("Activity", "/activity", "activity"))
IN_AND_OUT = (
    ("Import", "/imports", "upload"),
    ("Export", "/exports", "download"),
    ("Jobs", "/jobs", "list-checks"),
)
SET_UP = (("Users", "/users", "users"), ("Bin", "/bin", "trash-2"))
DIRECTORY = (
    (
        "Status",
        ("system-statuses", "analysis-statuses", "artifact-statuses", "task-statuses", "case-statuses",
         "note-statuses", "priorities", "reasons", "recommendations"),
    ),
    ("Work", ("artifact-types", "task-names", "case-types", "headlines")),
    (
        "Technical",
        ("system-types", "ips", "domains", "dns-names", "operating-systems", "os-architectures",
         "os-import-names"),
    ),
    ("Organisation", ("companies", "divisions", "locations", "service-providers", "contacts")),
)  # fmt: skip


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
        return self.path in {path for _, path, _ in MAIN}


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
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return False
    verb = verb_of(endpoint)
    return bool(verb) and current_user.is_authenticated and right(current_user.role, verb) is not Right.NO


def _links(entries) -> list[Link]:
    return [Link(label, _with_case(path), icon) for label, path, icon in entries if offers(path)]


def _with_case(path: str) -> str:
    """The address with the case filter written out, where the list knows cases."""
    cases = request.args.getlist("cases")
    return (
        f"{path}?{urlencode([('cases', case) for case in cases])}" if cases and path == "/systems" else path
    )


def _lookup_links(plurals) -> list[Link]:
    return [Link(words_of(plural), f"/{plural}") for plural in plurals if offers(f"/{plural}")]


def navigation() -> list[Group]:
    """The groups of the sidebar that have something to show."""
    parts = [Group(title, _lookup_links(plurals)) for title, plurals in DIRECTORY]
    groups = [
        Group("", _links(MAIN)),
        Group("Team", _links(TEAM)),
        Group("In and out", _links(IN_AND_OUT)),
        Group("Set-up", _links(SET_UP)),
        Group("Directory", parts=[part for part in parts if part.links], folded=True),
    ]
    return [group for group in groups if group.links or group.parts]


@dataclass
class CaseFilter:
    """The case filter of the top bar: where each choice leads, and what is chosen."""

    label: str
    links: list[Link]


def case_filter() -> CaseFilter | None:
    """The cases to choose from; None without any. The choice is always written out in the address."""
    names = sa.select(Case.id, Case.name).where(Case.deleted_at.is_(None)).order_by(Case.name).limit(50)
    cases = db.session.execute(names).all()
    chosen = request.args.getlist("cases")
    if not cases:
        return None
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in ("cases", "after")]
    kept = kept if request.path == "/systems" else []
    links = [Link("All cases", "/systems?" + urlencode(kept))]
    labels = []
    for case_id, name in cases:
        links.append(Link(name, "/systems?" + urlencode([*kept, ("cases", f"id:{case_id}")])))
        if f"id:{case_id}" in chosen or name in chosen:
            labels.append(name)
    return CaseFilter(", ".join(labels) or "all", links)


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
            "theme": theme(),
        }
