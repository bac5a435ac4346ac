"""Two weeks of an incident as change sets, from the first call to the clean-up."""

import datetime as dt
import random
from collections.abc import Iterator

from app.models import lookups as models
from app.models.cases import Case
from app.models.tags import Tag
from app.services.demo import evidence, stage, writing
from app.services.demo.landscape import DOMAIN, Host, Landscape
from app.services.demo.plot import Plot
from app.services.demo.writing import Chapter

DAYS = 14
STORY = dt.timedelta(days=DAYS - 1, hours=23, minutes=10)
"""From the first hour to the last change; the same whenever it is told."""


def chapters(size: int, seed: int, until: dt.datetime, password_hash: str = "") -> list[Chapter]:
    """The whole story in its order: `size` systems, ending at `until`."""
    rng = random.Random(seed)  # noqa: S311 - a reproducible story, nothing secret
    first_day = until - STORY
    landscape = Landscape(rng, size - 1)  # one of them comes back as a new system
    plot = Plot(rng, landscape, first_day)
    told = [*_opening(first_day, password_hash), *_inventories(landscape, first_day)]
    for day in range(1, DAYS):
        told += plot.day(day)
    told += _work(landscape, first_day)
    told = sorted(told, key=lambda chapter: chapter.at)
    for earlier, later in zip(told, told[1:], strict=False):
        later.at = max(later.at, earlier.at + dt.timedelta(seconds=7))
    return told


def _opening(day: dt.datetime, password_hash: str) -> Iterator[Chapter]:
    """The team, the customer, what everybody agreed on in the first call."""
    team = [
        {"username": name, "full_name": full_name, "role": role, "password_hash": password_hash}
        for name, (full_name, role) in stage.PEOPLE.items()
    ]
    start = day + dt.timedelta(hours=6, minutes=2)
    yield Chapter(start, None, "init", "People of the demonstration incident", writing.people(team))
    customer = writing.together(
        writing.lookups(models.Division, [{"name": name} for name in stage.DIVISIONS]),
        writing.lookups(
            models.Company,
            [{"name": name, "division": part} for part, names in stage.DIVISIONS.items() for name in names],
        ),
        writing.lookups(models.Location, [{"name": site} for site in stage.SITES]),
        writing.lookups(
            models.Contact,
            [{"name": name, "email": email, "phone": phone} for name, email, phone in stage.CONTACTS],
            key="email",
        ),
    )
    start += dt.timedelta(minutes=11)
    yield Chapter(start, stage.LEAD, "ui", "The customer: companies, sites, contacts", customer)
    agreed = writing.together(
        writing.made(Case, stage.CASE_ROWS),
        writing.lookups(Tag, [{"name": name, "colour": tone} for name, tone in stage.TAGS.items()]),
        writing.lookups(models.Reason, [{"name": name} for name in stage.REASONS]),
        writing.lookups(models.Recommendation, [{"name": name} for name in stage.RECOMMENDATIONS]),
    )
    start += dt.timedelta(minutes=9)
    yield Chapter(start, stage.LEAD, "ui", "Cases, tags and words for the report", agreed)
    start += dt.timedelta(minutes=6)
    yield Chapter(start, stage.LEAD, "ui", "Workflows", evidence.agreed_workflows())


def _inventories(landscape: Landscape, day: dt.datetime) -> Iterator[Chapter]:
    """The domain controllers by hand, then what the customer's lists bring."""
    at = day + dt.timedelta(hours=7, minutes=40)
    for host in landscape.wave(0):
        first = host.values | {"reason": "Crown jewel", "priority": "Critical", "cases": [stage.CASES[0]]}
        host.state |= {"priority": "Critical"}
        yield Chapter(at, stage.LEAD, "ui", "", writing.systems([first]))
        at += dt.timedelta(minutes=2, seconds=41)
    lists = (("stuhli", "server-inventory.xlsx", 11), ("lionne", "clients-ad-export.csv", 27))
    for number, (actor, name, hours) in enumerate(
        [*lists, ("jonas", "network-and-storage.csv", 33)], start=1
    ):
        rows = [_listed(host) for host in landscape.wave(number)]
        at = day + dt.timedelta(hours=hours, minutes=23 * number)
        yield Chapter(at, actor, "import", f"{name}: {len(rows)} new", writing.systems(rows))


def _work(landscape: Landscape, day: dt.datetime) -> Iterator[Chapter]:
    """What hangs on no single system: the team's tasks, the accounts of the attacker, the notes."""
    servers = [host for host in landscape.hosts if host.is_compromised]
    at = day + dt.timedelta(hours=8, minutes=5)
    yield Chapter(at, stage.LEAD, "ui", "Tasks of the team", evidence.general_tasks(day))
    if servers:
        at += dt.timedelta(days=2, hours=3)
        yield Chapter(at, "mara", "ui", "Accounts of the attacker", evidence.accounts(servers, DOMAIN))
    at = day + dt.timedelta(days=5, hours=10)
    yield Chapter(at, "bob", "ui", "Notes for the report", evidence.notes())


def _listed(host: Host) -> dict:
    """What an inventory says; the case is the team's word."""
    case = stage.CASES[1] if host.values["location"] == "Gdańsk" else stage.CASES[0]
    return host.values | {"cases": [case]}
