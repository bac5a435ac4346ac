"""Merging two rows of a lookup: everything points at the other one, in one change set that can be undone."""

import datetime as dt

import pytest

from app.entities import query, registry
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.lookups import Domain, Headline, Ip, Location, Priority, TaskName, TaskStatus
from app.models.notes import ReportItem
from app.models.systems import System
from app.models.tags import Tag
from app.models.tasks import Task
from app.services import changes, merging
from app.services.drafts import Missing, Refused
from app.services.lookups import Pick, find, resolve
from app.services.reading import read_one
from tests.invariants import assert_history_replays
from tests.records import change, make, remove, state, system, undo_last

pytestmark = pytest.mark.usefixtures("app")


def merge(model, record_id: int, into: int) -> int:
    from app.extensions import db

    with changes.recording(None, "merge") as change_set:
        moved = merging.merge(change_set, model, record_id, into)
    db.session.commit()
    return moved


def is_gone(model, record_id: int) -> bool:
    return read_one(model, record_id, ["deleted_at"])["deleted_at"] is not None


def test_what_points_at_one_points_at_the_other_and_an_undo_brings_it_back():
    one, other = make(Location, name="Berln"), make(Location, name="Berlin")
    ids = [system(f"SRV{number}", location=one) for number in range(3)] + [system("SRV9", location=other)]
    assert merge(Location, one, other) == 3
    assert [state(System, srv)["location"] for srv in ids] == [other] * 4
    assert is_gone(Location, one)
    assert undo_last().skipped == []
    assert [state(System, srv)["location"] for srv in ids] == [one] * 3 + [other]
    assert_history_replays()


def test_tags_are_merged_in_everything_that_has_them():
    one, other = make(Tag, name="beacn"), make(Tag, name="beacon")
    both, single = system("BOTH", tags=[one, other]), system("ONE", tags=[one])
    task = make(Task, name=make(TaskName, name="Look"), tags=[one])
    assert merge(Tag, one, other) == 3
    assert [
        state(model, record)["tags"] for model, record in ((System, both), (System, single), (Task, task))
    ] == [[other]] * 3
    undo_last()
    assert state(System, both)["tags"] == sorted([one, other])
    assert state(System, single)["tags"] == [one]


def test_a_merged_status_derives_no_times_and_leaves_those_that_are_there():
    name, then = make(TaskName, name="Look"), dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    own = make(TaskStatus, name="Erledigt", is_open=False)
    plain, timed = make(Task, name=name, status=own), make(Task, name=name, status=own, started_at=then)
    done = find(TaskStatus, ["Done"])["Done"]
    merge(TaskStatus, own, done)
    assert [state(Task, one)["started_at"] for one in (plain, timed)] == [None, then]
    change(Task, plain, status=done)
    assert state(Task, plain)["status"] == done


def test_the_default_is_passed_on():
    medium, high = (find(Priority, [one])[one] for one in ("Medium", "High"))
    srv = system("SRV1")
    merge(Priority, medium, high)
    assert state(System, srv)["priority"] == high
    assert state(System, system("SRV2"))["priority"] == high
    assert undo_last(steps=1).skipped == []
    assert state(System, srv)["priority"] == medium
    assert state(System, system("SRV3"))["priority"] == medium


def test_every_status_can_be_merged_and_no_rule_breaks():
    name = make(TaskName, name="Look")
    first, *others = find(TaskStatus, ["Done", "Pending", "Working", "Blocked", "Skipped"]).values()
    for other in others:
        merge(TaskStatus, other, first)
    task = make(Task, name=name)
    assert state(Task, task)["status"] == first


def test_labels_follow_a_merged_name():
    one, other = make(TaskName, name="Lok"), make(TaskName, name="Look")
    task = make(Task, name=one)
    merge(TaskName, one, other)
    assert read_one(Task, task, ["label"])["label"] == "Look"


def test_what_would_be_there_twice_is_named_and_nothing_is_merged():
    one, other = make(Domain, name="corp"), make(Domain, name="corp.example.com")
    for domain in (one, other):
        make(Account, name="svc-backup", domain=domain)
    with pytest.raises(Refused, match="svc-backup"):
        merge(Domain, one, other)
    from app.extensions import db

    db.session.rollback()
    headline, second = make(Headline, name="Finding"), make(Headline, name="Findings")
    srv = system("SRV1")
    for line in (headline, second):
        make(ReportItem, system=srv, headline=line)
    with pytest.raises(Refused, match="Finding"):
        merge(Headline, headline, second)


def test_what_is_not_there_or_the_same_is_not_merged():
    one, other = make(Ip, name="10.0.0.1"), make(Ip, name="10.0.0.2")
    with pytest.raises(Refused, match="same"):
        merge(Ip, one, one)
    remove(Ip, other)
    with pytest.raises(Missing):
        merge(Ip, one, other)


def test_only_short_lists_and_tags_are_merged():
    assert [merging.is_mergeable(model) for model in (Tag, TaskStatus, Ip, System, Artifact)] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_the_name_and_the_id_of_a_merged_row_go_on_to_mean_something():
    """Saved views, links in mails and tomorrow's list of the customer name it as they did."""
    first, second, third = (make(Location, name=name) for name in ("Berln", "Berlin Mitte", "Berlin"))
    here = system("SRV1", location=third)
    merge(Location, first, second)
    merge(Location, second, third)
    assert find(Location, ["berln", "Berlin Mitte", "Hamburg"]) == {"berln": third, "Berlin Mitte": third}
    for value in ("Berln", f"id:{first}", f"id:{second}", "berlin"):
        found = query.understand(registry.entity("systems"), [("location", value)], see_internal=True)
        assert query.ids(found) == [here], value
    undo_last()
    assert find(Location, ["Berln", "Berlin Mitte"]) == {"Berln": second, "Berlin Mitte": second}
    with pytest.raises(ValueError, match="there is no location with the id 999999"):
        resolve(None, Location, Pick(id=999999))
