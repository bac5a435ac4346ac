"""The pages of a text's versions: which there are, what differs, bringing one back."""

import pytest

from app.models.notes import Note
from app.services import changes
from tests.pages import problems
from tests.records import change, make, state
from tests.web.grid import Grid


@pytest.fixture
def note(app, people) -> int:
    record = make(Note, title="Findings", content="one\ntwo")
    change(Note, record, by=people.bob, content="one\ntwo\nthree")
    change(Note, record, by=people.alice, content="one\n2\nthree")
    return record


def test_versions_are_listed_with_who_when_and_size(bob, note):
    page = bob.get(f"/notes/{note}/revisions").text
    assert problems(page) == []
    for words in ("bob", "alice", "Compare to version 3", 'aria-label="Restore version 2"'):
        assert words in page, words
    assert 'aria-label="Restore version 3"' not in page
    assert f'<a href="/notes/{note}/revisions">Version 3</a>' in bob.get("/documentation").text
    assert "version 3" in bob.get(f"/notes/{note}").text


def test_the_last_two_are_compared_unless_others_are_asked_for(rita, note):
    page = rita.get(f"/notes/{note}/revisions").text
    assert "<del>two</del>" in page
    assert "<ins>2</ins>" in page
    assert 'aria-label="added">+<' in page
    page = rita.get(f"/notes/{note}/revisions?old=1&new=2").text
    assert "<ins>three</ins>" in page
    assert "<del>" not in page
    assert "are the same" in rita.get(f"/notes/{note}/revisions?old=2&new=2").text
    for query in ("old=0", "new=4", "old=-1&new=2"):
        assert rita.get(f"/notes/{note}/revisions?{query}").status_code == 404
    assert rita.get("/notes/4711/revisions").status_code == 404


def restore(browser, note: int, number: int, base: int):
    token = Grid(browser, "/documentation").headers["X-CSRFToken"]
    form = {"base": base, "csrf_token": token}
    return browser.post(f"/notes/{note}/revisions/{number}/restore", data=form)


def test_an_older_text_is_brought_back_as_a_new_version(bob, note):
    assert restore(bob, note, 1, 3).status_code == 303
    page = bob.get(f"/notes/{note}/revisions").text
    assert "Findings: version 1 restored" in page
    assert "Compare to version 4" in page
    assert state(Note, note)["content"] == "one\ntwo"


def test_a_text_saved_meanwhile_is_not_overwritten_by_an_older_one(bob, note, people):
    change(Note, note, by=people.alice, content="meanwhile")
    assert restore(bob, note, 1, 3).status_code == 409
    assert state(Note, note)["content"] == "meanwhile"


def test_bringing_back_what_is_there_or_never_was_changes_nothing(bob, rita, note):
    before = changes.newest()
    assert restore(bob, note, 3, 3).status_code == 303
    assert restore(bob, note, 9, 3).status_code == 404
    assert restore(rita, note, 1, 3).status_code == 403
    assert changes.newest() == before
