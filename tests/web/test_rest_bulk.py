"""REST of many records at once: counts, all or none, refused rows by name, jobs, retries, chosen fields."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.jobs import runner
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.services import bulk, changes
from app.services.reading import read
from tests.records import change, make, remove, state, system
from tests.rest import Rest


@pytest.fixture
def rest(app) -> Rest:
    """Bob's token: an analyst."""
    return Rest(app, "bob")


@pytest.fixture
def trio(app) -> list[int]:
    return [system(name) for name in ("SRV-1", "SRV-2", "OTHER")]


def statuses(ids: list[int]) -> list[str]:
    db.session.rollback()
    return [row["status"].name for row in read(System, ids, ["status"])]


def tags_of(ids: list[int]) -> list[list[str]]:
    db.session.rollback()
    return [[tag.name for tag in row["tags"]] for row in read(System, ids, ["tags"])]


def test_rows_named_by_id_change_in_one_change_set(rest, trio):
    change(System, trio[0], status="Clean")
    before = changes.newest()
    done = rest.post("systems/bulk", {"ids": trio[:2], "set": {"status": "Clean"}})
    assert done == {
        "rows": 2,
        "changed": 1,
        "same": 1,
        "by_field": {"status": 1},
        "skipped": [],
        "warnings": [],
        "dry_run": False,
        "change_set": before + 1,
    }
    assert statuses(trio) == ["Clean", "Clean", "Unknown"]
    head = rest.get(f"change-sets/{before + 1}")
    assert (head["source"], head["actor"]["name"]) == ("bulk", "bob")
    assert head["summary"] == "Set Status of 1 systems"


def test_a_query_means_all_that_the_list_shows_for_it(rest, trio):
    body = {"query": "?q=srv&sort=name", "set": {"priority": "High"}, "add": {"tags": ["a.exe", "new"]}}
    done = rest.post("systems/bulk", body)
    assert (done["rows"], done["changed"]) == (2, 2)
    assert done["by_field"] == {"priority": 2, "tags": 2}
    assert tags_of(trio) == [["a.exe", "new"], ["a.exe", "new"], []]
    summary = rest.get(f"change-sets/{done['change_set']}")["summary"]
    assert summary == "Set Priority; add Tags of 2 systems"


def test_values_are_added_removed_and_replaced(rest, trio):
    old, kept = make(Tag, name="old"), make(Tag, name="kept")
    change(System, trio[0], tags=[old, kept])
    rest.post("systems/bulk", {"ids": trio, "add": {"tags": ["fresh"]}, "remove": {"tags": ["old"]}})
    assert tags_of(trio) == [["fresh", "kept"], ["fresh"], ["fresh"]]
    rest.post("systems/bulk", {"ids": trio, "set": {"tags": ["only"], "reason": None}})
    assert tags_of(trio) == [["only"]] * 3
    assert rest.get("tags?q=only")["total"] == 1


def test_a_dry_run_counts_exactly_and_leaves_nothing(rest, trio):
    before = changes.newest()
    tried = rest.post("systems/bulk", {"query": "", "add": {"tags": ["brand new"]}, "dry_run": True})
    assert (tried["rows"], tried["changed"], tried["change_set"], tried["dry_run"]) == (3, 3, None, True)
    assert changes.newest() == before
    assert rest.get("tags?q=brand")["total"] == 0
    assert tags_of(trio) == [[], [], []]


def test_all_or_none_and_every_refused_row_is_named(rest, trio):
    remove(System, trio[1])
    before = changes.newest()
    body = {"ids": [*trio, 4711], "set": {"host_system": trio[0], "status": "Clean"}}
    for tried in (body, body | {"dry_run": True}):
        problem = rest.post("systems/bulk", tried, 422)
        assert [(e["row"], e["name"], e["field"]) for e in problem["errors"]] == [
            (trio[1], "SRV-2", ""),
            (4711, "", ""),
            (trio[0], "SRV-1", "host_system"),
        ]
        assert "its own host" in problem["errors"][2]["message"]
        assert "3 of the records" in problem["detail"]
    assert changes.newest() == before
    assert statuses(trio) == ["Unknown"] * 3


def test_refused_rows_are_left_out_when_that_is_asked_for(rest, trio):
    body = {"ids": trio, "set": {"host_system": trio[0]}, "skip_refused": True}
    done = rest.post("systems/bulk", body)
    assert (done["changed"], done["same"]) == (2, 0)
    reason = "a system can't be its own host"
    assert done["skipped"] == [{"record": trio[0], "name": "SRV-1", "field": "host_system", "reason": reason}]
    assert state(System, trio[1])["host_system"] == trio[0]
    undone = rest.post(f"change-sets/{done['change_set']}/undo")
    assert (undone["undone"], undone["skipped"]) == (2, [])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], ""),
        ({"set": {"status": "Clean"}}, "ids"),
        ({"ids": [1], "query": "", "set": {"status": "Clean"}}, "ids"),
        ({"ids": ["1"], "set": {"status": "Clean"}}, "ids"),
        ({"ids": [True], "set": {"status": "Clean"}}, "ids"),
        ({"query": 1, "set": {"status": "Clean"}}, "query"),
        ({"ids": [1]}, "set"),
        ({"ids": [1], "set": {}}, "set"),
        ({"ids": [1], "set": []}, "set"),
        ({"ids": [1], "set": {"status": "Nonsense"}}, "status"),
        ({"ids": [1], "set": {"status": None}, "dry_run": "yes"}, "dry_run"),
        ({"ids": [1], "set": {"name": "X"}}, "name"),
        ({"ids": [1], "set": {"updated_at": None}}, "updated_at"),
        ({"ids": [1], "set": {"nothing": 1}}, "nothing"),
        ({"ids": [1], "set": {"status": 1.5}}, "status"),
        ({"ids": [1], "add": {"status": "Clean"}}, "status"),
        ({"ids": [1], "add": {"tags": "x"}}, "tags"),
        ({"ids": [1], "remove": {"tags": ["never heard of"]}}, "tags"),
        ({"ids": [1], "set": {"tags": []}, "add": {"tags": ["x"]}}, "tags"),
        ({"ids": [1], "set": {"status": "Clean"}, "dryrun": True}, "dryrun"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(rest, trio, body, field):
    before = changes.newest()
    problem = rest.post("systems/bulk", body, 422)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert changes.newest() == before


def test_where_nothing_matches_nothing_is_created(rest, trio):
    for which in ({"ids": []}, {"query": "q=nowhere"}):
        done = rest.post("systems/bulk", which | {"add": {"tags": ["brand new"]}})
        assert (done["rows"], done["change_set"]) == (0, None)
    assert rest.get("tags?q=brand")["total"] == 0


@pytest.mark.parametrize("text", ["nothing=1", "page=2&per_page=10", "status.min=1"])
def test_a_query_that_can_not_be_meant_is_refused(rest, trio, text):
    problem = rest.post("systems/bulk", {"query": text, "set": {"status": "Clean"}}, 400)
    assert problem["errors"][0]["field"] in text


def test_a_retry_with_the_same_key_changes_nothing_more(rest, trio):
    body = {"query": "status=Unknown", "set": {"status": "Clean"}}
    first = rest.post("systems/bulk", body, Idempotency_Key="k1")
    change(System, trio[0], status="Unknown")
    assert rest.post("systems/bulk", body, Idempotency_Key="k1") == first
    assert statuses(trio)[0] == "Unknown"
    assert rest.post("systems/bulk", body | {"dry_run": False}, 422, Idempotency_Key="k1")


def test_more_than_a_request_can_do_is_a_job(rest, trio, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    body = {"query": "", "set": {"status": "Clean"}, "add": {"tags": ["t"]}}
    job = rest.post("systems/bulk", body, 202, Idempotency_Key="k2")["job"]
    assert rest.post("systems/bulk", body, 202, Idempotency_Key="k2")["job"] == job
    assert rest.get(f"jobs/{job}")["state"] == "queued"
    runner.run(job)
    told = rest.get(f"jobs/{job}")
    assert (told["state"], told["result"]["changed"]) == ("done", 3)
    assert rest.get(f"change-sets/{told['result']['change_set']}")["actor"]["name"] == "bob"
    assert statuses(trio) == ["Clean"] * 3


def test_a_job_changes_all_or_none_too_and_its_log_says_why(app, rest, trio, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    before = changes.newest()
    body = {"ids": trio, "set": {"host_system": trio[0]}}
    job = rest.post("systems/bulk", body, 202)["job"]
    runner.run(job)
    told = rest.get(f"jobs/{job}")
    assert (told["state"], told["message"]) == ("failed", "1 of the records can't be changed, so none was")
    assert changes.newest() == before
    db.session.rollback()
    line = db.session.scalar(sa.text("SELECT text FROM job_logs"))
    assert line == "SRV-1 host_system: a system can't be its own host"
    tried = rest.post("systems/bulk", body | {"dry_run": True, "skip_refused": True}, 202)["job"]
    runner.run(tried)
    assert rest.get(f"jobs/{tried}")["result"]["changed"] == 2
    assert changes.newest() == before


def test_only_who_may_write_the_records_may_change_many(app, trio):
    body = {"ids": trio, "set": {"status": "Clean"}}
    assert Rest(app, "rita").post("systems/bulk", body, 403)
    assert Rest(app, "alice", "read").post("systems/bulk", body, 403)
    assert Rest(app, "bob").post("priorities/bulk", {"ids": [1], "set": {"note": "x"}}, 403)
    assert Rest(app, "alice").post("priorities/bulk", {"ids": [1], "set": {"note": "x"}})["changed"] == 1
    assert Rest(app, "rita").get(f"systems/{trio[0]}")["status"]["name"] == "Unknown"
    assert Rest(app, "bob").post("nothing/bulk", body, 404)
    assert Rest(app, "bob").ask("GET", "jobs/4711").status_code == 404


# fields=


def test_only_the_fields_that_are_asked_for_are_answered(rest, trio):
    listed = rest.get("systems?fields=name,status&sort=name&per_page=1")
    assert listed["items"] == [{"name": "OTHER", "status": {"id": 1, "name": "Unknown"}}]
    assert listed["total"] == 3
    assert list(rest.get(f"systems/{trio[0]}?fields=id,etag,tags")) == ["etag", "id", "tags"]
    assert len(rest.get(f"systems/{trio[0]}?fields=")) > 20


@pytest.mark.parametrize("path", ["systems?fields=name,colour_of_money", "systems/{}?fields=colour_of_money"])
def test_an_unknown_field_is_refused_by_name(rest, trio, path):
    problem = rest._json(rest.ask("GET", path.format(trio[0])), 400)
    assert "colour_of_money" in problem["detail"]
    assert problem["errors"][0]["field"] == "fields"


def test_a_reader_asks_for_no_internal_field(app, trio):
    make(Memo, system=trio[0], text="CANARY")
    assert Rest(app, "rita").ask("GET", "memos?fields=text").status_code == 403
