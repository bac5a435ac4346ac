"""What a deletion takes along, what it leaves loose, what stands against it; and coming back."""

import pytest

from app.extensions import db
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.lookups import Domain, Headline, Location, SystemStatus, TaskName
from app.models.notes import Note, ReportItem
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.services import changes, restoring
from app.services.reading import read_one
from tests.invariants import assert_history_replays
from tests.records import change, make, remove, state, system, undo_last

pytestmark = pytest.mark.usefixtures("app")


def bring_back(model, record_id: int) -> dict:
    with changes.recording(None, "ui") as change_set:
        errors = restoring.restore(change_set, model, [record_id])
    db.session.commit()
    return errors.get(record_id, {})


def is_live(model, record_id: int) -> bool:
    return read_one(model, record_id, ["deleted_at"])["deleted_at"] is None


@pytest.fixture
def srv(app) -> int:
    return system("SRV01")


@pytest.fixture
def owned(srv) -> dict:
    """What belongs to the system."""
    return {
        Memo: make(Memo, system=srv, text="seen"),
        TimelineEntry: make(TimelineEntry, system=srv, time=changes.now(), content="logon"),
        ReportItem: make(ReportItem, system=srv, headline=make(Headline, name="Findings"), content="found"),
        Account: make(Account, system=srv, name="local-admin"),
    }


def test_a_system_with_artifacts_or_guests_stays_and_says_which(srv):
    make(Artifact, name="memory.raw", type="File", system=srv)
    for number in range(5):
        system(f"GUEST-{number}", host_system=srv)
    reason = remove(System, srv)[srv]
    assert "1 artifacts (system): memory.raw" in reason
    assert "5 systems (host system): GUEST-0, GUEST-1, GUEST-2 and 2 more" in reason
    assert is_live(System, srv)


def test_what_it_owns_goes_along_and_comes_back_and_tasks_stay_loose(srv, owned):
    task = make(Task, name=make(TaskName, name="Look"), system=srv)
    seen = make(Account, name="svc", domain=make(Domain, name="corp"), seen_on=[srv])
    assert remove(System, srv) == {}
    assert not any(is_live(model, one) for model, one in owned.items())
    assert state(Task, task)["system"] is None
    assert state(Account, seen)["seen_on"] == []
    assert undo_last().skipped == []
    assert all(is_live(model, one) for model, one in owned.items())
    assert state(Task, task)["system"] == srv
    assert state(Account, seen)["seen_on"] == [srv]
    assert_history_replays()


def test_a_tag_and_a_case_leave_everything_loose_and_an_undo_brings_the_links_back(srv):
    tag, case = make(Tag, name="beacon"), make(Case, name="Nordwind")
    change(System, srv, tags=[tag], cases=[case])
    task = make(Task, name=make(TaskName, name="Look"), tags=[tag], case=case)
    note = make(Note, title="Summary", tags=[tag], case=case)
    before = [state(model, one) for model, one in ((System, srv), (Task, task), (Note, note))]
    for model, one in ((Tag, tag), (Case, case)):
        assert remove(model, one) == {}
    assert [state(System, srv)[name] for name in ("tags", "cases")] == [[], []]
    assert [state(Task, task)[name] for name in ("tags", "case")] == [[], None]
    assert [state(Note, note)[name] for name in ("tags", "case")] == [[], None]
    assert undo_last().skipped == []
    assert undo_last(steps=2).skipped == []
    assert [state(model, one) for model, one in ((System, srv), (Task, task), (Note, note))] == before


def test_a_case_with_artifacts_stays(srv):
    case = make(Case, name="Nordwind")
    make(Artifact, name="memory.raw", type="File", system=srv, case=case)
    assert "memory.raw" in remove(Case, case)[case]


def test_a_record_whose_status_or_place_is_in_the_bin_says_so_and_stays(srv):
    status, berlin = make(SystemStatus, name="Seen"), make(Location, name="Berlin")
    change(System, srv, status=status, location=berlin)
    remove(System, srv)
    assert remove(SystemStatus, status) == remove(Location, berlin) == {}
    assert bring_back(System, srv) == {
        "status": "“Seen” is in the bin: bring it back first",
        "location": "“Berlin” is in the bin: bring it back first",
    }
    assert not is_live(System, srv)
    for model, one in ((SystemStatus, status), (Location, berlin), (System, srv)):
        assert bring_back(model, one) == {}
    assert state(System, srv)["status"] == status


def test_an_artifact_whose_system_is_in_the_bin_says_so(srv):
    one = make(Artifact, name="memory.raw", type="File", system=srv)
    remove(Artifact, one)
    assert remove(System, srv) == {}
    assert "SRV01" in bring_back(Artifact, one)["system"]


def test_a_record_is_whole_or_stays(srv, owned):
    headline = state(ReportItem, owned[ReportItem])["headline"]
    remove(System, srv)
    assert remove(Headline, headline) == {}
    reason = bring_back(System, srv)[""]
    assert "report items “Findings”: headline “Findings” is in the bin" in reason
    assert not is_live(System, srv)
    assert not is_live(Memo, owned[Memo])


def test_links_to_what_was_deleted_meanwhile_are_lost_and_it_is_in_the_history(srv):
    tag, case, kept = make(Tag, name="beacon"), make(Case, name="Nordwind"), make(Tag, name="kept")
    change(System, srv, tags=[tag, kept], cases=[case])
    task = make(Task, name=make(TaskName, name="Look"), system=srv, case=case)
    remove(Task, task)
    remove(System, srv)
    remove(Tag, tag)
    remove(Case, case)
    assert bring_back(System, srv) == {}
    assert [state(System, srv)[name] for name in ("tags", "cases")] == [[kept], []]
    remove(System, srv)
    assert bring_back(Task, task) == {}
    assert [state(Task, task)[name] for name in ("system", "case")] == [None, None]
    assert_history_replays()
