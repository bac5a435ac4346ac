"""A bulk edit and its undo leave everything as it was, but for what somebody changed in between."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db
from app.models.lookups import Company, Location, SystemStatus
from app.models.systems import System
from app.models.tags import Tag
from app.services import bulk, changes
from app.services.lookups import find, find_or_create
from tests.invariants import assert_history_replays
from tests.records import change, state, system, undo_last

STATUSES = ("Unknown", "Clean", "Compromised")
TAGS = ("a", "b", "c", "d")
COMPANIES = ("A Ltd", "B Ltd", "C Ltd")
PLACES = (None, "Oslo", "Graz")
SINGLE, SEVERAL = ("status", "is_vm", "location"), ("tags", "companies")
VALUES = {
    "status": st.sampled_from(STATUSES),
    "is_vm": st.sampled_from((None, True, False)),
    "location": st.sampled_from(PLACES),
    "tags": st.sets(st.sampled_from(TAGS)),
    "companies": st.sets(st.sampled_from(COMPANIES)),
}
EDITS = st.one_of(st.tuples(st.just(name), values) for name, values in VALUES.items())


@pytest.fixture
def ids(app) -> dict:
    """The ids of the statuses, tags, companies and locations by name."""
    with changes.recording(None, "ui") as change_set:
        found = find_or_create(change_set, Tag, TAGS)
        found |= find_or_create(change_set, Company, COMPANIES)
        found |= find_or_create(change_set, Location, PLACES[1:])
    db.session.commit()
    return found | find(SystemStatus, STATUSES)


def plain(ids: dict, values: dict) -> dict:
    """Values with ids instead of names."""
    several = {name: sorted(ids[one] for one in values[name]) for name in SEVERAL if name in values}
    return {name: ids.get(value, value) for name, value in values.items() if name in SINGLE} | several


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    # "companies" in it are replaced
    wanted=st.fixed_dictionaries({}, optional={name: VALUES[name] for name in (*SINGLE, "companies")}),
    add=VALUES["tags"],
    remove=VALUES["tags"],
    starts=st.lists(st.fixed_dictionaries(VALUES), min_size=2, max_size=3),
    edits=st.lists(st.tuples(st.integers(0, 1), EDITS), max_size=4),
)
def test_undo_takes_back_exactly_what_the_bulk_edit_did(ids, wanted, add, remove, starts, edits):
    systems = [system(f"S{changes.newest()}", **plain(ids, values)) for values in starts]
    order = bulk.Order(
        set=plain(ids, wanted),
        add={"tags": [ids[tag] for tag in add]},
        remove={"tags": [ids[tag] for tag in remove - add]},
    )
    before = [state(System, one) for one in systems]
    with changes.recording(None, "bulk") as change_set:
        bulk.apply(change_set, System, systems, order)
    db.session.commit()
    bulk_edit = changes.newest()
    after = [state(System, one) for one in systems]
    for number, (name, value) in edits:
        change(System, systems[number], **plain(ids, {name: value}))
    final = [state(System, one) for one in systems]
    reported = set()
    if before != after:
        undone = undo_last(steps=changes.newest() - bulk_edit)
        reported = {(skip["record"], skip["field"]) for skip in undone.skipped}
    for one, old, new, last in zip(systems, before, after, final, strict=True):
        now = state(System, one)
        for name in SINGLE:
            kept = old[name] == new[name] or last[name] != new[name]
            assert now[name] == (last[name] if kept else old[name])
            assert ((one, name) in reported) == (old[name] != new[name] and last[name] != new[name])
        for name in SEVERAL:
            added, removed = set(new[name]) - set(old[name]), set(old[name]) - set(new[name])
            assert set(now[name]) == (set(last[name]) - added) | removed
        assert {name: now[name] for name in now if name not in VALUES} == {
            name: last[name] for name in last if name not in VALUES
        }
    if not edits:
        assert [state(System, one) for one in systems] == before
    assert_history_replays()
