"""Times follow the flags of a status, whatever it is called; what a person gives is kept."""

import datetime as dt

import pytest

from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.lookups import ArtifactStatus, CaseStatus, TaskStatus
from app.models.tasks import Task
from app.services.drafts import Refused
from app.services.lookups import find
from tests.records import change, make, state, system, undo_last

pytestmark = pytest.mark.usefixtures("app")
THEN = dt.datetime(2026, 11, 1, 8, 30, tzinfo=dt.UTC)
LATER = THEN + dt.timedelta(days=1)


def artifact(**values) -> int:
    return make(Artifact, name="memory", type="Memory image", system=system("SRV01"), **values)


def task(**values) -> int:
    from app.models.lookups import TaskName

    named = find(TaskName, ["Look"]).get("Look") or make(TaskName, name="Look")
    return make(Task, name=named, **values)


def times(model, record_id: int, *names: str) -> list:
    values = state(model, record_id)
    return [values[f"{name}_at"] for name in names]


def test_an_acquired_artifact_was_requested_at_the_same_moment():
    one = artifact()
    assert times(Artifact, one, "requested", "acquired") == [None, None]
    change(Artifact, one, status="Ready for analysis")
    requested, acquired = times(Artifact, one, "requested", "acquired")
    assert requested == acquired is not None


def test_what_is_filled_is_kept_and_never_cleared():
    one = artifact(status="Requested", requested_at=THEN)
    change(Artifact, one, status="Analysis finished")
    change(Artifact, one, status="Needs analysis")
    requested, acquired = times(Artifact, one, "requested", "acquired")
    assert requested == THEN
    assert acquired is not None


def test_a_request_is_never_after_an_acquisition_that_was_given():
    one = artifact(status="Ready for analysis", acquired_at=THEN)
    assert times(Artifact, one, "requested", "acquired") == [THEN, THEN]


@pytest.mark.parametrize(
    ("status", "started", "finished"),
    [
        ("Blocked", "empty", "empty"),
        ("Pending", "empty", "empty"),
        ("Working", "kept", "empty"),
        ("Done", "kept", "kept"),
        ("Skipped", "empty", "empty"),
    ],
)
def test_times_of_a_task_that_was_done(status, started, finished):
    one = task(status="Done", started_at=THEN, finished_at=LATER)
    change(Task, one, status=status)
    kept = {"kept": [THEN, LATER], "empty": [None, None]}
    assert times(Task, one, "started", "finished") == [kept[started][0], kept[finished][1]]


@pytest.mark.parametrize(("status", "filled"), [("Working", [True, False]), ("Done", [True, True])])
def test_empty_times_of_a_task_become_now(status, filled):
    one = task(status=status)
    found = times(Task, one, "started", "finished")
    assert [time is not None for time in found] == filled
    assert len({time for time in found if time}) == 1


def test_times_that_a_person_gives_in_the_same_save_are_kept():
    one = task(status="Pending", started_at=THEN)
    assert times(Task, one, "started") == [THEN]
    change(Task, one, status="Done", finished_at=LATER)
    assert times(Task, one, "started", "finished") == [THEN, LATER]
    other = task(status="Done", finished_at=THEN)
    assert times(Task, other, "started", "finished") == [THEN, THEN]


def test_a_status_of_ones_own_without_flags_leaves_the_times_alone():
    make(TaskStatus, name="Handed over")
    one = task(status="Working", started_at=THEN)
    change(Task, one, status="Handed over")
    assert times(Task, one, "started", "finished") == [THEN, None]


def test_a_closed_case_was_started():
    one = make(Case, name="Nordwind")
    change(Case, one, status="Closed")
    started, ended = times(Case, one, "started", "ended")
    assert started == ended is not None


def test_another_field_does_not_touch_the_times():
    one = task(status="Done", started_at=THEN, finished_at=LATER)
    change(Task, one, started_at=None)
    change(Task, one, note="seen")
    assert times(Task, one, "started", "finished") == [None, LATER]


def test_an_undo_derives_nothing():
    one = task(status="Done", started_at=THEN, finished_at=LATER)
    change(Task, one, finished_at=None, started_at=None)
    change(Task, one, status="Pending")
    undo_last()
    assert times(Task, one, "started", "finished") == [None, None]


@pytest.mark.parametrize(
    ("model", "flags"),
    [
        (ArtifactStatus, ("sets_requested", "sets_acquired")),
        (CaseStatus, ("sets_started", "sets_ended")),
        (TaskStatus, ("sets_started", "clears_started")),
        (TaskStatus, ("sets_finished", "clears_finished")),
        (TaskStatus, ("sets_finished", "clears_started")),
    ],
)
def test_a_status_can_not_mean_both(model, flags):
    one, other = flags
    with pytest.raises(Refused) as refused:
        make(model, name="Both", **dict.fromkeys(flags, True))
    assert list(refused.value.errors) == [other]
    first = make(model, name="One", **{other: True})
    with pytest.raises(Refused) as refused:
        change(model, first, **{one: True})
    assert list(refused.value.errors) == [one]


@pytest.mark.parametrize("how", ["renamed", "reordered", "retired"])
def test_a_status_that_was_changed_still_means_the_same(how):
    done = find(TaskStatus, ["Done"])["Done"]
    values = {"renamed": {"name": "Erledigt"}, "reordered": {"position": 1}, "retired": {"is_retired": True}}
    change(TaskStatus, done, **values[how])
    one = task()
    change(Task, one, status=done)
    assert None not in times(Task, one, "started", "finished")
