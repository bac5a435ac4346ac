"""A large file is planned and written in parts: what belongs together stays together, and nothing else changes."""

import csv
import io

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.importing import commit, parts
from app.importing.runs import open_bytes
from app.models.lookups import Ip
from app.models.systems import HostName, System
from app.services import changes, progress, unwritten
from app.services.spool import PORTION, Shelf, Spool, portions
from tests.importing.files import bring, counts, planned, stored
from tests.invariants import assert_history_replays
from tests.records import change, system

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(parts, "AT_ONCE", 3)
    monkeypatch.setattr(commit, "WRITTEN_AT_ONCE", 3)


def split(text: str, given: dict[int, str] | None = None) -> list[list[str]]:
    """The names in each part of a file whose rows may carry ids, by line."""
    opened = open_bytes(text.encode(), 1)
    found = parts.parts_of(opened.table, opened.profile, opened.entity, given or {})
    return [[cells[0] for _, cells in part.rows] for part in found]


@pytest.mark.usefixtures("small")
def test_rows_of_one_host_are_in_one_part():
    system("DB7", aliases=["backup"])
    system("srv.a.example.com")
    names = ["x1", "srv", "x2", "DB7", "SRV.A.example.com", "x3", "backup", "x4", "", "srv.b.example.com"]
    found = split("System,Status\n" + "".join(f"{name},clean\n" for name in names))
    assert sorted(name for part in found for name in part) == sorted(names)
    assert all(len(part) <= 3 for part in found)
    together = [{"srv", "SRV.A.example.com", "srv.b.example.com"}, {"DB7", "backup"}]
    assert all(any(some <= set(part) for part in found) for some in together)


@pytest.mark.usefixtures("small")
def test_rows_that_carry_one_id_are_in_one_part():
    uuid = db.session.scalar(sa.select(System.uuid).where(System.id == system("SRV")))
    known = str(db.session.scalar(sa.select(System.id)))
    text = "System,Status\n" + "".join(f"s{n},clean\n" for n in range(9))
    found = split(text, {2: known, 9: uuid, 10: "another"})
    assert {"s0", "s7"} <= set(found[0])


@pytest.mark.usefixtures("small")
def test_rows_that_refer_to_each_other_are_one_part_however_many():
    text = "System,Host system\n" + "".join(f"vm{n},host{n % 2}\n" for n in range(8)) + "host0,\nhost1,\n"
    assert len(split(text)) == 1
    assert counts(bring(text)) == {"new": 10}
    assert stored("vm3")["host_system"] == "host1"


@pytest.mark.usefixtures("small")
def test_faults_of_all_parts_come_in_the_order_of_the_file():
    text = "System,Compromised\n" + "".join(f"s{n % 4}-{n % 9},{'odd' if n % 2 else ''}\n" for n in range(12))
    plan = planned(f"{text},2020-01-01\n,\n")
    assert [line for line, _ in plan.faulty_rows] == sorted(line for line, _ in plan.faulty_rows)
    assert [fault.line for fault in plan.faults] == sorted(fault.line for fault in plan.faults)


@pytest.mark.usefixtures("small", "people")
def test_parts_make_what_they_need_once_and_are_worked_out_ahead(monkeypatch):
    rows = [[f"S{n}", f"10.0.0.{n % 7}", f"tag{n % 5}", f"memo {n}"] for n in range(11)]
    text = io.StringIO()
    csv.writer(text).writerows([["System", "IPs", "Tags", "Notes"], *rows])
    under_the_lock = []
    monkeypatch.setattr(changes, "recording", lambda *_, **__: under_the_lock.append(1))
    assert counts(bring(text.getvalue())) == {"new": 11}
    monkeypatch.undo()
    assert not under_the_lock
    assert db.session.scalar(sa.select(sa.func.count(Ip.id))) == 7
    assert stored("S9")["memos"] == ["memo 9"]
    assert counts(bring(text.getvalue())) == {"same": 11}
    assert_history_replays()


@pytest.mark.usefixtures("small", "people")
def test_what_other_records_need_is_made_in_parts_ahead_of_the_lock_too(monkeypatch):
    system("SRV")
    text = "Task,System\n" + "".join(f"Name {n},SRV\n" for n in range(8))
    under_the_lock = []
    monkeypatch.setattr(changes, "recording", lambda *_, **__: under_the_lock.append(1))
    assert counts(bring(text, kind="tasks")) == {"new": 8}
    assert not under_the_lock


@pytest.mark.usefixtures("small", "people")
def test_what_one_part_takes_from_another_is_seen_under_the_lock():
    """Two parts want one name as an alias: that is told, as if they were one."""
    system("KNOWN", aliases=["old"])
    text = "System,Alias\n" + "".join(f"S{n},{'shared' if n in (0, 9) else ''}\n" for n in range(10))
    with pytest.raises(Exception, match="“shared” is taken by S0"):
        bring(text)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(HostName.key))) == 2
    assert counts(bring(text.replace("shared", "mine", 1))) == {"new": 10}


@pytest.mark.usefixtures("small")
def test_the_digest_is_of_what_happens_not_of_the_order_of_the_parts():
    text = "System,Status\n" + "".join(f"s{n},clean\n" for n in range(10))
    before = planned(text).digest()
    named = system("elsewhere")
    change(System, named, aliases=["s9"])
    change(System, named, aliases=[])
    assert planned(text).digest() == before
    change(System, named, aliases=["s9"])
    assert planned(text).digest() != before


def test_what_is_counted_in_a_part_is_told_of_the_whole(monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0)
    told = []
    with progress.listening(lambda *said: told.append(said)):
        with progress.share(100, 300):
            list(progress.counted([1, 2], "inside"))
            progress.tick()
        list(progress.counted([1, 2], "outside"))
    assert told == [(100, 300, "inside"), (0, 0, ""), (0, 2, "outside")]


def test_two_parts_may_not_claim_one_key():
    unwritten.begin()
    unwritten.claim(HostName.__table__, ["a", "b"])
    unwritten.claim(HostName.__table__, ["c"])
    with pytest.raises(unwritten.Unknowable, match="host_names"):
        unwritten.claim(HostName.__table__, ["b"])
    unwritten.end()
    unwritten.claim(HostName.__table__, ["b"])


@pytest.mark.parametrize("at_hand", [0, PORTION, 20_000])
@pytest.mark.parametrize("size", [0, 1, PORTION - 1, PORTION, 2 * PORTION + 1])
def test_a_spool_is_a_list(size, at_hand):
    spool, plain = Spool(range(size), at_hand), list(range(size))
    assert list(spool) == plain
    assert len(spool) == size
    assert bool(spool) is bool(size)
    assert spool[-3:] == plain[-3:]
    assert spool[: PORTION + 2] == plain[: PORTION + 2]
    assert [list(some) for some in portions(spool, 300)] == [plain[n : n + 300] for n in range(0, size, 300)]
    while plain:
        assert spool[len(plain) // 2] == plain[len(plain) // 2]
        assert spool.pop() == plain.pop()
    with pytest.raises(IndexError):
        spool[0]
    spool.append(7)
    assert list(spool) == [7]
    spool.clear()
    assert not spool


def test_a_shelf_gives_back_what_was_put_away_whether_it_is_full_or_not():
    shelf = Shelf(10)
    for number in range(20):
        assert shelf.put({"n": number}, 1) == number
        assert [shelf.take(place)["n"] for place in range(number, -1, -1)] == list(range(number, -1, -1))
