"""What happens on each day: triage, collection, analysis, memos, clean-up, and one mistake."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

from app.services.demo import evidence, stage, writing
from app.services.demo.landscape import Host, Landscape
from app.services.demo.writing import Chapter

NEEDED, READY = "Needs analysis", "Ready for analysis"
ONGOING, WAITING, FINISHED = "Ongoing analysis", "Waiting for customer", "Main analysis finished"
MISTAKE, DOUBLE, REINSTALL, CLEAN_UP = 5, 9, 11, 8
"""The days of a bulk edit that is undone, of a system that was listed twice, of a machine that comes
back under its old name, and the first day of the clean-up."""


class Plot:
    """The state of every host as the story goes on, and the chapters that change it."""

    def __init__(self, rng: random.Random, landscape: Landscape, first_day: dt.datetime) -> None:
        self.rng = rng
        self.landscape = landscape
        self.first_day = first_day
        self.reported = 0
        self.pace = max(2, min(5, len(landscape.hosts) // 200))

    def day(self, number: int) -> Iterator[Chapter]:
        """The chapters of one day, roughly in their order."""
        yield from self._collection(number)
        yield from self._conclusions(number)
        yield from self._triage(number)
        yield from self._beginnings(number)
        yield from self._sweep(number)
        if number >= CLEAN_UP:
            yield from self._clean_up(number)
        if number == MISTAKE:
            yield from self._mistake(number)
        if number == DOUBLE:
            yield from self._double(number)
        if number == REINSTALL:
            yield from self._reinstall(number)

    def _at(self, day: int, begin: int, end: int) -> dt.datetime:
        seconds = self.rng.randrange(begin * 3600, end * 3600)
        return self.first_day + dt.timedelta(days=day, seconds=seconds)

    def _among(self, analysis: str | None, count: int, status: str | None = None) -> list[Host]:
        """Some hosts at this point of the analysis, servers first."""
        fitting = [
            host
            for host in self.landscape.hosts
            if host.state.get("analysis_status") == analysis and host.state.get("status") == status
        ]
        self.rng.shuffle(fitting)
        return sorted(fitting, key=lambda host: (not host.is_compromised, not host.is_server))[:count]

    def _edit(self, changes: dict[str, dict[str, Any]]) -> writing.Write:
        for name, values in changes.items():
            self.landscape.by_name[name].state |= {k: v for k, v in values.items() if k != "tags"}
        return writing.edit(changes)

    def _bulk(
        self, at: dt.datetime, actor: str, hosts: Sequence[Host], summary: str, **values: Any
    ) -> Chapter:
        write = self._edit({host.name: dict(values) for host in hosts})
        return Chapter(at, actor, "bulk", f"{summary} ({len(hosts)} systems)", write)

    def _triage(self, day: int) -> Iterator[Chapter]:
        """The lead decides what is looked at next, and why."""
        hosts = self._among(None, len(self.landscape.hosts) // 26 + 2)
        for priority, part in (("High", hosts[::3]), ("Medium", hosts[1::3] + hosts[2::3])):
            if part:
                reason = self.rng.choice(stage.REASONS)
                values = {"analysis_status": NEEDED, "priority": priority, "reason": reason}
                at = self._at(day, 16, 18)
                yield self._bulk(at, stage.LEAD, part, f"Triage: {reason}", **values)
                yield Chapter(
                    at + dt.timedelta(minutes=4), stage.LEAD, "creator",
                    f"Triage packages of {len(part)} systems", evidence.requested(part, priority),
                )  # fmt: skip

    def _collection(self, day: int) -> Iterator[Chapter]:
        """Collected packages arrive."""
        hosts = self._among(NEEDED, len(self.landscape.hosts) // 30 + 2)
        if hosts:
            summary = f"triage-packages-day-{day}.csv: {len(hosts)} changed"
            write = self._edit({host.name: {"analysis_status": READY, "tags": ["scanned"]} for host in hosts})
            both = writing.together(write, evidence.arrived(hosts, self.rng))
            yield Chapter(self._at(day, 6, 8), self.rng.choice(stage.ANALYSTS), "import", summary, both)

    def _beginnings(self, day: int) -> Iterator[Chapter]:
        """Analysts grab what is ready."""
        ready = self._among(READY, self.pace * len(stage.ANALYSTS))
        for number, host in enumerate(ready):
            actor = stage.ANALYSTS[number % len(stage.ANALYSTS)]
            begun = {"assigned_to": actor, "analysis_status": ONGOING, "status": "Analysis ongoing"}
            write = writing.together(self._edit({host.name: begun}), evidence.begun(host, actor))
            yield Chapter(self._at(day, 17, 21), actor, "ui", "", write)

    def _conclusions(self, day: int) -> Iterator[Chapter]:
        """What yesterday's analyses found; some wait for an answer."""
        for host in self._among(ONGOING, 1000, "Analysis ongoing"):
            actor, at = host.state["assigned_to"], self._at(day, 8, 15)
            if self.rng.random() < 0.12:
                continue
            if self.rng.random() < 0.1:
                yield Chapter(at, actor, "ui", "", self._edit({host.name: {"analysis_status": WAITING}}))
                continue
            verdict = self._verdict(host)
            write = writing.together(
                self._edit({host.name: verdict}), evidence.finished(host, verdict["status"])
            )
            yield Chapter(at, actor, "ui", "", write)
            yield from self._told(host, at, actor, verdict)
            if self.rng.random() < (0.75 if host.is_compromised else 0.15):
                text = self.rng.choice(stage.MEMOS)
                yield Chapter(
                    at + dt.timedelta(minutes=self.rng.randrange(2, 40)),
                    actor, "ui", "", writing.memo(host.name, text),
                )  # fmt: skip

    def _verdict(self, host: Host) -> dict[str, Any]:
        if not host.is_compromised:
            return {"status": "Clean", "analysis_status": FINISHED}
        tags = set(self.rng.sample(stage.FINDINGS, self.rng.randrange(1, 4)))
        if host.family.prefix == "SV-EX":
            tags.add("initial-access")
        first = self.first_day - dt.timedelta(minutes=self.rng.randrange(200, 6000))
        return {
            "status": "Compromised",
            "analysis_status": FINISHED,
            "recommendation": self.rng.choice(stage.RECOMMENDATIONS),
            "first_compromised_at": first,
            "tags": sorted(tags),
        }

    def _told(self, host: Host, at: dt.datetime, actor: str, verdict: dict[str, Any]) -> Iterator[Chapter]:
        """The timeline of what was compromised, and what the report says about servers."""
        if not host.is_compromised:
            return
        count = 300 if host.family.prefix == "SV-EX" else self.rng.randrange(3, 12)
        entries = evidence.events(host, verdict["first_compromised_at"], self.rng, count)
        at += dt.timedelta(minutes=self.rng.randrange(3, 30))
        yield Chapter(at, actor, "import", f"timeline-{host.name}.csv: {count} new", entries)
        if host.is_server:
            self.reported += 1
            write = evidence.report(host, self.reported)
            yield Chapter(at + dt.timedelta(minutes=11), actor, "ui", f"Report: {host.name}", write)

    def _sweep(self, day: int) -> Iterator[Chapter]:
        """A scan over many clients; where it finds nothing, the system counts as clean."""
        fitting = [
            h for h in self.landscape.hosts if not h.state and not h.is_compromised and not h.is_server
        ]
        hosts = self.rng.sample(fitting, min(len(fitting), len(self.landscape.hosts) // 28))
        if hosts:
            yield self._bulk(
                self._at(day, 21, 22), self.rng.choice(stage.ANALYSTS), hosts, "Scan without findings",
                status="Clean", analysis_status="Nothing to do", tags=["scanned", "edr-installed"],
            )  # fmt: skip

    def _clean_up(self, day: int) -> Iterator[Chapter]:
        """What was compromised is set up anew or restored."""
        done = self._among(FINISHED, 4 + len(self.landscape.hosts) // 200, "Compromised")
        for status, part in (("Reinstalled", done[::2]), ("Remediation done", done[1::2])):
            if part:
                at = self._at(day, 22, 23)
                yield self._bulk(at, stage.LEAD, part, f"Clean-up: {status}", status=status)
                due = self.first_day + dt.timedelta(days=day + 3, hours=10)
                tasks = evidence.rebuild(part, due)
                at += dt.timedelta(minutes=2)
                yield Chapter(at, stage.LEAD, "creator", f"Rebuild {len(part)} systems", tasks)

    def _mistake(self, day: int) -> Iterator[Chapter]:
        """A bulk edit with the wrong filter, taken back after three minutes."""
        hosts = [host for host in self.landscape.hosts if host.values["location"] == "Rotterdam"]
        at = self.first_day + dt.timedelta(days=day, hours=15, minutes=31)
        changes = {host.name: {"status": "Removed"} for host in hosts}
        summary = f"Set status to Removed ({len(hosts)} systems)"
        wrong = Chapter(at, "bob", "bulk", summary, writing.edit(changes))
        yield wrong
        back = at + dt.timedelta(minutes=3, seconds=12)
        yield Chapter(back, "bob", "undo", f"Undo: {summary}", writing.undo_of(wrong))

    def _double(self, day: int) -> Iterator[Chapter]:
        """A switch that two lists spelled differently goes to the bin."""
        at = self.first_day + dt.timedelta(days=day, hours=13, minutes=5)
        row = {"name": "SWITCH BERLIN 1", "uuid": "5d0f6f5e-0001-4000-8000-000000000001", "type": "Switch"}
        yield Chapter(at, "jonas", "ui", "", writing.systems([row]))
        yield Chapter(at + dt.timedelta(minutes=52), stage.LEAD, "ui", "", writing.delete(row["name"]))

    def _reinstall(self, day: int) -> Iterator[Chapter]:
        """A reinstalled server is compromised again: the old one is deprecated, its name is used anew."""
        host = next(host for host in self.landscape.hosts if host.family.prefix == "SV-FILE")
        at = self.first_day + dt.timedelta(days=day, hours=9, minutes=44)
        yield Chapter(at, "mara", "ui", "", self._edit({host.name: {"deprecated_at": at}}))
        fresh = {k: v for k, v in host.values.items() if k != "aliases"} | {
            "uuid": f"{host.values['uuid'][:-4]}beef",
            "installed_at": at,
            "priority": "Critical",
            "analysis_status": NEEDED,
            "reason": "EDR alert",
        }
        host.state = {"analysis_status": NEEDED}
        write = writing.systems([fresh])
        yield Chapter(at + dt.timedelta(minutes=3), "mara", "ui", "", write)
