"""Systems as Markdown: a page per system, made for MkDocs. Nothing internal is read."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.entities.computed import rows
from app.entities.query import ids, understand_text
from app.entities.registry import entity_for
from app.exporting.escaping import inline, note
from app.extensions import db
from app.models.accounts import Account, accounts_systems
from app.models.artifacts import Artifact
from app.models.base import Record
from app.models.lookups import Meaning, SystemStatus
from app.models.notes import ReportItem
from app.models.systems import System
from app.models.timeline import TimelineEntry
from app.services.reading import Named, Row, among, chunks

NOTHING = r"\---"
AT_A_TIME = 500
_SHOWN = (
    "name", "dns_name", "domain", "status", "analysis_status", "reason", "recommendation", "ips", "os",
    "os_arch", "type", "installed_at", "deprecated_at", "tags", "cases",
)  # fmt: skip
_MARKS = {
    Meaning.COMPROMISED: "danger",
    Meaning.UNKNOWN: "warning",
    Meaning.SUSPECTED: "warning",
    Meaning.OUT_OF_SCOPE: "warning",
}


@dataclass
class Page:
    """A system as a page: what it is called, where it belongs, its text."""

    id: int
    name: str
    title: str
    domain: str
    installed_at: dt.datetime | None
    status: str
    text: str = field(repr=False)


def pages() -> Iterator[Page]:
    """The pages of all systems that go into reports, by name, read in batches."""
    meanings = _meanings()
    for part in chunks(chosen(), AT_A_TIME):
        beside = _Beside(part)
        for row in rows(entity_for(System), part, _SHOWN):
            yield _page(row, meanings.get(row["status"].id, ""), beside)


def chosen() -> list[int]:
    """The systems that get a page."""
    return ids(understand_text(entity_for(System), "in_reports=yes&sort=name"))


def _meanings() -> dict[int, Any]:
    return dict(db.session.execute(sa.select(SystemStatus.id, SystemStatus.meaning)).all())


class _Beside:
    """What else is said about some systems, by system."""

    def __init__(self, systems: Sequence[int]) -> None:
        self.items = _of(ReportItem, systems, ("headline", "subheadline", "content"), "headline,position")
        self.artifacts = _of(Artifact, systems, ("name", "type", "status", "source_path", "sha256"), "name")
        self.timeline = _of(TimelineEntry, systems, ("time", "type", "content"), "time")
        self.accounts = _of(Account, systems, ("name", "domain"), "name")
        seen = sa.select(accounts_systems.c.target_id, accounts_systems.c.owner_id)
        pairs = db.session.execute(seen.where(among(accounts_systems.c.target_id, systems))).all()
        live = _live_accounts([account for _, account in pairs])
        for system, account in pairs:
            self.accounts[system] += live.get(account, ())


def _of(
    model: type[Record], systems: Sequence[int], names: Sequence[str], order: str
) -> dict[int, list[Row]]:
    entity = entity_for(model)
    query = understand_text(entity, f"sort={order}", see_internal=False)
    query.where.append(among(model.__table__.c.system_id, systems))
    found = defaultdict(list)
    for row in rows(entity, ids(query), [*names, "system"]):
        found[row["system"].id].append(row)
    return found


def _live_accounts(record_ids: Sequence[int]) -> dict[int, list[Row]]:
    found = rows(entity_for(Account), sorted(set(record_ids)), ["name", "domain", "deleted_at"])
    return {row.id: [row] for row in found if not row["deleted_at"]}


def _page(row: Row, meaning: Any, beside: _Beside) -> Page:
    blocks = [
        f"# {inline(row['name'])}",
        _admonition(_MARKS.get(meaning, "success"), "Systemstatus", row["status"]),
        _admonition("info", "Analysis status", row["analysis_status"]),
        "# System overview",
        _overview(row),
        *_explained("Identification / Reason for investigation", row["reason"]),
        *_explained("Recommendation", row["recommendation"]),
    ]
    for item in beside.items[row.id]:
        blocks += [f"## {inline(item['headline'].name)}"]
        blocks += [f"### {inline(item['subheadline'])}"] if item["subheadline"] else []
        blocks += [note(item["content"])]
    if accounts := dict.fromkeys(map(_account, beside.accounts[row.id])):
        blocks += ["## Potentially compromised accounts", "\n".join(f"* {name}" for name in sorted(accounts))]
    if artifacts := beside.artifacts[row.id]:
        blocks += [
            "# Artifacts",
            _table(("Artifact", "Type", "Status", "Source path", "SHA256"), map(_artifact, artifacts)),
        ]
    blocks += [
        "# Timeline",
        _table(("Date", "Time (UTC)", "System", "Type", "Content"), _events(row, beside)),
    ]
    text = "\n\n".join(filter(None, blocks)) + "\n"
    domain = row["domain"].name if row["domain"] else ""
    title = f"{full_name(row)} ({row.id})"
    return Page(row.id, row["name"], title, domain, row["installed_at"], row["status"].name, text)


def full_name(row: Row) -> str:
    """The name with the DNS name behind it, unless that begins with the name."""
    name, dns = row["name"], row["dns_name"].name if row["dns_name"] else ""
    if not dns:
        return name
    return dns if dns.casefold().startswith(f"{name}.".casefold()) else f"{name}.{dns}"


def _admonition(mark: str, title: str, state: Named | None) -> str:
    if state is None:
        return ""
    told = f" - {inline(state.note)}" if state.note else ""
    return f'!!! {mark} "{title}"\n    {inline(state.name)}{told}'


def _overview(row: Row) -> str:
    installed, deprecated = row["installed_at"], row["deprecated_at"]
    domain = row["domain"].name if row["domain"] else "---"
    lines = [("Hostname / FQDN (Domain)", f"{full_name(row)} ({domain})")]
    lines += [("IP", ip.name) for ip in row["ips"]] or [("IP", "")]
    lines += [
        ("OS", " ".join(one.name for one in (row["os"], row["os_arch"]) if one)),
        ("Type", row["type"].name if row["type"] else ""),
        ("Install", f"{installed.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}" if installed else ""),
        ("Tags", ", ".join(tag.name for tag in row["tags"])),
        ("Cases", ", ".join(case.name for case in row["cases"])),
    ]
    lines += [("Deprecated", f"{deprecated.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}")] if deprecated else []
    return _table(("Setting", "Information"), lines)


def _explained(title: str, value: Named | None) -> list[str]:
    return [f"## {title}", inline(value.name), note(value.note or "")] if value else []


def _account(row: Row) -> str:
    return inline(f"{row['domain'].name}\\{row['name']}" if row["domain"] else row["name"])


def _artifact(row: Row) -> list[str]:
    return [row["name"], row["type"].name, row["status"].name, row["source_path"], row["sha256"]]


def _events(row: Row, beside: _Beside) -> Iterator[tuple[str, ...]]:
    for event in beside.timeline[row.id]:
        at = event["time"].astimezone(dt.UTC)
        yield f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", row["name"], event["type"], event["content"]
    if not beside.timeline[row.id]:
        yield ("", "", "", "", "")


def _table(headings: Sequence[str], lines: Any) -> str:
    cells = [[inline(cell) or NOTHING for cell in line] for line in lines]
    head = [list(headings), ["---"] * len(headings)]
    return "\n".join(f"| {' | '.join(line)} |" for line in head + cells)
