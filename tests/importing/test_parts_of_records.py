"""Large lists of artifacts, timeline entries, accounts: in parts too, and to the same end as a whole."""

import io

import openpyxl
import pytest
import sqlalchemy as sa

from app.extensions import db
from app.importing import plan as planning
from app.importing.refusal import ImportRefused
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.exports import ExportProfile
from app.models.systems import System
from app.models.tags import Tag
from app.models.timeline import TimelineEntry
from app.services import changes
from tests.importing.files import bring, counts
from tests.importing.test_merging_exports import exported
from tests.invariants import assert_history_replays
from tests.records import make, system

pytestmark = pytest.mark.usefixtures("app", "any_size", "people")


@pytest.fixture
def ahead(monkeypatch):
    """Fails if something is worked out under the write lock."""

    def refuse(*_, **__):
        raise AssertionError("worked out under the lock")

    def use(is_on: bool):
        monkeypatch.setattr(changes, "recording", refuse) if is_on else monkeypatch.undo()

    return use


@pytest.fixture
def planned_in(monkeypatch) -> list[int]:
    """How many parts each planning had."""
    found: list[int] = []
    plan_parts = planning._plan_parts

    def count(parts, *others):
        parts = list(parts)
        found.append(len(parts))
        return plan_parts(iter(parts), *others)

    monkeypatch.setattr(planning, "_plan_parts", count)
    return found


def all_of(model, *names: str) -> list[tuple]:
    """What is stored, by the names of columns."""
    db.session.rollback()
    columns = [model.__table__.c[name] for name in names]
    return sorted(db.session.execute(sa.select(*columns).where(model.deleted_at.is_(None))))


def test_a_timeline_is_planned_and_worked_out_in_parts_and_the_second_time_it_is_the_same(ahead):
    system("SRV")
    text = "Time,System,Type,Content\n" + "".join(
        f"2026-01-0{n % 3 + 1}T10:00:0{n}Z,SRV,logon,entry {n}\n" for n in range(9)
    )
    ahead(True)
    assert counts(bring(text, kind="timeline")) == {"new": 9}
    ahead(False)
    assert counts(bring(text, kind="timeline")) == {"same": 9}
    assert_history_replays()


def test_one_entry_that_is_written_in_two_ways_goes_in_once():
    """Not even the texts are the same, so that its rows are far apart."""
    system("SRV")
    others = "".join(f"2026-02-0{n}T10:00:00Z,SRV,logon,other {n}\n" for n in range(1, 6))
    text = f"Time,System,Type,Content\n2026-01-01T10:00:00Z,SRV,logon,one\n{others}"
    done = bring(f"{text}2026-01-01 10:00:00+00:00,srv,logon,one\n", kind="timeline")
    assert counts(done) == {"new": 6}
    assert db.session.scalar(sa.select(sa.func.count(TimelineEntry.id))) == 6


def test_names_go_before_ids_in_whichever_parts_they_stand(people):
    """`a` becomes `b` while `b` becomes `c`: the row of `a` is the tag `b` now, the row of `b` a new one."""
    for name in ("a", "b", "x1", "x2", "x3"):
        make(Tag, name=name)
    make(ExportProfile, name="Tags", definition="entity: tags\ncolumns: [name, note]\nmeta: yes")
    book = openpyxl.load_workbook(io.BytesIO(exported("Tags", "xlsx", people.bob)))
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            cell.value = {"a": "b", "b": "c"}.get(cell.value, cell.value)
    book.save(edited := io.BytesIO())
    assert counts(bring(edited.getvalue(), kind="tags")) == {"same": 9, "new": 1}
    assert {("a",), ("b",), ("c",)} < set(all_of(Tag, "name"))


def test_an_account_that_is_written_in_two_ways_goes_in_once():
    place = system("SRV")
    make(Account, name="a", system=place)
    rows = "".join(f"n{n},SRV,\n" for n in range(6))
    done = bring(f"Account,System,Note\nsvc,SRV,one\n{rows}SVC ,srv,two\n", kind="accounts")
    assert counts(done) == {"new": 7}
    assert len(all_of(Account, "name")) == 8


def test_tags_that_look_alike_are_one(planned_in):
    text = "Tag,Note\n" + "".join(f"tag{n},\n" for n in range(7)) + "TAG0,again\n"
    assert counts(bring(text, kind="tags")) == {"new": 7}
    assert len(planned_in) == 1, "rows of one tag are in one part"
    assert sum(name.startswith("tag") for (name,) in all_of(Tag, "name")) == 7


def test_a_record_that_two_parts_speak_of_is_planned_as_a_whole(planned_in, request):
    system("SRV", aliases=["backup"])
    rows = "".join(f"Triage,SRV,Triage,n{n}\n" for n in range(4))
    text = f"Artifact,System,Type,Note\n{rows}".replace("Triage,SRV,Triage,n3", "Disk,SRV,Disk,n3")
    bring("Artifact,System,Type\nDisk,SRV,Disk\n", kind="artifacts")
    planned_in.clear()
    done = bring(f"{text}Memory,SRV,Memory,n4\nDisk,backup,Disk,n3\n", kind="artifacts")
    assert counts(done) == {"new": 5, "same": 1}
    expected = [1] if "whole" in request.node.callspec.id else [3, 1]
    assert planned_in == expected


def test_artifacts_of_one_system_bring_it_into_their_case_once():
    system("SRV")
    make(Case, name="C1")
    make(Case, name="C2")
    text = "Artifact,System,Type,Case\n" + "".join(f"file {n},SRV,File,C{n % 2 + 1}\n" for n in range(7))
    assert counts(bring(text, kind="artifacts")) == {"new": 7}
    assert_history_replays()


def test_a_hash_that_comes_again_is_told_wherever_it_stands(ahead):
    system("SRV")
    text = "Artifact,System,Type,MD5\n" + "".join(
        f"file {n},SRV,File,{('ab' if n in (0, 6) else f'{n:02}') * 16}\n" for n in range(7)
    )
    ahead(True)
    done = bring(text, kind="artifacts")
    told = {warned.warning.message for warned in done.plan.warnings}
    ahead(False)
    first = db.session.scalar(sa.select(Artifact.id).where(Artifact.name == "file 0"))
    assert f"file 0 (id {first}) has the same MD5" in told


def test_spellings_of_a_new_system_make_one_in_whichever_parts_they_stand():
    names = ["new.example.com", "other1", "other2", "other3", "other4", "new"]
    text = "Task,System\n" + "".join(f"Look {n},{name}\n" for n, name in enumerate(names))
    columns = {"Task": {"field": "name"}, "System": {"field": "system", "unknown": "create"}}
    assert counts(bring(text, kind="tasks", columns=columns)) == {"new": 6}
    assert len(all_of(System, "name")) == 5


def test_hosts_of_each_other_are_refused_however_far_apart_their_rows_are():
    for name in ("A", "B", "C", "D", "E"):
        system(name)
    text = "System,Host system,Status\nA,B,\nC,,clean\nD,,clean\nE,,clean\nB,A,\n"
    with pytest.raises(ImportRefused, match="ring"):
        bring(text)
    db.session.rollback()
