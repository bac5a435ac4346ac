"""Merging systems and looking for duplicates, in the browser and by REST."""

import re

from app.models.artifacts import Artifact
from app.models.lookups import ArtifactType, Location
from app.models.systems import Distinct, System
from app.models.tags import Tag
from app.services.reading import read_one
from tests.invariants import assert_history_replays
from tests.pages import problems
from tests.records import change, make, remove, state, system, undo_last
from tests.rest import Rest
from tests.web.grid import Grid
from tests.web.test_concurrency import at_once

FRAGMENT = {"HX-Request": "true"}


def form_of(page: str) -> dict[str, str]:
    """What the form of the comparison sends: hidden values and the radios that are on."""
    hidden = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page[page.index('action="/systems/merge"') :]
    )
    radios = re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked', page)
    return dict(hidden) | dict(radios)


def a_pair() -> tuple[int, int]:
    one = system("SRV01", status="Clean", location=make(Location, name="Berlin"), tags=[make(Tag, name="a")])
    other = system("SRV1", status="Compromised", tags=[make(Tag, name="b")])
    make(Artifact, name="MFT", type=make(ArtifactType, name="Thing"), system=other)
    return one, other


def test_from_a_system_one_names_the_other_and_sees_both(alice):
    one, other = a_pair()
    assert f'href="/systems/{other}/merge"' in alice.get(f"/systems/{other}").text
    asked = alice.get(f"/systems/{other}/merge").text
    assert problems(asked) == []
    assert 'data-url="/systems/choices/host_system"' in asked
    shown = alice.get(f"/systems/merge?ids={other}&with=srv01").text
    assert problems(shown) == []
    assert form_of(shown)["into"] == str(one)
    assert form_of(shown)["choose.status"] == str(one)
    assert form_of(shown)["choose.location"] == str(one)
    assert "choose.priority" not in shown
    assert "Moves over: 1 artifact<" in shown
    assert f"/systems/merge?ids={one},{other}&amp;into={other}" in shown


def test_the_one_that_stays_is_a_choice(alice):
    one, other = a_pair()
    shown = alice.get(f"/systems/merge?ids={one},{other}&into={other}").text
    form = form_of(shown)
    assert (form["into"], form["choose.status"], form["choose.location"]) == (
        str(other),
        str(other),
        str(one),
    )


def test_merged_it_says_what_it_did_with_an_undo(alice):
    one, other = a_pair()
    form = form_of(alice.get(f"/systems/merge?ids={one},{other}").text)
    answer = alice.post("/systems/merge", data=form | {"choose.status": str(other)})
    assert (answer.status_code, answer.location) == (303, f"/systems/{one}")
    row = read_one(System, one)
    assert (row["status"].name, row["aliases"]) == ("Compromised", ["SRV1"])
    page = alice.get(f"/systems/{one}").text
    assert "SRV1 merged into SRV01: 1 records" in page
    assert "/undo" in page
    led = alice.get(f"/systems/{other}")
    assert (led.status_code, led.location) == (302, f"/systems/{one}")
    assert "was merged into SRV01" in alice.get(f"/systems/{one}").text
    assert "Merged into" in alice.get(f"/systems/{other}/history").text
    assert undo_last().skipped == []
    assert alice.get(f"/systems/{other}").status_code == 200


def test_the_dialog_sends_to_the_system_that_stays(alice):
    one, other = a_pair()
    shown = alice.get(f"/systems/merge?ids={one},{other}", headers=FRAGMENT).text
    assert "<dialog" in shown
    assert problems(shown, fragment=True) == []
    answer = alice.post("/systems/merge", data=form_of(shown), headers=FRAGMENT)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, f"/systems/{one}")


def test_what_was_changed_meanwhile_is_shown_again_and_nothing_is_merged(alice):
    one, other = a_pair()
    form = form_of(alice.get(f"/systems/merge?ids={one},{other}").text)
    change(System, other, status="Unknown")
    answer = alice.post("/systems/merge", data=form | {"choose.location": str(other)})
    assert answer.status_code == 409
    assert "SRV1 was changed meanwhile" in answer.text
    assert form_of(answer.text)["choose.location"] == str(other)
    assert read_one(System, other, ["deleted_at"])["deleted_at"] is None
    assert alice.post("/systems/merge", data=form_of(answer.text)).status_code == 303


def test_what_a_rule_refuses_is_said_at_its_field(alice):
    one = system("SRV01")
    between = system("BETWEEN", host_system=one)
    other = system("SRV1", host_system=between)
    form = form_of(alice.get(f"/systems/merge?ids={one},{other}").text)
    answer = alice.post("/systems/merge", data=form)
    assert answer.status_code == 422
    assert "ring" in answer.text
    assert alice.post("/systems/merge", data=form | {"choose.host_system": str(one)}).status_code == 303


def test_an_unknown_or_the_same_system_is_named_and_what_was_typed_stays(alice):
    one = system("SRV01")
    for text, words in (("nowhere", "There is no system"), ("srv01", "Is the same one"), ("", "Is required")):
        answer = alice.get(f"/systems/merge?ids={one}&with={text}")
        assert answer.status_code == 422
        assert words in answer.text
        assert f'value="{text}"' in answer.text


def test_one_system_or_too_many_are_not_compared(alice):
    ids = [system(f"SRV{number}") for number in range(6)]
    for some in ([], ids[:1], ids):
        answer = alice.get("/systems/merge?ids=" + ",".join(map(str, some)))
        assert answer.status_code == 422
        assert "two to 5" in answer.text
    remove(System, ids[0])
    assert alice.get(f"/systems/merge?ids={ids[0]},{ids[1]}").status_code == 404
    form = form_of(alice.get(f"/systems/merge?ids={ids[1]},{ids[2]}").text)
    assert alice.post("/systems/merge", data=form | {"into": str(ids[3])}).status_code == 400


def test_merging_is_for_leads(bob):
    one, other = a_pair()
    assert "/merge" not in bob.get(f"/systems/{one}").text
    assert "/systems/merge" not in bob.get("/systems").text
    assert bob.get(f"/systems/merge?ids={one},{other}").status_code == 403
    assert Grid(bob, "/systems").post("/merge", ids=f"{one},{other}", into=str(one)).status_code == 403


def test_links_to_merged_lookups_lead_on_too(alice):
    one, other = make(Location, name="Berln"), make(Location, name="Berlin")
    Grid(alice, "/locations").post(f"/{one}/merge", into="Berlin")
    led = alice.get(f"/locations/{one}")
    assert (led.status_code, led.location) == (302, f"/locations/{other}")


def test_duplicates_are_listed_with_the_reason(alice, rita):
    one, other = system("BERLIN-DC01"), system("BERLIM-DC01")
    assert 'href="/systems/duplicates"' in rita.get("/systems").text
    page = alice.get("/systems/duplicates").text
    assert problems(page) == []
    assert f'id="pair-{one}-{other}"' in page
    assert "differ by one letter" in page
    assert f"/systems/merge?ids={one},{other}" in page
    seen = rita.get("/systems/duplicates").text
    assert "differ by one letter" in seen
    assert "Not the same" not in seen


def test_without_pairs_it_says_what_was_looked_at(alice):
    for address, words in (("", "No system seems to be there twice"), ("?apart=1", "Nobody has told")):
        page = alice.get(f"/systems/duplicates{address}").text
        assert problems(page) == []
        assert words in page


def test_an_analyst_tells_two_systems_apart_and_takes_it_back(bob):
    one, other = system("BERLIN-DC01"), system("BERLIM-DC01")
    grid = Grid(bob, "/systems")
    said = grid.post("/duplicates", low=str(one), high=str(other))
    assert "BERLIN-DC01 and BERLIM-DC01 are two systems" in said.text
    assert f"#pair-{one}-{other}" in said.text
    assert "/undo" in said.text
    assert f"pair-{one}-{other}" not in bob.get("/systems/duplicates").text
    apart = bob.get("/systems/duplicates?apart=1").text
    assert problems(apart) == []
    assert f"pair-{one}-{other}" in apart
    assert grid.post("/duplicates", low=str(one), high=str(other)).status_code == 409
    number = re.search(r"/distinct-systems/(\d+)/delete", apart)[1]
    assert bob.get(f"/distinct-systems/{number}/history").location == "/systems/duplicates?apart=1"
    assert "BERLIN-DC01 and BERLIM-DC01" in bob.get("/activity").text
    token = {"csrf_token": grid.headers["X-CSRFToken"]}
    assert bob.post(f"/distinct-systems/{number}/delete", data=token).status_code == 303
    assert f"pair-{one}-{other}" in bob.get("/systems/duplicates").text
    assert bob.post(f"/distinct-systems/{number}/delete", data=token).status_code == 404
    assert grid.post("/duplicates", low=str(one), high="4711").status_code == 404
    assert bob.post("/systems/duplicates", data=token | {"low": one, "high": other}).status_code == 303
    assert read_one(Distinct, int(number) + 1)["low_id"] == one


def test_many_pairs_come_in_pages(alice):
    for number in range(51):
        system(f"BERLIN-{number}")
        system(f"BERLIM-{number}")
    first, second = (alice.get(f"/systems/duplicates?page={page}").text for page in (1, 2))
    assert [page.count('id="pair-') for page in (first, second)] == [50, 1]
    assert 'href="/systems/duplicates?page=2"' in first
    assert 'href="/systems/duplicates?page=1"' in second


def test_rest_merges_several_with_a_choice(app):
    rest, (one, other), third = Rest(app, "alice"), a_pair(), system("SRV001", is_vm=True)
    done = rest.post("systems/merge", {"into": one, "from": [other, third], "choose": {"status": other}})
    assert (done["moved"], done["doubles"]) == (1, 0)
    assert rest.get(f"change-sets/{done['change_set']}")["source"] == "merge"
    row = rest.get(f"systems/{one}")
    assert (row["status"]["name"], row["is_vm"], row["aliases"]) == ("Compromised", True, ["SRV001", "SRV1"])
    gone = rest.ask("GET", f"systems/{other}")
    assert (gone.status_code, gone.json["merged_into"]) == (404, {"id": one, "name": "SRV01"})
    undone = rest.post(f"change-sets/{done['change_set']}/undo")
    assert undone["skipped"] == []
    assert rest.get(f"systems/{other}")["status"]["name"] == "Compromised"
    assert state(System, third)["is_vm"] is True


def test_rest_says_what_is_wrong_with_a_merge(app):
    rest, (one, other) = Rest(app, "alice"), a_pair()
    fine = {"into": one, "from": [other]}
    for body, field in (
        ({"from": [other]}, "into"),
        ({"into": one}, "from"),
        (fine | {"from": other}, "from"),
        (fine | {"from": []}, "from"),
        (fine | {"from": [one]}, "from"),
        (fine | {"from": [True]}, "from"),
        (fine | {"into": "SRV01"}, "into"),
        (fine | {"choose": []}, "choose"),
        (fine | {"choose": {"uuid": one}}, "uuid"),
        (fine | {"choose": {"status": 4711}}, "status"),
        (fine | {"choose": {"status": None}}, "status"),
        (fine | {"more": 1}, "more"),
        ([], ""),
    ):
        assert rest.post("systems/merge", body, status=422)["errors"][0]["field"] == field, body
    rest.post("systems/merge", fine | {"from": [4711]}, status=404)
    Rest(app, "bob").post("systems/merge", fine, status=403)


def test_rest_lists_duplicates_and_tells_them_apart(app):
    rest, one, other = Rest(app, "bob"), system("BERLIN-DC01"), system("BERLIM-DC01")
    found = rest.get("systems/duplicates")
    assert found["total"] == 1
    assert [item["id"] for item in found["items"][0]["systems"]] == [one, other]
    assert "one letter" in found["items"][0]["reasons"][0]
    assert rest.get("systems/duplicates?page=2&per_page=1")["items"] == []
    for body in ({}, {"systems": [one]}, {"systems": [one, one]}, {"systems": [one, "x"]}, {"systems": one}):
        assert rest.post("systems/distinct", body, status=422)["errors"][0]["field"] == "systems"
    assert rest.post("systems/distinct", {"systems": [other, one]})["change_set"]
    assert rest.get("systems/duplicates")["total"] == 0
    rest.post("systems/distinct", {"systems": [other, one]}, status=422)
    rest.post("systems/distinct", {"systems": [one, 4711]}, status=404)
    Rest(app, "rita").post("systems/distinct", {"systems": [one, other]}, status=403)


def test_of_two_who_merge_the_same_systems_the_other_way_round_one_is_told(app):
    one, other, third = system("SRV01"), system("SRV1"), system("SRV001")
    who = Rest(app, "alice").headers
    bodies = [
        {"into": into, "from": [one_of]} for into, one_of in ((one, other), (other, one), (third, one))
    ] * 3
    answers = at_once(app, [("POST", "/api/v1/systems/merge", who, body) for body in bodies])
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {200, 404}
    live = [srv for srv in (one, other, third) if not read_one(System, srv, ["deleted_at"])["deleted_at"]]
    assert len(live) == 3 - statuses.count(200)
    assert_history_replays()
