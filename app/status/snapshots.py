"""The numbers of the status page, kept: counted, compared with others, put beside each other over time."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.entities import states
from app.entities.registry import entity
from app.models.base import now
from app.models.snapshots import Snapshot
from app.status.figures import MAIN, Figure, figures

Numbers = Mapping[str, Any]


def numbers() -> dict[str, Any]:
    """How many there are of everything now, whatever cases they belong to."""
    known, moment = states.read_states(), now()
    found: dict[str, Any] = {}
    for plural in MAIN:
        counted = figures(entity(plural), known, (), moment, dt.UTC)
        by = {item.name: [_kept(figure) for figure in parts] for item, parts in counted.by}
        found[plural] = {"total": counted.total.count, "by": by}
    return found


def _kept(figure: Figure) -> dict[str, Any]:
    number, tone = (figure.named.id, figure.named.tone) if figure.named else (0, "")
    return {"id": number, "name": figure.label, "tone": tone, "count": figure.count}


@dataclass(frozen=True)
class Difference:
    """A number then and later; `tone` is the colour of its status."""

    name: str
    tone: str
    then: int
    later: int

    @property
    def signed(self) -> str:
        """By how much it has changed, with its sign."""
        return f"{self.later - self.then:+,}".replace("-", "−")


def differences(then: Numbers, later: Numbers) -> list[tuple[str, list[Difference]]]:
    """What differs between two snapshots, under what it counts: all, and by each status."""
    groups = []
    for plural in MAIN:
        one, other = then.get(plural, {}), later.get(plural, {})
        label = entity(plural).label
        groups.append((label, [Difference("all", "", one.get("total", 0), other.get("total", 0))]))
        for name in {**one.get("by", {}), **other.get("by", {})}:
            parts = (one.get("by", {}).get(name, []), other.get("by", {}).get(name, []))
            groups.append((f"{label} by {_words(plural, name)}", list(_compared(*parts))))
    differing = ((title, [one for one in found if one.then != one.later]) for title, found in groups)
    return [(title, found) for title, found in differing if found]


def _words(plural: str, name: str) -> str:
    listed = entity(plural)
    return listed.field(name).label.lower() if listed.has(name) else name


def _compared(then: Sequence[Any], later: Sequence[Any]) -> Iterator[Difference]:
    before = {one["id"]: one for one in then}
    after = {one["id"]: one for one in later}
    for number, one in (before | after).items():
        counts = (part.get(number, {}).get("count", 0) for part in (before, after))
        yield Difference(one["name"], one["tone"], *counts)


@dataclass(frozen=True)
class Series:
    """Systems by status: the statuses, and for each snapshot how many have each."""

    statuses: list[Mapping[str, Any]]
    rows: list[tuple[Snapshot, list[int]]]


def series(found: Sequence[Snapshot]) -> Series:
    """Systems by status over time, for snapshots of which the newest comes first."""
    counted = [_by_status(one) for one in found]
    statuses: dict[int, Mapping[str, Any]] = {}
    for by_id in counted:
        statuses = by_id | statuses
    ever = {number for by_id in counted for number, one in by_id.items() if one["count"]}
    shown = [one for number, one in statuses.items() if number in ever]
    rows = [
        (one, [by_id.get(status["id"], {}).get("count", 0) for status in shown])
        for one, by_id in zip(found, counted, strict=True)
    ]
    return Series(shown, rows)


def _by_status(snapshot: Snapshot) -> dict[int, Any]:
    parts = snapshot.numbers.get("systems", {}).get("by", {}).get("status", [])
    return {one["id"]: one for one in parts}


def lines(found: Sequence[Snapshot]) -> Iterator[tuple[str, str, str, str, str, int]]:
    """The rows of a file: when, label, what, by what, status, how many."""
    for one in found:
        for plural, told in one.numbers.items():
            at = one.created_at.isoformat(timespec="seconds")
            yield at, one.label, plural, "", "", told["total"]
            for name, parts in told["by"].items():
                for part in parts:
                    yield at, one.label, plural, name, part["name"], part["count"]
