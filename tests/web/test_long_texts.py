"""Long texts are found by a part of them, in lists and in the global search, and followed as they change."""

import datetime as dt
from urllib.parse import quote

import pytest

from app.extensions import db
from app.models.artifacts import Artifact
from app.models.notes import Note
from app.models.timeline import TimelineEntry
from app.services import search, texts
from tests.records import change, make, remove, system, undo_last
from tests.rest import Rest

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


@pytest.fixture
def bob_rest(app) -> Rest:
    return Rest(app, "bob")


def entry(srv: int, content: str, **more) -> int:
    return make(TimelineEntry, system=srv, time=NOON, content=content, **more)


def found(rest: Rest, text: str) -> list[str]:
    return [hit["name"] for group in rest.get(f"search?q={text}")["groups"] for hit in group["items"]]


def listed(rest: Rest, plural: str, text: str) -> list[int]:
    return [item["id"] for item in rest.get(f"{plural}?q={text}")["items"]]


def test_both_databases_have_their_index_here(app):
    wanted = texts.Way.FTS if db.engine.dialect.name == "sqlite" else texts.Way.TRIGRAMS
    assert texts.way("abc") is wanted
    assert texts.way("ab") is texts.Way.LIKE


@pytest.mark.parametrize(
    "text", ["Temp\\b.exe", "TEMP\\B", "ürst", "FÜRST", "100%", "b_c", 'say "x"', "ab", "a*", "x'y"]
)
def test_any_part_is_found_as_it_stands(bob_rest, text):
    srv = system("SRV-1")
    hit = entry(srv, 'C:\\Temp\\b.exe of Fürst at 100% b_c say "x" ab a* x\'y')
    entry(srv, "nothing of it, and 1000, bXc")
    assert listed(bob_rest, "timeline", quote(text)) == [hit]
    assert len(found(bob_rest, quote(text))) >= 1


def test_what_is_in_the_bin_hides_nothing_however_much_it_is(bob_rest, monkeypatch):
    srv = system("SRV-1")
    kept = [entry(srv, f"needle {number}") for number in range(2)]
    for number in range(2, 6):
        remove(TimelineEntry, entry(srv, f"needle {number}"))
    monkeypatch.setattr(search, "COUNTED", 3)
    (group,) = bob_rest.get("search?q=needle&per_group=4")["groups"]
    assert [item["id"] for item in group["items"]] == kept
    assert (group["total"], group["is_more"]) == (2, False)


def test_a_hit_follows_a_change_a_deletion_and_an_undo(bob_rest):
    one = entry(system("SRV-1"), "mimikatz was here")
    assert listed(bob_rest, "timeline", "mimikatz") == [one]
    change(TimelineEntry, one, content="nobody was here")
    assert listed(bob_rest, "timeline", "mimikatz") == []
    undo_last()
    assert listed(bob_rest, "timeline", "mimikatz") == [one]
    remove(TimelineEntry, one)
    assert found(bob_rest, "mimikatz") == []


def test_a_reader_finds_nothing_by_an_internal_note(app):
    srv = system("SRV-1")
    make(Artifact, name="Image", system=srv, type="Image", note_internal="canary", note_external="parrot")
    assert listed(Rest(app, "rita"), "artifacts", "canary") == []
    assert found(Rest(app, "rita"), "canary") == []
    assert len(listed(Rest(app, "rita"), "artifacts", "parrot")) == 1
    assert found(Rest(app, "bob"), "canary") == ["Image"]


def test_the_exact_title_comes_first_however_old_it_is(app, bob_rest):
    first = make(Note, title="Situation")
    for number in range(6):
        make(Note, title=f"The situation on day {number}", content="Situation")
    groups = bob_rest.get("search?q=situation&per_group=3")["groups"]
    notes = next(group for group in groups if group["entity"] == "notes")
    assert notes["items"][0]["id"] == first
    assert notes["total"] == 7


def test_where_the_database_has_no_index_it_is_found_all_the_same(app, bob_rest, monkeypatch):
    one = entry(system("SRV-1"), "mimikatz was here")
    monkeypatch.setattr(texts, "_way", lambda *_: texts.Way.LIKE)
    assert listed(bob_rest, "timeline", "mimikatz") == [one]
    assert found(bob_rest, "mimikatz") == ["mimikatz was here"]
