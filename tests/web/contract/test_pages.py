"""Every registered entity has its pages, and each of them opens."""

import pytest

import app.blueprints  # noqa: F401  (declares the entities)
from app.entities import query
from app.entities.registry import entities, entity
from tests.pages import problems
from tests.rest import Rest
from tests.web.contract.conftest import example

PLURALS = [item.plural for item in entities()]


def a_record(app, plural: str) -> int:
    """The id of some record of the entity."""
    asked = query.understand(entity(plural), [])
    found = query.ids(asked, limit=1)
    return found[0] if found else Rest(app, "ada").post(plural, example(entity(plural)), 201)["id"]


@pytest.mark.parametrize("plural", PLURALS)
def test_list_fragment_record_history_and_forms_open(app, ada, plural):
    record = a_record(app, plural)
    fragment = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert problems(ada.get(f"/{plural}").text) == []
    assert "<!doctype html>" not in ada.get(f"/{plural}", headers=fragment).text
    for path in (f"{record}", f"{record}/history", f"{record}/edit", "new", "columns", "counts"):
        answer = ada.get(f"/{plural}/{path}")
        assert answer.status_code == 200, (path, answer.text[:500])
        if path not in ("counts", "columns"):
            assert problems(answer.text) == [], path
