"""REST: what scripts rely on."""

import pytest
from werkzeug.test import TestResponse

from app.blueprints.rest import history
from app.jobs import runner
from app.models.systems import Memo, System
from app.models.tags import Tag
from tests.records import change, make, system
from tests.rest import Rest


@pytest.fixture
def rest(app) -> Rest:
    """Bob's token: an analyst."""
    return Rest(app, "bob")


@pytest.fixture
def lead(app) -> Rest:
    """Alice's token."""
    return Rest(app, "alice")


@pytest.fixture
def reader(app) -> Rest:
    """Rita's token."""
    return Rest(app, "rita")


def names(answer: dict) -> list[str]:
    return [item["name"] for item in answer["items"]]


# reading


def test_lists_filter_sort_and_page(rest):
    for name, status in (("SRV2", "Clean"), ("SRV10", "Compromised"), ("SRV1", "Clean")):
        system(name, status=status)
    assert names(rest.get("systems?sort=name")) == ["SRV1", "SRV2", "SRV10"]
    assert names(rest.get("systems?sort=-name&per_page=2&page=2")) == ["SRV1"]
    assert rest.get("systems?per_page=2")["total"] == 3
    assert names(rest.get("systems?status=clean&sort=-name")) == ["SRV2", "SRV1"]
    assert names(rest.get("systems?status.not=Clean")) == ["SRV10"]
    assert names(rest.get("systems?q=rv10")) == ["SRV10"]
    assert rest.get("systems?q=%25")["total"] == 0
    assert rest.get("systems?analysis_status.empty=1")["total"] == 3
    assert rest.get("systems?updated_since=2999-01-01")["total"] == 0
    assert rest.get("systems?updated_since=2001-01-01T00:00:00%2B02:00")["total"] == 3


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "per_page=1001",
        "per_page=-1",
        "sort=nothing",
        "nothing=1",
        "created_at.min=soon",
        "updated_since=soon",
        "status.min=1",
        "status=id:99999999999999999",
    ],
)
def test_a_query_that_means_nothing_is_refused_by_name(rest, query):
    problem = rest._json(rest.ask("GET", f"systems?{query}"), 400)
    name = query.split("=")[0].split(".")[0].replace("updated_since", "updated_at")
    assert name in problem["detail"]
    assert name in problem["errors"][0]["field"] or name == "sort"


def test_references_are_answered_as_id_and_name_and_times_with_their_zone(rest):
    made = rest.post("systems", {"name": "A", "tags": ["t"], "installed_at": "2026-11-20T10:00+02:00"}, 201)
    assert made["status"]["name"] == "Unknown"
    assert made["tags"][0]["name"] == "t"
    assert made["installed_at"] == "2026-11-20T08:00:00+00:00"
    assert made["created_by"]["name"] == "bob"


def test_without_a_token_the_answer_is_a_problem(client):
    answer = client.get("/api/v1/systems")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert client.get("/api/v1/systems", headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_browser_needs_the_csrf_token(bob):
    assert bob.post("/api/v1/tags", json={"name": "x"}).status_code == 400
    assert bob.get("/api/v1/tags").status_code == 200


def test_unknown_addresses_are_problems(rest):
    for path in ("nothing", "systems/99", "systems/99999999999999", "systems/x"):
        assert rest._json(rest.ask("GET", path), 404)
    assert rest._json(rest.ask("PUT", "systems"), 405)


# writing


def test_a_reference_is_a_number_or_a_name_or_what_was_answered(rest):
    made = rest.post("systems", {"name": "A", "os": "Windows 11", "tags": ["x"]}, 201)
    second = rest.post("systems", {"name": "B", "os": made["os"]["id"], "tags": made["tags"]}, 201)
    third = rest.post("systems", {"name": "C", "os": made["os"]}, 201)
    assert second["os"] == third["os"] == made["os"]
    assert second["tags"] == made["tags"]


def test_unknown_names_are_created_where_lists_grow_and_refused_elsewhere(rest):
    body = {"name": "A", "location": "Oslo", "ips": ["10.0.0.1"], "companies": ["ACME"], "domain": "corp"}
    made = rest.post("systems", body, 201)
    assert made["location"]["name"] == "Oslo"
    story = rest.get("change-sets?per_page=1")["items"][0]
    assert {c["entity"] for c in story["changes"]} == {"systems", "locations", "ips", "companies", "domains"}
    wrong = {
        "name": "B",
        "status": "Odd",
        "priority": "Odd",
        "type": "Odd",
        "os_arch": "Odd",
        "contact": "Odd",
    }
    wrong |= {"host_system": "Odd", "cases": ["Odd"], "assigned_to": "Odd", "ips": ["no address"]}
    problem = rest.post("systems", wrong, 422)
    assert {error["field"] for error in problem["errors"]} == set(wrong) - {"name"}
    assert rest.get("systems")["total"] == 1


def test_a_name_that_exists_is_refused_at_its_field(rest):
    system("SRV01")
    problem = rest.post("systems", {"name": "srv01"}, 422)
    assert [error["field"] for error in problem["errors"]] == ["name"]


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        ("{", "application/json", 400),
        ('{"name": NaN}', "application/json", 400),
        ('{"name": "\\ud800"}', "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ('"text"', "application/json", 422),
        ("17", "application/json", 422),
        ("name=x", "application/x-www-form-urlencoded", 415),
        ("", "application/json", 400),
    ],
)
def test_a_body_that_is_no_record_is_refused(rest, data, kind, status):
    answer = rest.client.post("/api/v1/tags", data=data, content_type=kind, headers=rest.headers)
    assert rest._json(answer, status)


def test_numbers_beyond_every_column_are_refused(rest):
    for body in ({"name": "A", "os": 10**30}, {"name": "A", "tags": [10**30]}, {"name": "A", "os": -1}):
        assert rest.post("systems", body, 422)
    assert rest.post("reasons", {"name": "A", "position": 10**30}, 422)


def test_a_password_or_key_can_not_be_set(app):
    admin = Rest(app, "ada")
    assert admin.post("users", {"username": "eve", "password_hash": "x"}, 422)
    made = admin.post("users", {"username": "eve", "role": "admin"}, 201)
    assert not {"password_hash", "preferences"} & set(made)


def test_people_are_changed_by_administrators_and_one_of_them_remains(app, rest, lead, people):
    assert rest.patch(f"users/{people.bob}", {"role": "admin"}, 403)
    assert lead.patch(f"users/{people.alice}", {"role": "admin"}, 403)
    admin = Rest(app, "ada")
    for body in ({"role": "reader"}, {"is_enabled": False}):
        assert admin.patch(f"users/{people.ada}", body, 422)
    assert admin.patch(f"users/{people.bob}", {"role": "lead"})["role"] == "lead"


def test_statuses_are_for_leads(rest, lead):
    assert rest.post("system-statuses", {"name": "Odd"}, 403)
    assert lead.post("system-statuses", {"name": "Odd"}, 201)


# conflicts


def test_if_match_with_another_etag_is_told_the_present_one(rest):
    made = rest.post("systems", {"name": "A"}, 201)
    now = rest.patch(f"systems/{made['id']}", {"is_vm": True}, If_Match=made["etag"])
    answer = rest.ask("PATCH", f"systems/{made['id']}", {"is_vm": False}, If_Match=made["etag"])
    assert rest._json(answer, 412)["etag"] == answer.headers["ETag"] == now["etag"]
    assert rest.get(f"systems/{made['id']}")["is_vm"] is True
    assert rest.patch(f"systems/{made['id']}", {"is_vm": False}, If_Match="*")


def test_a_field_changed_since_it_was_seen_is_a_conflict_with_both_values(rest, people):
    srv = system("A", status="Clean", is_vm=False)
    change(System, srv, by=people.alice, status="Compromised")
    body = {"status": "Unknown", "is_vm": True, "base": {"status": "Clean", "is_vm": False}}
    (conflict,) = rest.patch(f"systems/{srv}", body, 409)["conflicts"]
    assert (conflict["field"], conflict["who"]) == ("status", "alice")
    assert (conflict["mine"]["name"], conflict["theirs"]["name"]) == ("Unknown", "Compromised")
    assert conflict["when"].endswith("+00:00")
    assert rest.get(f"systems/{srv}")["is_vm"] is False
    assert rest.patch(f"systems/{srv}", {"is_vm": True, "base": {"is_vm": False}})["is_vm"] is True


def test_many_valued_fields_are_merged_against_what_was_seen(rest):
    srv = rest.post("systems", {"name": "A", "tags": ["a", "b"]}, 201)["id"]
    rest.patch(f"systems/{srv}", {"tags": ["a", "b", "c"]})
    merged = rest.patch(f"systems/{srv}", {"tags": ["b", "d"], "base": {"tags": ["a", "b"]}})
    assert [tag["name"] for tag in merged["tags"]] == ["b", "c", "d"]


@pytest.mark.parametrize("base", [[], "x", {"nothing": 1}])
def test_a_base_that_is_none_is_refused(rest, base):
    srv = system("A")
    assert rest.patch(f"systems/{srv}", {"is_vm": True, "base": base}, 422)


# lists


def test_a_list_is_one_change_set(rest):
    answer = rest.post("systems", [{"name": "A", "tags": ["x"]}, {"name": "B", "tags": ["x", "y"]}])
    assert [(i["name"], i["outcome"]) for i in answer["items"]] == [("A", "created"), ("B", "created")]
    assert rest.get("change-sets?per_page=1")["items"][0]["id"] == answer["change_set"]
    assert rest.get("tags?q=x")["total"] == 1


def test_one_faulty_row_stops_the_list_and_is_named(rest):
    rows = [{"name": "A"}, {"name": "B", "status": "Odd"}, {"name": "C", "ips": ["x"]}]
    problem = rest.post("systems", rows, 422)
    assert [(e["row"], e["field"]) for e in problem["errors"]] == [(1, "status"), (2, "ips")]
    twice = rest.post("systems", [{"name": "A"}, {"name": "a"}], 422)
    assert [(e["row"], e["field"]) for e in twice["errors"]] == [(1, "name")]
    odd = rest.post("systems", [{"name": "A"}, 17, {"nothing": 1}, {}], 422)
    assert [(e["row"], e["field"]) for e in odd["errors"]] == [(1, ""), (2, "nothing")]
    assert rest.get("systems")["total"] == 0


def test_upsert_finds_systems_by_identity(rest):
    system("SRV01")
    rows = [
        {"name": "srv01.corp.example.com", "status": "Clean"},
        {"name": "SRV02"},
        {"name": "srv02.corp.example.com", "is_vm": True},
    ]
    answer = rest.post("systems?upsert=true", rows)
    assert [(i["name"], i["outcome"]) for i in answer["items"]] == [
        ("SRV01", "updated"),
        ("SRV02", "created"),
        ("SRV02", "created"),
    ]
    again = rest.post("systems?upsert=true", rows)
    assert again["change_set"] is None
    assert {item["outcome"] for item in again["items"]} == {"same"}


def test_an_ambiguous_name_is_never_guessed(rest):
    system("srv01.a.example")
    system("srv01.b.example")
    problem = rest.post("systems?upsert=true", [{"name": "X"}, {"name": "SRV01"}], 422)
    assert [(e["row"], e["field"]) for e in problem["errors"]] == [(1, "name")]
    assert "ambiguous" in problem["errors"][0]["message"]


def test_upsert_of_lookups_goes_by_the_name_ignoring_case(rest):
    make(Tag, name="Beacon")
    rows = [{"name": "BEACON", "note": "C2"}, {"name": "other"}, {"name": "Other"}]
    answer = rest.post("tags?upsert=true", rows)
    assert [(i["name"], i["outcome"]) for i in answer["items"]] == [
        ("Beacon", "updated"),
        ("other", "created"),
        ("other", "created"),
    ]
    assert rest.post("ips?upsert=true", [{"name": "::ffff:0:1"}, {"name": "0::ffff:0:1"}])
    assert rest.get("ips")["total"] == 1
    assert rest.post("memos?upsert=true", [{"system": system("A"), "text": "x"}], 422)


def test_a_retry_with_the_same_key_does_nothing_twice(rest, lead):
    body = {"system": system("A"), "text": "seen"}
    first = rest.ask("POST", "memos", body, Idempotency_Key="k1")
    again = rest.ask("POST", "memos", body, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert again.headers["Location"] == first.headers["Location"]
    assert rest.get("memos")["total"] == 1
    assert rest.post("memos", body | {"text": "other"}, 422, Idempotency_Key="k1")
    assert lead.post("memos", body, 201, Idempotency_Key="k1")


# the bin, assignment


def test_what_is_in_use_is_not_deleted_and_says_why(rest):
    made = rest.post("systems", {"name": "A", "location": "Oslo"}, 201)
    problem = rest.delete(f"locations/{made['location']['id']}", 409)
    assert "1 systems" in problem["detail"]


def test_analysts_delete_only_what_they_created(rest, lead):
    mine, theirs = rest.post("tags", {"name": "a"}, 201)["id"], lead.post("tags", {"name": "b"}, 201)["id"]
    rest.delete(f"tags/{mine}")
    assert rest.post(f"tags/{mine}/restore")["id"] == mine
    assert rest.delete(f"tags/{theirs}", 403)
    lead.delete(f"tags/{mine}")


def test_a_name_taken_meanwhile_keeps_a_record_in_the_bin(rest):
    old = rest.post("tags", {"name": "a"}, 201)["id"]
    rest.delete(f"tags/{old}")
    rest.post("tags", {"name": "A"}, 201)
    assert rest.post(f"tags/{old}/restore", None, 422)["errors"][0]["field"] == "name"


def test_a_second_grab_is_told_who_was_faster(rest, lead):
    srv = system("A")
    assert rest.post(f"systems/{srv}/grab")["assigned_to"]["name"] == "bob"
    problem = lead.post(f"systems/{srv}/grab", None, 409)
    assert "bob" in problem["detail"]
    assert problem["owner"]["name"] == "bob"
    assert "bob" in lead.post(f"systems/{srv}/free", None, 409)["detail"]
    assert rest.post(f"systems/{srv}/free")["assigned_to"] is None
    assert rest.post("cases/1/grab", None, 404)


# history


def test_change_sets_are_filtered(rest, lead, people):
    first = rest.post("systems", {"name": "A"}, 201)
    lead.patch(f"systems/{first['id']}", {"is_vm": True})
    lead.post("tags", [{"name": "x"}])
    total = lambda query: rest.get(f"change-sets?{query}")["total"]  # noqa: E731
    assert total(f"since={first['revision']}") == 2
    assert total("actor=alice") == total(f"actor=id:{people.alice}") == 2
    assert total("actor=nobody") == 0
    assert total("source=bulk") == 1
    assert total("entity=systems") == 2
    assert total(f"entity=systems&record={first['id']}&actor=bob") == 1
    for query in ("record=1", "since=x", "nothing=1"):
        assert rest._json(rest.ask("GET", f"change-sets?{query}"), 400)


def test_a_long_change_set_shows_a_hundred_and_pages_the_rest(rest):
    number = rest.post("tags", [{"name": f"t{i}"} for i in range(130)])["change_set"]
    assert len(rest.get(f"change-sets/{number}")["changes"]) == 100
    rest_of_it = rest.get(f"change-sets/{number}/changes?page=2")
    assert (rest_of_it["total"], len(rest_of_it["items"])) == (130, 30)


def test_undo_reports_what_it_left_alone(rest, lead):
    srv = rest.post("systems", {"name": "A"}, 201)["id"]
    changed = rest.patch(f"systems/{srv}", {"is_vm": True, "status": "Clean"})["revision"]
    lead.patch(f"systems/{srv}", {"is_vm": False})
    undone = rest.post(f"change-sets/{changed}/undo")
    assert undone["undone"] == 1
    assert undone["skipped"] == [
        {"entity": "systems", "record": srv, "field": "is_vm", "reason": "was changed since"}
    ]
    again = rest.post(f"change-sets/{changed}/undo")
    assert (again["change_set"], again["undone"]) == (None, 0)
    assert rest.post("change-sets/99999/undo", None, 404)


def test_analysts_undo_only_their_own(rest, lead):
    theirs = lead.post("tags", {"name": "a"}, 201)["revision"]
    assert rest.post(f"change-sets/{theirs}/undo", None, 403)
    mine = rest.post("tags", {"name": "b"}, 201)["revision"]
    assert lead.post(f"change-sets/{mine}/undo")["undone"] == 1


def test_a_large_undo_is_a_job(rest, monkeypatch):
    monkeypatch.setattr(history, "LONGEST_UNDO", 1)
    number = rest.post("tags", [{"name": "a"}, {"name": "b"}])["change_set"]
    job = rest.post(f"change-sets/{number}/undo", None, 202)["job"]
    assert rest.post(f"change-sets/{number}/undo", None, 202)["job"] == job
    runner.run(job)
    latest = rest.get("change-sets?per_page=1")["items"][0]
    assert (latest["source"], latest["undo_of"], latest["actor"]["name"]) == ("undo", number, "bob")
    assert [change["action"] for change in latest["changes"]] == ["delete", "delete"]


def test_a_reader_sees_nothing_internal(rest, reader):
    srv = system("SRV01")
    memo = make(Memo, system=srv, text="CANARY")
    change(Memo, memo, text="CANARY again")
    answers: list[TestResponse] = [
        reader.ask("GET", path)
        for path in (
            f"memos/{memo}",
            "memos?q=CANARY",
            "systems?q=CANARY",
            "change-sets?per_page=1000",
            "change-sets?entity=memos",
            f"change-sets/{rest.get('memos')['items'][0]['revision']}",
            "users",
        )
    ]
    assert not [answer.text for answer in answers if "CANARY" in answer.text]
    assert reader.get("change-sets?entity=memos")["total"] == 0
    assert rest.get("change-sets?entity=memos")["total"] == 2


# the document


def test_the_document_is_valid_and_the_page_lists_every_entity(rest, bob):
    from openapi_spec_validator import validate

    from app.entities.registry import entities

    document = rest.get("openapi.json")
    validate(document)
    page = bob.get("/api/docs").text
    for entity in entities():
        assert f"/api/v1/{entity.plural}" in document["paths"]
        assert f"/api/v1/{entity.plural}<" in page
