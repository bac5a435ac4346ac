"""Many people at once, on both databases: one wins, nothing is lost, nobody is turned away."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.extensions import db
from app.models.base import entity_of
from app.models.lookups import Location
from app.models.notes import Note
from app.models.systems import System
from app.models.tags import Tag
from app.models.users import User
from app.models.workflows import Workflow, WorkflowArtifact
from app.services import changes, records, tokens
from app.services.drafts import Draft
from app.services.reading import read_one
from tests.conftest import csrf_token
from tests.invariants import assert_history_replays
from tests.records import make, system
from tests.rest import Rest
from tests.web.grid import Grid

CROWD = 50


@pytest.fixture
def crowd(app) -> list[dict[str, str]]:
    """The bearer headers of fifty analysts."""
    with changes.recording(None, "ui") as change_set:
        people = [Draft(values={"username": f"p{n:02}", "role": "analyst"}) for n in range(CROWD)]
        records.write(change_set, User, people)
        made = [tokens.create(person.id) for person in people]
    db.session.commit()
    return [{"Authorization": f"Bearer {token}"} for token in made]


def together(app, calls: Sequence[Callable[[], Any]]) -> list:
    """Call in threads that start together."""
    start = Barrier(len(calls))

    def run(call):
        with app.app_context():
            start.wait()
            return call()

    db.session.rollback()
    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def at_once(app, requests) -> list:
    """Send requests of the API that start together."""

    def send(method, path, headers, body):
        options = {} if body is None else {"json": body}
        return FlaskClient(app, app.response_class).open(path, method=method, headers=headers, **options)

    return together(app, [partial(send, *request) for request in requests])


def test_of_fifty_grabs_one_wins_and_the_others_are_told_who(app, crowd):
    srv = system("SRV01")
    answers = at_once(app, [("POST", f"/api/v1/systems/{srv}/grab", who, None) for who in crowd])
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (CROWD - 1)
    owner = read_one(System, srv)["assigned_to"].name
    told = {answer.json["owner"]["name"] for answer in answers if answer.status_code == 409}
    assert told == {owner}
    assert_history_replays()


def test_twenty_writers_of_different_fields_lose_nothing(app, crowd):
    srv = system("SRV01")
    fields = [("is_vm", True), ("on_spreadsheet", False), ("in_reports", False), ("is_protected", True)]
    fields += [(name, f"New {name}") for name in ("reason", "recommendation", "location", "service_provider")]
    fields += [(name, f"{name}.example") for name in ("domain", "dns_name")]
    fields += [("os", "Windows 11"), ("type", "Server"), ("status", "Clean"), ("priority", "High")]
    fields += [("analysis_status", "Needs analysis"), ("installed_at", "2026-01-01T00:00:00+00:00")]
    bodies = [{name: value, "base": {name: _seen(name)}} for name, value in fields]
    bodies += [{"tags": [f"t{n}"], "base": {"tags": []}} for n in range(4)]
    path = f"/api/v1/systems/{srv}"
    answers = at_once(app, [("PATCH", path, who, body) for who, body in zip(crowd, bodies, strict=False)])
    assert [answer.status_code for answer in answers] == [200] * 20, [answer.text for answer in answers]
    row = FlaskClient(app, app.response_class).get(path, headers=crowd[0]).json
    for name, value in fields:
        assert (row[name]["name"] if isinstance(row[name], dict) else row[name]) == value
    assert [tag["name"] for tag in row["tags"]] == ["t0", "t1", "t2", "t3"]
    assert_history_replays()


def _seen(name: str):
    return {"is_vm": None, "on_spreadsheet": True, "in_reports": True, "is_protected": False}.get(
        name, {"status": "Unknown", "priority": "Medium"}.get(name)
    )


def test_of_twenty_who_change_what_they_saw_one_wins(app, crowd):
    srv = system("SRV01", status="Unknown")
    body = {"status": "Clean", "base": {"status": "Unknown"}}
    others = {"status": "Compromised", "base": {"status": "Unknown"}}
    path = f"/api/v1/systems/{srv}"
    requests = [("PATCH", path, who, body if n % 2 else others) for n, who in enumerate(crowd[:20])]
    answers = at_once(app, requests)
    codes = [answer.status_code for answer in answers]
    winner = read_one(System, srv)["status"].name
    losers = [answer for answer in answers if answer.status_code == 409]
    assert codes.count(200) == 10  # the first, and those who wanted the same
    assert {loser.json["conflicts"][0]["theirs"]["name"] for loser in losers} == {winner}
    assert_history_replays()


def test_two_who_move_the_same_items_lose_none_and_leave_an_order(app, alice, bob):
    notes = [make(Note, title=f"Note {n}") for n in range(6)]
    pages = [Grid(one, "/documentation") for one in (alice, bob)]
    for n in range(8):
        one, other = notes[n % 6], notes[(n + 1) % 6]
        answers = together(
            app,
            [
                partial(pages[0].post, f"/notes/{one}/move", before=notes[(n + 3) % 6]),
                partial(pages[1].post, f"/notes/{other if n % 2 else one}/move", after=notes[(n + 4) % 6]),
            ],
        )
        assert [answer.status_code for answer in answers] == [200, 200], [a.text[-300:] for a in answers]
    db.session.rollback()
    rows = [read_one(Note, one, ["position", "deleted_at"]) for one in notes]
    assert [row["deleted_at"] for row in rows] == [None] * 6
    assert len({row["position"] for row in rows}) == 6
    assert_history_replays()


@pytest.mark.parametrize(("model", "field"), [(Location, "location"), (Tag, "tags")])
def test_overlapping_merges_leave_everything_pointing_at_a_live_row(app, model, field):
    leads = [Rest(app, name) for name in ("alice", "ada", "alice")]
    plural = entity_of(model)
    for n in range(3):
        ring = [make(model, name=f"{n} {letter}") for letter in "ABC"]
        hosts = [system(f"SRV-{n}-{one}", **{field: [one] if field == "tags" else one}) for one in ring]
        answers = together(
            app,
            [
                partial(lead.ask, "POST", f"{plural}/{one}/merge", {"into": into})
                for lead, one, into in zip(leads, ring, [*ring[1:], ring[0]], strict=True)
            ],
        )
        codes = [answer.status_code for answer in answers]
        assert set(codes) <= {200, 404, 422}, [answer.text for answer in answers]
        assert 200 in codes
        db.session.rollback()
        live = {one for one in ring if db.session.get_one(model, one).deleted_at is None}
        assert len(live) == 3 - codes.count(200)
        shown = [read_one(System, one)[field] for one in hosts]
        assert {one.id for value in shown for one in (value if field == "tags" else [value])} <= live
        assert all(shown)
    assert_history_replays()


def test_of_ten_who_apply_a_workflow_at_once_one_makes_what_is_missing(app, crowd):
    srv = system("SRV01")
    flow = make(Workflow, name="Triage")
    make(WorkflowArtifact, workflow=flow, type="Triage")
    path = f"/api/v1/workflows/{flow}/apply"
    answers = at_once(app, [("POST", path, who, {"ids": [srv]}) for who in crowd[:10]])
    assert [answer.status_code for answer in answers] == [200] * 10
    assert sorted(answer.json["artifacts"] for answer in answers) == [0] * 9 + [1]
    assert_history_replays()


def test_of_two_who_paste_the_same_names_each_name_becomes_one_system(app, crowd, signed_in, people):
    text = "\n".join(f"NEW-{n:03}" for n in range(200))
    browsers = [signed_in(name) for name in ("alice", "bob")]
    forms = [
        {"names": text, "skip": "1", "csrf_token": csrf_token(one.get("/systems/create").text)}
        for one in browsers
    ]
    start = Barrier(2)

    def create(place: int) -> int:
        with app.app_context():
            start.wait()
            return browsers[place].post("/systems/create", data=forms[place]).status_code

    db.session.rollback()
    with ThreadPoolExecutor(2) as threads:
        codes = sorted(threads.map(create, range(2)))
    assert codes == [303, 422]  # to whom nothing is left is told so
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(System.id))) == 200
    assert_history_replays()


def window(hosts: list[int], place: int, size: int) -> list[int]:
    """Some of the hosts, from a place on and round: those of neighbours overlap."""
    return [hosts[(place + n) % len(hosts)] for n in range(size)]


def bulk_edit(who: dict[str, str], ids: list[int], **body) -> tuple:
    return "POST", "/api/v1/systems/bulk", who, {"ids": ids} | body


def test_fifty_bulk_edits_of_overlapping_rows_lose_no_tag(app, crowd):
    todo = make(Tag, name="todo")
    hosts = [system(f"SRV{n:02}", tags=[todo]) for n in range(30)]
    windows = [window(hosts, n, 12) for n in range(CROWD)]
    requests = [
        bulk_edit(who, ids, add={"tags": [f"t{n:02}"]}, remove={"tags": ["todo"]}, set={"is_vm": n % 2 == 0})
        for n, (who, ids) in enumerate(zip(crowd, windows, strict=True))
    ]
    answers = at_once(app, requests)
    assert [answer.status_code for answer in answers] == [200] * CROWD, [answer.text for answer in answers]
    assert {answer.json["changed"] for answer in answers} == {12}
    numbers = [answer.json["change_set"] for answer in answers]
    assert len(set(numbers)) == CROWD
    db.session.rollback()
    for host in hosts:
        row = read_one(System, host, ["tags", "is_vm"])
        mine = [n for n, ids in enumerate(windows) if host in ids]
        assert [tag.name for tag in row["tags"]] == [f"t{n:02}" for n in mine]
        assert row["is_vm"] == (max(mine, key=lambda n: numbers[n]) % 2 == 0)
    assert_history_replays()


def test_fifty_who_grab_tag_and_bulk_edit_the_same_rows_at_once(app, crowd):
    hosts = [system(f"SRV{n:02}") for n in range(8)]
    statuses = ("Clean", "Compromised", "Analysis ongoing")
    requests, tags = [], {host: set() for host in hosts}
    for n, who in enumerate(crowd):
        host, ids = hosts[n % len(hosts)], window(hosts, n, 5)
        if n % 3 == 0:
            requests.append(("POST", f"/api/v1/systems/{host}/grab", who, None))
        elif n % 3 == 1:
            body = {"tags": [f"one-{n}"], "base": {"tags": []}}
            requests.append(("PATCH", f"/api/v1/systems/{host}", who, body))
            tags[host].add(f"one-{n}")
        else:
            requests.append(
                bulk_edit(who, ids, set={"status": statuses[n % 3 - n % 2]}, add={"tags": [f"many-{n}"]})
            )
            for one in ids:
                tags[one].add(f"many-{n}")
    answers = at_once(app, requests)
    codes = [answer.status_code for answer in answers]
    assert set(codes) <= {200, 409}, [answer.text for answer in answers]
    assert [code for n, code in enumerate(codes) if n % 3] == [200] * (CROWD - 17)
    grabs = [(requests[n][1], codes[n]) for n in range(0, CROWD, 3)]
    for path in {path for path, _ in grabs}:
        assert [code for one, code in grabs if one == path].count(200) == 1
    db.session.rollback()
    for host in hosts:
        assert {tag.name for tag in read_one(System, host, ["tags"])["tags"]} == tags[host]
    assert_history_replays()


def test_of_fifty_who_bulk_edit_what_they_saw_each_row_has_one_winner(app, crowd):
    hosts = [system(f"SRV{n:02}") for n in range(20)]
    seen = changes.newest()
    more = {"since": seen, "skip_refused": True}
    requests = [
        bulk_edit(who, window(hosts, n, 8), set={"location": f"Place {n}"}, **more)
        for n, who in enumerate(crowd)
    ]
    answers = at_once(app, requests)
    assert [answer.status_code for answer in answers] == [200] * CROWD, [answer.text for answer in answers]
    assert sum(answer.json["changed"] for answer in answers) == len(hosts)
    left_out = [one for answer in answers for one in answer.json["skipped"]]
    assert len(left_out) == CROWD * 8 - len(hosts)
    assert all("meanwhile: empty → Place" in one["reason"] and one["change_set"] > seen for one in left_out)
    assert_history_replays()
