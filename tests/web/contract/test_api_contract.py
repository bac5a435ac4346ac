"""REST keeps the same promises for every entity."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.users import User
from tests.rest import Rest
from tests.web.contract.conftest import example

BASELINE = Path(__file__).with_name("api_statements.json")


@pytest.fixture
def record(writer, entity) -> dict:
    return writer.post(entity.plural, example(entity), 201)


def test_a_record_is_created_and_read_back(writer, entity):
    answer = writer.ask("POST", entity.plural, example(entity))
    assert answer.status_code == 201, answer.text
    made = answer.json
    assert answer.headers["Location"] == f"/api/v1/{entity.plural}/{made['id']}"
    assert made.pop("warnings") == []
    read = writer.ask("GET", f"{entity.plural}/{made['id']}")
    assert read.json == made
    assert read.headers["ETag"] == made["etag"]
    assert set(made) == {"id", "revision", "etag", *entity.by_name}
    assert made["created_by"]["name"] == "ada"


def test_a_list_has_the_record_in_its_envelope(writer, entity, record):
    answer = writer.get(f"{entity.plural}?sort=-created_at&per_page=1")
    assert answer["items"][0]["id"] == record["id"]
    assert set(answer) == {"items", "total", "page", "per_page", "revision"}
    assert answer["per_page"] == 1
    assert answer["revision"] >= record["revision"]


def test_a_change_is_stored_with_its_history_and_can_be_undone(writer, entity, record):
    item, value = _change_of(entity)
    path = f"{entity.plural}/{record['id']}"
    changed = writer.patch(path, {item: value})
    assert changed["revision"] > record["revision"]
    assert changed[item] == value
    story = writer.get(f"change-sets?entity={entity.plural}&record={record['id']}")["items"]
    assert [change["action"] for head in story for change in head["changes"]] == ["update", "create"]
    assert story[0]["changes"][0]["diff"][item] == [record[item], value]
    assert (story[0]["actor"]["name"], story[0]["source"]) == ("ada", "api")
    undone = writer.post(f"change-sets/{story[0]['id']}/undo")
    assert (undone["undone"], undone["skipped"]) == (1, [])
    assert writer.get(path)[item] == record[item]
    assert writer.get(f"change-sets/{story[0]['id']}")["undone_by"] == undone["change_set"]


def _change_of(entity) -> tuple[str, str]:
    if entity.model is User:
        return "full_name", "Another"
    for name in ("note", "text", "content", "name"):
        if entity.has(name):
            return name, "Another"
    raise LookupError(entity.plural)


def test_a_record_goes_into_the_bin_and_comes_back(writer, entity, record):
    path = f"{entity.plural}/{record['id']}"
    if entity.model is User:
        assert "disabled" in writer.delete(path, 409)["detail"]
        return
    writer.delete(path)
    writer.ask("GET", path)
    assert writer.ask("GET", path).status_code == 404
    assert writer.patch(path, {}, 404)
    assert writer.delete(path, 404)
    assert record["id"] not in [item["id"] for item in writer.get(f"{entity.plural}?per_page=1000")["items"]]
    assert writer.post(f"{path}/restore")["id"] == record["id"]
    assert writer.get(path)["created_at"] == record["created_at"]


def test_an_unknown_or_fixed_field_is_refused_by_name(writer, entity, record):
    body = {"colour_of_money": 1, "created_at": "2026-01-01T00:00:00Z", "revision": 7, "name_key": "x"}
    for problem in (
        writer.post(entity.plural, example(entity, 2) | body, 422),
        writer.patch(f"{entity.plural}/{record['id']}", body, 422),
    ):
        assert {error["field"] for error in problem["errors"]} == set(body)
    assert writer.get(f"{entity.plural}/{record['id']}")["revision"] == record["revision"]


def test_wrong_types_are_refused_field_by_field(writer, entity):
    wrong = {item.name: {"a": [1]} if item.kind.is_many else 1.5 for item in entity.fields if item.editable}
    problem = writer.post(entity.plural, wrong, 422)
    assert {error["field"] for error in problem["errors"]} == set(wrong)


def test_what_is_required_is_named(writer, entity):
    problem = writer.post(entity.plural, {}, 422)
    assert {error["field"] for error in problem["errors"]} == {i.name for i in entity.fields if i.required}


def test_a_reader_changes_nothing(reader, writer, entity, record):
    path = f"{entity.plural}/{record['id']}"
    assert reader.ask("GET", path).status_code == (403 if entity.internal else 200)
    assert reader.ask("GET", entity.plural).status_code == (403 if entity.internal else 200)
    assert reader.post(entity.plural, example(entity, 2), 403)
    assert reader.post(entity.plural, [example(entity, 3)], 403)
    assert reader.patch(path, {}, 403)
    assert reader.delete(path, 403)
    for action in ("restore", "grab", "free"):
        assert reader.post(f"{path}/{action}", None, 403)


def test_a_reading_token_changes_nothing(app, entity, record):
    token = Rest(app, "ada", "read")
    assert token.get(f"{entity.plural}/{record['id']}")
    assert token.patch(f"{entity.plural}/{record['id']}", {}, 403)
    assert token.post(entity.plural, {}, 403)
    assert Rest(app, "ada", "import").ask("GET", entity.plural).status_code == 403


def test_a_list_costs_the_same_number_of_statements_whatever_its_length(app, writer, entity):
    writer.post(entity.plural, example(entity), 201)
    few = _statements(writer, entity)
    writer.post(entity.plural, [example(entity, number) for number in range(2, 27)])
    assert _statements(writer, entity) == few
    assert few == json.loads(BASELINE.read_text())[entity.plural]


def _statements(writer, entity) -> int:
    seen = []

    def note(connection, cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):  # only SQLite's driver is told so
            seen.append(statement)

    writer.get(entity.plural)
    engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    writer.get(f"{entity.plural}?per_page=1000")
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(seen)
