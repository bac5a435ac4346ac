"""Two systems that are one: field by field, with everything that hangs on them, and back again."""

import datetime as dt

import pytest

from app.extensions import db
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.lookups import ArtifactType, Domain, Headline, Ip, Location, TaskName
from app.models.notes import ReportItem
from app.models.systems import HostName, Memo, System
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.services import changes, merging, system_merging
from app.services.drafts import Missing, Refused
from app.services.identity import holders
from app.services.lookups import find
from app.services.reading import read_one
from tests.invariants import assert_history_replays
from tests.records import change, make, remove, state, system, undo_last

pytestmark = pytest.mark.usefixtures("app")

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def merge(into: int, *others: int, **choose: int) -> system_merging.Plan:
    with changes.recording(None, "merge") as change_set:
        done = system_merging.merge(change_set, into, others, choose)
    db.session.commit()
    return done


def is_gone(model, record_id: int) -> bool:
    return read_one(model, record_id, ["deleted_at"])["deleted_at"] is not None


def test_the_survivor_keeps_what_it_knows_and_takes_what_it_does_not():
    berlin, bonn = make(Location, name="Berlin"), make(Location, name="Bonn")
    one = system("SRV01", location=berlin)
    other = system("SRV1", location=bonn, domain=make(Domain, name="corp"), is_vm=False, is_protected=True)
    merge(one, other)
    now = state(System, one)
    assert (now["name"], now["location"], now["is_vm"], now["is_protected"]) == (
        "SRV01",
        berlin,
        False,
        False,
    )
    assert read_one(System, one)["domain"].name == "corp"
    assert is_gone(System, other)


def test_an_unknown_status_is_no_knowledge():
    one, other = system("SRV01"), system("SRV1", status="Compromised")
    merge(one, other)
    assert read_one(System, one)["status"].name == "Compromised"


def test_a_field_is_taken_from_whom_one_chooses():
    clean, one = system("SRV01", status="Clean"), system("SRV1", status="Compromised", deprecated_at=NOON)
    merge(clean, one, status=one, name=one, host_system=clean)
    now = read_one(System, clean)
    assert (now["name"], now["status"].name, now["aliases"]) == ("SRV1", "Compromised", ["SRV01"])
    assert now["deprecated_at"] is None


def test_several_values_are_united_and_the_other_names_become_aliases():
    ips = [make(Ip, name=f"10.0.0.{number}") for number in (1, 2, 3)]
    tags = [make(Tag, name=name) for name in ("a", "b")]
    one = system("SRV01", ips=ips[:2], tags=tags[:1], aliases=["old"])
    other = system("srv01.corp.example.com", ips=ips[1:], tags=tags, aliases=["C.0123456789abcdef"])
    merge(one, other)
    now = state(System, one)
    assert (now["ips"], now["tags"]) == (sorted(ips), sorted(tags))
    assert now["aliases"] == ["C.0123456789abcdef", "old", "srv01.corp.example.com"]
    assert holders(["SRV01", *now["aliases"]]) == dict.fromkeys(
        ["srv01", "c.0123456789abcdef", "old", "srv01.corp.example.com"], one
    )


def test_everything_that_hangs_on_it_goes_over():
    one, other, third = system("SRV01"), system("SRV1"), system("OTHER")
    artifact = make(Artifact, name="MFT", type=make(ArtifactType, name="Thing"), system=other)
    path = read_one(Artifact, artifact)["storage_path"]
    task = make(Task, name=make(TaskName, name="Look"), system=other)
    memo, account = make(Memo, system=other, text="hm"), make(Account, name="root", system=other)
    seen = make(Account, name="svc", domain=make(Domain, name="corp"), seen_on=[other, third])
    guest = system("GUEST", host_system=other)
    done = merge(one, other)
    for model, record in ((Artifact, artifact), (Task, task), (Memo, memo), (Account, account)):
        assert state(model, record)["system"] == one
    assert read_one(Artifact, artifact)["storage_path"] == path
    assert state(Account, seen)["seen_on"] == sorted([one, third])
    assert state(System, guest)["host_system"] == one
    assert done.moved == 6
    assert undo_last().skipped == []
    assert state(Account, seen)["seen_on"] == sorted([other, third])
    assert state(System, guest)["host_system"] == state(Task, task)["system"] == other
    assert_history_replays()


def test_the_same_entry_stays_once_with_what_both_say_of_it():
    one, other, tag = system("SRV01"), system("SRV1"), make(Tag, name="beacon")
    event = {"time": NOON, "type": "login", "content": "root"}
    kept = make(TimelineEntry, system=one, note="seen", **event)
    double = make(TimelineEntry, system=other, note="by hand", source="EDR", tags=[tag], **event)
    done = merge(one, other)
    now = state(TimelineEntry, kept)
    assert (now["note"], now["source"], now["tags"]) == ("seen\n\nby hand", "EDR", [tag])
    assert is_gone(TimelineEntry, double)
    assert (done.moved, [len(move.doubles) for move in done.moves if move.model is TimelineEntry]) == (0, [1])
    assert undo_last().skipped == []
    assert not is_gone(TimelineEntry, double)
    assert (state(TimelineEntry, kept)["note"], state(TimelineEntry, kept)["tags"]) == ("seen", [])


def test_local_accounts_and_memos_that_are_the_same_stay_once():
    one, other = system("SRV01"), system("SRV1")
    kept = make(Account, name="root", system=one, seen_on=[one])
    make(Account, name="ROOT", system=other, seen_on=[other], is_admin=True)
    memos = [make(Memo, system=srv, text="hm") for srv in (one, other)]
    merge(one, other)
    now = state(Account, kept)
    assert (now["is_admin"], now["seen_on"]) == (True, [one])
    assert [is_gone(Memo, memo) for memo in memos] == [False, True]


def test_a_report_item_under_a_taken_headline_gets_the_name_of_its_system():
    one, other, third = system("SRV01"), system("SRV1"), system("SRV001")
    headline = make(Headline, name="Finding")
    make(ReportItem, system=one, headline=headline, content="a")
    same = make(ReportItem, system=other, headline=headline, content="a")
    make(ReportItem, system=one, headline=headline, subheadline="more", content="a")
    more = make(ReportItem, system=other, headline=headline, subheadline="More", content="b")
    last = make(ReportItem, system=third, headline=headline, content="c")
    merge(one, other, third)
    assert is_gone(ReportItem, same)
    assert state(ReportItem, more)["subheadline"] == "More (SRV1)"
    assert state(ReportItem, last)["subheadline"] == "SRV001"
    assert undo_last().skipped == []
    assert [state(ReportItem, item)["subheadline"] for item in (more, last)] == ["More", ""]


def test_a_host_and_its_guest_that_are_one_stand_on_their_own():
    host = system("HOST")
    one, other = system("SRV01", host_system=host), system("SRV1")
    change(System, other, host_system=one)
    merge(other, one)
    assert state(System, other)["host_system"] == host
    assert undo_last().skipped == []
    assert (state(System, one)["host_system"], state(System, other)["host_system"]) == (host, one)
    merge(host, one, other)
    assert state(System, host)["host_system"] is None
    assert undo_last().skipped == []
    assert (state(System, one)["host_system"], state(System, other)["host_system"]) == (host, one)
    assert_history_replays()


def test_a_ring_of_hosts_is_refused_with_what_stands_against_it():
    one = system("SRV01")
    between = system("BETWEEN", host_system=one)
    other = system("SRV1", host_system=between)
    with pytest.raises(Refused, match="ring"):
        merge(one, other)
    db.session.rollback()
    merge(one, other, host_system=one)
    assert state(System, between)["host_system"] == one


def test_a_deprecated_system_brings_no_name_that_another_one_has_now():
    one, old = system("SRV01"), system("SRV9", deprecated_at=NOON, aliases=["nine"])
    system("SRV9")
    merge(one, old)
    now = state(System, one)
    assert (now["aliases"], now["deprecated_at"]) == (["nine"], None)


def test_the_cases_of_what_moves_are_those_of_the_survivor():
    case, one, other = make(Case, name="C1"), system("SRV01"), system("SRV1")
    make(Artifact, name="MFT", type=make(ArtifactType, name="Thing"), system=other, case=case)
    change(System, other, cases=[])
    merge(one, other)
    assert state(System, one)["cases"] == [case]
    assert undo_last().skipped == []
    assert (state(System, one)["cases"], state(System, other)["cases"]) == ([], [])


def test_an_undo_can_be_undone():
    one, other = system("SRV01"), system("SRV1", aliases=["x"])
    task = make(Task, name=make(TaskName, name="Look"), system=other)
    merge(one, other)
    merged = state(System, one)
    assert undo_last().skipped == []
    assert holders(["srv01", "srv1", "x"]) == {"srv01": one, "srv1": other, "x": other}
    assert undo_last().skipped == []
    assert (state(System, one), state(Task, task)["system"]) == (merged, one)
    assert holders(["srv01", "srv1", "x"]) == {"srv01": one, "srv1": one, "x": one}
    assert_history_replays()


def test_what_was_changed_since_stays_and_is_reported():
    one, other = system("SRV01"), system("SRV1", status="Compromised")
    merge(one, other)
    change(System, one, status="Clean")
    assert [skip["field"] for skip in undo_last(steps=1).skipped] == ["status"]
    assert read_one(System, one)["status"].name == "Clean"
    assert not is_gone(System, other)


def test_old_links_lead_from_merge_to_merge_to_the_survivor():
    one, two, three = (system(f"SRV{number}") for number in range(3))
    merge(two, one)
    assert merging.survivor_of(System, one) == two
    merge(three, two)
    assert merging.survivor_of(System, one) == three
    remove(System, three)
    assert merging.survivor_of(System, one) is None
    assert merging.survivor_of(System, three) is None


def test_a_record_that_was_deleted_after_its_merge_was_undone_leads_nowhere():
    one, two = system("SRV1"), system("SRV2")
    merge(two, one)
    undo_last()
    remove(System, one)
    assert merging.survivor_of(System, one) is None


@pytest.mark.parametrize(
    ("others", "choose", "match"),
    [
        ([], {}, "at least one"),
        (["one"], {}, "at least one"),
        (["other"], {"uuid": "one"}, "no field"),
        (["other"], {"tags": "one"}, "no field"),
        (["other"], {"status": 4711}, "one of the systems"),
        (["other"] + [4711] * 1 + list(range(5000, 5030)), {}, "at most"),
    ],
)
def test_what_makes_no_sense_is_refused(others, choose, match):
    ids = {"one": system("SRV01"), "other": system("SRV1")}
    chosen = {name: ids.get(value, value) for name, value in choose.items()}
    with pytest.raises(Refused, match=match):
        system_merging.plan(ids["one"], [ids.get(one, one) for one in others], chosen)


def test_what_is_in_the_bin_is_not_merged():
    one, other = system("SRV01"), system("SRV1")
    remove(System, other)
    for others in ([other], [4711]):
        with pytest.raises(Missing):
            system_merging.plan(one, others)


def test_the_names_that_identify_are_in_step():
    one, other = system("SRV01", deprecated_at=NOON), system("SRV1")
    merge(one, other)
    assert db.session.query(HostName).count() == 0
    assert find(System, ["SRV1"]) == {}
