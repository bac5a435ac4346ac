"""Whatever is done to tasks, artifacts, cases, tags and statuses: undone step by step, all is as it was."""

from types import SimpleNamespace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.lookups import ArtifactStatus, TaskName, TaskStatus
from app.models.systems import System
from app.models.tags import Tag
from app.models.tasks import Task
from app.services import changes, merging, records, task_actions
from app.services.drafts import Impossible, Missing, Refused
from app.services.lookups import find
from tests.invariants import assert_history_replays
from tests.records import make, state, system, undo_last

TASK_STATUSES = ("Blocked", "Pending", "Working", "Done", "Skipped")
ARTIFACT_STATUSES = (
    "Needs analysis",
    "Requested",
    "Ready for analysis",
    "Analysis finished",
    "Not available",
)
STEPS = st.one_of(
    st.tuples(st.just("task status"), st.sampled_from(TASK_STATUSES)),
    st.tuples(st.just("artifact status"), st.sampled_from(ARTIFACT_STATUSES)),
    st.tuples(st.just("take"), st.sampled_from(tuple(task_actions.STEPS))),
    st.tuples(st.just("artifact case"), st.booleans()),
    st.tuples(st.just("task tag"), st.booleans()),
    st.tuples(st.just("merge"), st.permutations(TASK_STATUSES).map(lambda names: tuple(names[:2]))),
    st.tuples(st.just("delete"), st.sampled_from(("task", "artifact", "case", "tag", "system"))),
)


def begin() -> SimpleNamespace:
    """A task and an artifact of a system, a case, a tag."""
    number = changes.newest()
    srv = system(f"SRV{number}")
    return SimpleNamespace(
        system=(System, srv),
        artifact=(Artifact, make(Artifact, name="memory.raw", type="File", system=srv)),
        task=(Task, make(Task, name=make(TaskName, name=f"Look {number}"), system=srv)),
        case=(Case, make(Case, name=f"Case {number}")),
        tag=(Tag, make(Tag, name=f"tag {number}")),
    )


def take(rows: SimpleNamespace, change_set: changes.Recording, what: str, value) -> None:
    """One step; what is not possible any more does nothing."""
    task, artifact, case, tag = (one[1] for one in (rows.task, rows.artifact, rows.case, rows.tag))
    if what == "task status":
        records.update(change_set, Task, task, {"status": find(TaskStatus, [value])[value]})
    elif what == "artifact status":
        records.update(change_set, Artifact, artifact, {"status": find(ArtifactStatus, [value])[value]})
    elif what == "take":
        task_actions.take(change_set, task, value)
    elif what == "artifact case":
        records.update(change_set, Artifact, artifact, {"case": case if value else None})
    elif what == "task tag":
        records.update(change_set, Task, task, {"tags": [tag] if value else []})
    elif what == "merge":
        one, other = (find(TaskStatus, [name])[name] for name in value)
        merging.merge(change_set, TaskStatus, one, other)
    else:
        model, record_id = getattr(rows, value)
        records.delete(change_set, model, [record_id])


def seen(rows: SimpleNamespace) -> list:
    """Everything that the steps may change."""
    stored = [(state(*one), is_live(*one)) for one in vars(rows).values()]
    names = [(name, find(TaskStatus, [name])) for name in TASK_STATUSES]
    return [stored, names]


def is_live(model, record_id: int) -> bool:
    return db.session.scalar(db.select(model.deleted_at).where(model.id == record_id)) is None


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=1, max_size=6))
def test_step_by_step_an_undo_leads_back(app, steps):
    rows = begin()
    done = []
    for what, value in steps:
        before = seen(rows)
        try:
            with changes.recording(None, "ui") as change_set:
                take(rows, change_set, what, value)
            db.session.commit()
        except (Refused, Missing, Impossible, KeyError):
            db.session.rollback()
            continue
        if change_set.changes:
            done.append((change_set.id, before))
    for number, before in reversed(done):
        assert undo_last(steps=changes.newest() - number).skipped == []
        assert seen(rows) == before
    assert_history_replays()
