"""Filters beyond the fields: the records themselves, the cases in which something is used, what is open."""

import pytest

import app.blueprints  # noqa: F401  (declares the entities)
from app.entities import query, registry, states
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.lookups import AnalysisStatus
from app.models.systems import System
from app.models.tags import Tag
from tests.records import change, make, remove, system

pytestmark = pytest.mark.usefixtures("app")


def ids(plural: str, pairs) -> set[int]:
    entity = registry.entity(plural)
    return set(query.ids(query.understand(entity, query.with_usual(entity, pairs))))


@pytest.fixture
def north(app) -> int:
    return make(Case, name="North")


def test_records_themselves_are_a_filter(north):
    south = make(Case, name="South")
    assert ids("cases", [("cases", f"id:{north}")]) == {north}
    assert ids("cases", [("cases", f"id:{north}"), ("cases", "south")]) == {north, south}
    assert ids("cases", [("cases.not", f"id:{north}")]) == {south}


def test_tags_of_a_case_are_those_that_its_live_records_have(north):
    one, two, three = (make(Tag, name=f"tag {number}") for number in (1, 2, 3))
    srv = system("SV-1", cases=[north], tags=[one])
    make(Artifact, name="image", system=srv, case=north, type="Image", tags=[two])
    system("SV-2", tags=[three])
    assert ids("tags", [("cases", f"id:{north}")]) == {one, two}
    assert three in ids("tags", [("cases.empty", "1")])
    gone = system("SV-3", cases=[north], tags=[three])
    remove(System, gone)
    assert ids("tags", [("cases", f"id:{north}")]) == {one, two}


def test_every_entity_that_has_to_do_with_cases_says_how_it_is_filtered_by_them():
    keys = {entity.plural: entity.case_key for entity in registry.entities()}
    assert keys["systems"] == keys["cases"] == keys["tags"] == "cases"
    assert {keys[p] for p in ("artifacts", "tasks", "notes", "report-items", "timeline")} == {"case"}
    assert keys["memos"] == ""
    for plural, key in keys.items():
        if key:
            assert ids(plural, [(key, "nothing such")]) == set(), plural


def test_open_is_what_has_no_closed_status_whatever_it_is_called(north):
    waiting, done, fresh = system("SV-1"), system("SV-2"), system("SV-3")
    change(System, waiting, analysis_status="Waiting for customer")
    change(System, done, analysis_status="Nothing to do")
    systems = registry.entity("systems")
    assert ids("systems", states.open_pairs(systems, states.read_states())) == {waiting, fresh}
    assert ids("systems", states.waiting_pairs(systems, states.read_states())) == {waiting}
    nothing_to_do = next(
        row.named.id for row in states.read_states()[AnalysisStatus] if row.named.name == "Nothing to do"
    )
    change(AnalysisStatus, nothing_to_do, name="Later", is_open=True)
    assert ids("systems", states.open_pairs(systems, states.read_states())) == {waiting, done, fresh}
