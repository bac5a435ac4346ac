"""The documentation page: what is on it in which order, its filters, what is done in place, what it catches up with."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from app.extensions import db
from app.models.cases import Case
from app.models.lookups import Headline
from app.models.notes import Note, ReportItem
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.services import changes
from tests.pages import problems
from tests.records import change, make, remove, state, system, undo_last
from tests.web.grid import Grid

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
NO_PAGE = "Nothing is documented yet"


def shown(browser, query: str = "") -> list[str]:
    """The anchors of the items on the page, in their order; those of the contents are the same."""
    page = browser.get(f"/documentation{query}").text
    assert problems(page) == []
    anchors = re.findall(r'<article class="card text" id="([^"]+)"', page)
    assert re.findall(r'<li><a href="#([^"]+)"', page) == anchors
    return anchors


def report(host: int, headline: str, **values) -> int:
    found = db.session.scalar(sa.select(Headline.id).where(Headline.name == headline))
    return make(ReportItem, system=host, headline=found or make(Headline, name=headline), **values)


@pytest.fixture
def hosts(app) -> tuple[int, int]:
    return system("SRV-9"), system("SRV-10")


def test_an_empty_page_says_so_and_a_filter_without_hits_says_something_else(bob, app):
    assert NO_PAGE in bob.get("/documentation").text
    make(Note, title="First")
    assert NO_PAGE not in bob.get("/documentation").text
    page = bob.get("/documentation?q=nothing").text
    assert "Nothing matches" in page
    assert NO_PAGE not in page


def test_notes_come_first_then_report_items_by_system_position_and_headline(bob, hosts):
    nine, ten = hosts
    second, first = make(Note, title="Beta"), make(Note, title="Alpha")
    last = make(Note, title="Aardvark", position=5)
    ten_a, nine_b, nine_a = report(ten, "Access"), report(nine, "Basics"), report(nine, "Access")
    wanted = [f"note-{one}" for one in (first, second, last)]
    assert shown(bob) == wanted + [f"report-item-{one}" for one in (nine_a, nine_b, ten_a)]


def test_every_filter_works_and_they_narrow_together(bob, hosts, people):
    case, tag = make(Case, name="Nordwind"), make(Tag, name="beacon")
    note = make(Note, title="Alpha", case=case, tags=[tag], assigned_to=people.bob, content="needle here")
    other = make(Note, title="Beta", status="Final")
    item = report(hosts[0], "Access", case=case, tags=[tag, make(Tag, name="second")], content="a needle")
    mine, both = [f"note-{note}"], [f"note-{note}", f"report-item-{item}"]
    for query, wanted in {
        f"case=id:{case}": both,
        "case=Nordwind": both,
        "tags=beacon&tags=second": both,
        "q=needle": both,
        "q=NEEDLE&case=Nordwind&tags=beacon": both,
        "assigned_to=bob": mine,
        "assigned_to.empty=1&case.empty=0": [f"report-item-{item}"],
        "status=Final": [f"note-{other}"],
        "status.not=Final": both,
        f"system=id:{hosts[0]}": [f"report-item-{item}"],
        "headline=Access&q=needle": [f"report-item-{item}"],
        "case=Nordwind&status=Final": [],
        "sort=-title&assigned_to=bob": mine,
    }.items():
        assert shown(bob, f"?{query}") == wanted, query
    assert bob.get("/documentation?nothing=1").status_code == 400


def test_a_filter_is_set_in_a_dialog_and_taken_away_by_its_chip(bob, app):
    make(Case, name="Nordwind")
    page = bob.get("/documentation?case=Nordwind&q=x").text
    assert '<a href="/documentation?q=x" hx-get="/documentation?q=x"' in page
    dialog = bob.get("/documentation/filter?field=case&q=x").text
    assert 'action="/documentation" hx-get="/documentation"' in dialog
    assert 'name="q" value="x"' in dialog


def test_fields_and_texts_are_edited_in_place_with_a_preview(bob, app):
    note = make(Note, title="Alpha", content="*old*")
    page = bob.get("/documentation").text
    for field in ("title", "status", "case", "assigned_to", "tags", "content"):
        assert f'id="note-{note}-{field}" data-field="{field}" data-editable' in page, field
    editor = Grid(bob, "/notes").get(f"/{note}/cell/content?place=page").text
    assert 'hx-post="/preview?of=value"' in editor
    assert '<div class="preview prose" role="region" aria-label="Preview"><p><em>old</em></p>' in editor
    grid = Grid(bob, "/documentation")
    preview = bob.post("/preview?of=value", headers=grid.headers, data={"value": "**b** <script>x</script>"})
    assert preview.text == "<p><strong>b</strong> &lt;script&gt;x&lt;/script&gt;</p>\n"


def test_a_save_that_clashes_or_fails_keeps_the_text(alice, bob, people):
    note = make(Note, title="Alpha", content="old")
    make(Note, title="Beta")
    change(Note, note, by=people.alice, content="theirs")
    grid = Grid(bob, "/notes")
    answer = grid.save(note, "content", "what bob typed", base="old")
    assert answer.status_code == 409
    for words in ("what bob typed", "theirs", "alice"):
        assert words in answer.text
    refused = grid.save(note, "title", "beta")
    assert refused.status_code == 422
    assert 'value="beta"' in refused.text


def test_moving_an_item_is_one_change_set_that_can_be_undone(bob, app):
    notes = [make(Note, title=title) for title in ("A", "B", "C")]
    grid, before = Grid(bob, "/documentation"), changes.newest()
    answer = grid.post(f"/notes/{notes[2]}/move", before=notes[0])
    assert answer.status_code == 200
    assert "C moved" in answer.text
    assert shown(bob) == [f"note-{notes[n]}" for n in (2, 0, 1)]
    assert changes.newest() == before + 1
    grid.post(f"/notes/{notes[2]}/move", after=notes[0])
    assert shown(bob) == [f"note-{notes[n]}" for n in (0, 2, 1)]
    undo_last()
    assert shown(bob) == [f"note-{notes[n]}" for n in (2, 0, 1)]


def test_what_is_new_comes_last_once_there_is_an_order(bob, hosts):
    notes = [make(Note, title=title) for title in ("B", "C")]
    items = [report(hosts[0], title) for title in ("B", "C")]
    early = make(Note, title="A")
    assert shown(bob)[:3] == [f"note-{one}" for one in (early, *notes)]
    grid = Grid(bob, "/documentation")
    grid.post(f"/notes/{notes[1]}/move", before=notes[0])
    grid.post(f"/report-items/{items[1]}/move", before=items[0])
    late, item, elsewhere = make(Note, title="0"), report(hosts[0], "A"), report(hosts[1], "A")
    assert shown(bob)[:4] == [f"note-{one}" for one in (early, notes[1], notes[0], late)]
    assert shown(bob)[4:] == [f"report-item-{one}" for one in (items[1], items[0], item, elsewhere)]


def test_report_items_are_ordered_within_their_system_whatever_is_filtered(bob, hosts):
    a, b, c = (report(hosts[0], name) for name in ("A", "B", "C"))
    report(hosts[1], "A")
    grid = Grid(bob, "/documentation")
    assert grid.post(f"/report-items/{c}/move?headline=A&headline=C", before=a).status_code == 200
    assert shown(bob)[:3] == [f"report-item-{one}" for one in (c, a, b)]
    assert state(ReportItem, c)["position"] == 10


def test_moving_beside_what_is_gone_moves_nothing(bob, hosts):
    note, gone = make(Note, title="A"), make(Note, title="B")
    remove(Note, gone)
    grid, before = Grid(bob, "/documentation"), changes.newest()
    for neighbour in (gone, note, 4711, ""):
        assert grid.post(f"/notes/{note}/move", after=neighbour).status_code == 409
    assert grid.post(f"/notes/{gone}/move", after=note).status_code == 404
    assert grid.post(f"/systems/{hosts[0]}/move", after=note).status_code == 404
    assert changes.newest() == before


def test_without_scripts_moving_leads_back_to_the_item(bob, app):
    a, b = make(Note, title="A"), make(Note, title="B")
    token = Grid(bob, "/documentation").headers["X-CSRFToken"]
    answer = bob.post(f"/documentation/notes/{b}/move?q=B", data={"before": a, "csrf_token": token})
    assert answer.status_code == 303
    assert answer.location.endswith(f"/documentation?q=B#note-{b}")


def test_an_open_page_gets_what_changed_and_is_told_when_the_order_did(alice, bob, hosts, people):
    note, item = make(Note, title="A", content="old"), report(hosts[0], "Access")
    grid, seen = Grid(bob, "/documentation"), changes.newest()
    assert grid.get(f"?since={seen}").status_code == 204
    change(Note, note, by=people.alice, content="fresh words")
    news = grid.get(f"?since={seen}").text
    assert f'hx-target="#note-{note}-inside" hx-swap="outerMorph"' in news
    assert "fresh words" in news
    assert "Version 2" in news
    assert f'data-revision="{changes.newest()}"' in news
    assert "data-refetch" not in news
    seen = changes.newest()
    change(ReportItem, item, by=people.alice, subheadline="later")
    assert "data-refetch" in grid.get(f"?since={seen}").text
    seen = changes.newest()
    remove(Note, note)
    assert "data-refetch" in grid.get(f"?since={seen}").text
    seen = changes.newest()
    make(Tag, name="elsewhere")
    news = grid.get(f"?since={seen}").text
    assert "data-refetch" not in news
    assert "hx-partial" not in news


def test_readers_read_and_find_no_way_to_change_and_no_memo(rita, hosts):
    note = make(Note, title="Alpha", content="public")
    report(hosts[0], "Access", content="also")
    make(Memo, system=hosts[0], text="CANARY")
    for path in ("/documentation", f"/notes/{note}", f"/notes/{note}/revisions", "/documentation?q=CANARY"):
        page = rita.get(path).text
        assert problems(page) == []
        for mark in ("CANARY</", "data-editable", "/move", "/grab", "/restore", "/notes/new", "memo", "Memo"):
            assert mark not in page, (path, mark)
    assert Grid(rita, "/documentation").post(f"/notes/{note}/move", after=1).status_code == 403
    assert rita.post("/preview?of=value", headers=Grid(rita, "/documentation").headers).status_code == 403


def test_the_statements_do_not_grow_with_the_items(bob, hosts):
    counted = []
    for size in (2, 12):
        tag = make(Tag, name=f"t{size}")
        for number in range(size):
            make(Note, title=f"N{size}-{number}", tags=[tag], content="*x*")
            report(hosts[number % 2], f"H{size}-{number}", tags=[tag])
        bob.get("/documentation")
        counted.append(_statements(lambda: bob.get("/documentation")))
    assert counted[0] == counted[1] <= 16


def _statements(act) -> int:
    ran = []

    def note(connection, cursor, statement, parameters, context, many):
        ran.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    act()
    event.remove(db.engine, "before_cursor_execute", note)
    return len(ran)


def test_hostile_texts_and_titles_stay_text(bob):
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    srv = make(System, name=hostile)
    make(Note, title=hostile, content=hostile + "\n\n[x](javascript:alert(3))")
    report(srv, hostile, subheadline=hostile, content=hostile)
    for headers in ({}, FRAGMENT):
        page = bob.get("/documentation", headers=headers).text
        assert "<script>alert" not in page
        assert problems(page, fragment=bool(headers)) == []
