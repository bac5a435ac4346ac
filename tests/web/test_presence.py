"""Who is here and who edits which row: carried on the poll, never a change of anything."""

import re

import pytest
import redis

from app.models.notes import Note
from app.models.systems import System
from app.services import changes, presence
from tests.records import change, make, system
from tests.web.grid import Grid


def poll(browser, here: str = "", editing: object = "", address: str = "/systems"):
    grid = Grid(browser, address)
    return grid.get(f"?since={changes.newest()}&here={here}&editing={editing}")


def token(answer) -> str:
    return re.search(r'data-present="(\w+)"', answer.text)[1]


def test_a_poll_brings_who_is_here_and_then_nothing_until_that_changes(alice, bob):
    poll(bob)
    first = poll(alice)
    assert first.status_code == 200
    assert 'title="bob is here">BO<' in first.text
    assert "data-idle" in first.text
    assert "<tr" not in first.text
    assert poll(alice, token(first)).status_code == 204


@pytest.mark.parametrize("address", ["/dashboard", "/assignments", "/status", "/documentation"])
def test_pages_that_are_no_list_say_who_is_here_too(alice, bob, address):
    poll(bob)
    first = poll(alice, address=address, editing=1)
    assert 'title="bob is here">BO<' in first.text
    assert "data-idle" in first.text
    assert poll(alice, token(first), address=address).status_code == 204
    assert 'title="alice is here"' in poll(bob).text
    seen = changes.newest()
    make(Note, title="new")
    news = Grid(alice, address).get(f"?since={seen}&here=").text
    assert 'title="bob is here">BO<' in news
    assert "data-idle" not in news


def test_a_poll_that_does_not_ask_is_told_nothing(alice):
    assert Grid(alice).get(f"?since={changes.newest()}").status_code == 204


def test_an_open_editor_marks_its_row_for_the_others(alice, bob):
    srv = system("SRV-1")
    poll(bob, editing=srv)
    assert f'data-row="system-{srv}" data-who="bob is editing"' in poll(alice).text
    assert "is editing" not in poll(bob).text
    assert "data-row" not in poll(alice, address="/tags").text


def test_a_reader_is_here_but_edits_nothing(alice, rita):
    srv = system("SRV-1")
    poll(rita, editing=srv)
    text = poll(alice).text
    assert "rita is here" in text
    assert "data-row" not in text


def test_news_and_presence_come_together(alice, bob, people):
    srv, seen = system("SRV-1"), changes.newest()
    poll(bob)
    change(System, srv, by=people.bob, name="SRV-2")
    text = Grid(alice).get(f"?since={seen}&here=").text
    assert "bob is here" in text
    assert "SRV-2" in text
    assert f'data-revision="{changes.newest()}"' in text


def test_marks_expire_and_leave_nothing_behind(app, valkey, monkeypatch):
    srv = 7
    presence.meet(1, "alice", "systems", srv)
    assert presence.meet(2, "bob", "systems") == presence.Presence(("alice",), {srv: "alice"})
    assert 0 < valkey.ttl(presence.KEY) <= 26
    at = presence.time.time()
    monkeypatch.setattr(presence.time, "time", lambda: at + 5)
    assert presence.meet(2, "bob", "systems") == presence.Presence(("alice",), {})
    monkeypatch.setattr(presence.time, "time", lambda: at + 26)
    assert presence.meet(2, "bob", "systems") == presence.Presence()
    assert set(valkey.hkeys(presence.KEY)) == {b"2"}


def test_without_valkey_lists_and_polls_go_on(app, alice, monkeypatch):
    nowhere = redis.Redis(unix_socket_path="/nonexistent/valkey.sock")
    monkeypatch.setitem(app.extensions, "redis", nowhere)
    monkeypatch.setattr(presence, "_away", presence._Away())
    assert poll(alice).status_code == 200
    assert "is here" not in poll(alice).text


def test_the_page_of_a_record_tells_it_too(alice, bob):
    srv = system("SRV-1")
    poll(bob)
    headers = Grid(alice).headers
    answer = alice.get(f"/systems/{srv}?since={changes.newest()}&here=", headers=headers)
    assert "bob is here" in answer.text
    again = alice.get(f"/systems/{srv}?since={changes.newest()}&here={token(answer)}", headers=headers)
    assert again.status_code == 204
