"""Many people at once, on both databases: one wins, nothing is lost, nobody is turned away."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient

from app.extensions import db
from app.models.systems import System
from app.models.users import User
from app.services import changes, records, tokens
from app.services.drafts import Draft
from app.services.reading import read_one
from tests.invariants import assert_history_replays
from tests.records import system

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


def at_once(app, requests) -> list:
    """Send requests in threads that start together."""
    start = Barrier(len(requests))

    def send(request):
        method, path, headers, body = request
        start.wait()
        options = {} if body is None else {"json": body}
        return FlaskClient(app, app.response_class).open(path, method=method, headers=headers, **options)

    db.session.rollback()
    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(send, requests))


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
