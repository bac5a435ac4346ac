"""A bulk edit and its undo leave everything as it was, but for what somebody changed in between."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db
from app.models.lookups import SystemStatus
from app.models.systems import System
from app.models.tags import Tag
from app.services import bulk, changes
from app.services.lookups import find, find_or_create
from tests.invariants import assert_history_replays
from tests.records import change, state, system, undo_last

STATUSES = ("Unknown", "Clean", "Compromised")
TAGS = ("a", "b", "c", "d")
EDITS = st.one_of(
    st.tuples(st.just("status"), st.sampled_from(STATUSES)),
    st.tuples(st.just("is_vm"), st.sampled_from((None, True, False))),
    st.tuples(st.just("tags"), st.sets(st.sampled_from(TAGS))),
)


@pytest.fixture
def ids(app) -> dict:
    """The ids of the statuses and tags by name."""
    with changes.recording(None, "ui") as change_set:
        found = find_or_create(change_set, Tag, TAGS)
    db.session.commit()
    return found | find(SystemStatus, STATUSES)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    wanted=st.fixed_dictionaries({}, optional={"status": st.sampled_from(STATUSES), "is_vm": st.booleans()}),
    add=st.sets(st.sampled_from(TAGS)),
    remove=st.sets(st.sampled_from(TAGS)),
    starts=st.lists(
        st.tuples(st.sampled_from(STATUSES), st.sets(st.sampled_from(TAGS))), min_size=2, max_size=3
    ),
    edits=st.lists(st.tuples(st.integers(0, 1), EDITS), max_size=4),
)
def test_undo_takes_back_exactly_what_the_bulk_edit_did(ids, wanted, add, remove, starts, edits):
    systems = [
        system(f"S{changes.newest()}", status=status, tags=[ids[tag] for tag in tags])
        for status, tags in starts
    ]
    order = bulk.Order(
        set={name: ids.get(value, value) for name, value in wanted.items()},
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
        plain = [ids[tag] for tag in value] if name == "tags" else ids.get(value, value)
        change(System, systems[number], **{name: plain})
    final = [state(System, one) for one in systems]
    if before != after:
        undone = undo_last(steps=changes.newest() - bulk_edit)
        reported = {(skip["record"], skip["field"]) for skip in undone.skipped}
    else:
        reported = set()
    for one, old, new, last in zip(systems, before, after, final, strict=True):
        now = state(System, one)
        for name in ("status", "is_vm"):
            kept = old[name] == new[name] or last[name] != new[name]
            assert now[name] == (last[name] if kept else old[name])
            assert ((one, name) in reported) == (old[name] != new[name] and last[name] != new[name])
        added, removed = set(new["tags"]) - set(old["tags"]), set(old["tags"]) - set(new["tags"])
        assert set(now["tags"]) == (set(last["tags"]) - added) | removed
    assert_history_replays()
