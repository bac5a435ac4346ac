"""Saved views: tabs above a list, private or shared, and their page."""

import html
import re

from app.services import changes
from tests.conftest import csrf_token
from tests.pages import problems
from tests.records import system


def save(browser, name: str, query: str, entity: str = "systems", **more):
    form = {"csrf_token": csrf_token(browser.get("/systems").text), "entity": entity}
    return browser.post("/views", data=form | {"name": name, "query": query} | more)


def post(browser, path: str, **form):
    return browser.post(path, data={"csrf_token": csrf_token(browser.get("/systems").text)} | form)


def tabs(browser, address: str = "/systems") -> dict[str, tuple[str, bool]]:
    """The tabs above a list: their address, and whether they are marked."""
    bar = browser.get(address).text.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    found = re.findall(
        r'<a href="([^"]*)" hx-get[^>]*?( aria-current="page")?(?: title="[^"]*")?>(.*?)</a>', bar
    )
    return {html.unescape(label): (html.unescape(link), bool(mark)) for link, mark, label in found}


def test_a_view_is_a_tab_with_everything_written_out(bob):
    answer = save(bob, "Compromised", "status=Compromised&sort=-priority,name&columns=name,status")
    assert answer.status_code == 303
    address, marked = tabs(bob)["Compromised"]
    assert "status=Compromised" in address
    assert "sort=-priority,name" in address
    assert "columns=name,status" in address
    assert "deprecated_at.empty=1" in address
    assert not marked
    assert tabs(bob)["All"] == ("/systems", True)


def test_the_tab_of_the_present_address_is_marked(bob):
    address = save(bob, "Compromised", "status=Compromised").location
    assert tabs(bob, address)["Compromised"] == (address, True)
    assert not tabs(bob, address)["All"][1]
    assert not any(marked for _, marked in tabs(bob, address + "&q=dc").values())


def test_what_the_list_offers_to_keep_is_what_is_shown(bob):
    page = bob.get("/systems?status=Clean&columns=name,status&q=dc").text
    kept = html.unescape(re.search(r'name="query" value="([^"]*)">\s*<div class="field">', page)[1])
    assert kept == "status=Clean&q=dc&deprecated_at.empty=1&columns=name,status"


def test_a_private_view_is_its_owners_alone(bob, alice):
    save(bob, "Clean ones", "status=Clean")
    assert "Clean ones" in tabs(bob)
    assert "Clean ones" not in tabs(alice)
    assert "Clean ones" not in alice.get("/views").text
    for path in ("/views/1", "/views/1/delete"):
        assert post(alice, path, name="Yours").status_code == 404


def test_a_shared_view_is_a_tab_for_everybody_readers_too(bob, rita):
    save(bob, "Ours", "status=Clean", shared="1")
    assert "Ours" in tabs(rita)
    assert "shared by bob" in rita.get("/systems").text
    assert "Save view" not in rita.get("/systems").text
    assert save(rita, "No", "status=Clean").status_code == 403


def test_a_shared_view_of_internal_fields_is_no_tab_for_readers(bob, rita):
    save(bob, "Memos of SRV-1", "system=SRV-1", entity="memos", shared="1")
    assert "Memos of SRV-1" in bob.get("/memos").text
    assert "Memos" not in rita.get("/views").text


def test_its_owner_or_a_lead_changes_a_shared_view(bob, alice):
    save(alice, "Ours", "status=Clean", shared="1")
    assert post(bob, "/views/1", name="Bob's").status_code == 403
    assert post(bob, "/views/1/delete").status_code == 403
    save(bob, "Theirs", "status=Clean", shared="1")
    assert post(alice, "/views/2", name="Renamed", shared="1").status_code == 303
    assert "Renamed" in tabs(bob)
    post(bob, "/views/2", name="Mine alone")
    assert "Mine alone" not in tabs(alice)
    post(bob, "/views/2/delete")
    assert "Mine alone" not in tabs(bob)


def test_the_same_name_replaces_ones_own_view(bob, alice):
    before = set(tabs(bob))
    save(bob, "Clean ones", "status=Clean")
    save(alice, "Clean ones", "status=Clean")
    save(bob, "  CLEAN ones ", "status=Unknown")
    assert set(tabs(bob)) - before == {"CLEAN ones"}
    assert "status=Unknown" in tabs(bob)["CLEAN ones"][0]
    assert "status=Clean" in tabs(alice)["Clean ones"][0]


def test_what_cannot_be_kept_is_said(bob):
    assert "is required" in bob.get(save(bob, " ", "status=Clean").location).text
    assert "is longer than 60" in bob.get(save(bob, "x" * 61, "status=Clean").location).text
    assert save(bob, "Mine", "nonsense=1").status_code == 400
    assert save(bob, "Mine", "", entity="nothing").status_code == 404
    save(bob, "one", "status=Clean")
    save(bob, "two", "status=Clean")
    post(bob, "/views/2", name="ONE")
    assert "there is a view “ONE” already" in bob.get("/views").text


def test_the_page_of_the_views_is_sound(bob, alice):
    hostile = '"><script>alert(1)</script>'
    save(bob, hostile, "q=x", shared="1")
    for browser in (bob, alice):
        for path in ("/views", "/systems"):
            text = browser.get(path).text
            assert problems(text) == []
            assert "<script>alert" not in text
    assert problems(alice.get("/views").text) == []


def test_a_view_is_no_change_of_the_incident(bob):
    system("SRV-1")
    before = changes.newest()
    save(bob, "Mine", "status=Clean")
    assert changes.newest() == before
