"""Every registered entity has its pages, and each of them opens."""

import pytest

import app.blueprints  # noqa: F401  (declares the entities)
from app.entities.registry import entities
from app.models.systems import Memo
from tests.pages import problems
from tests.records import make, system

PLURALS = [item.plural for item in entities()]


def a_record(plural: str) -> int:
    """The id of some record of the entity."""
    from app.entities import query
    from app.entities.registry import entity

    if plural == "memos":
        return make(Memo, system=system("SV-MEMO"), text="seen")
    found = query.ids(query.understand(entity(plural), []), limit=1)
    values = {"os-import-names": {"os": "Windows 11"}, "contacts": {"email": "a@example.com"}}.get(plural, {})
    name = "10.0.0.1" if plural == "ips" else "Some"
    return found[0] if found else make(entity(plural).model, name=name, **values)


@pytest.mark.parametrize("plural", PLURALS)
def test_list_fragment_record_history_and_forms_open(ada, plural):
    record = a_record(plural)
    fragment = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert problems(ada.get(f"/{plural}").text) == []
    assert "<!doctype html>" not in ada.get(f"/{plural}", headers=fragment).text
    for path in (f"{record}", f"{record}/history", f"{record}/edit", "new", "columns", "counts"):
        answer = ada.get(f"/{plural}/{path}")
        assert answer.status_code == 200, (path, answer.text[:500])
        if path not in ("counts", "columns"):
            assert problems(answer.text) == [], path
