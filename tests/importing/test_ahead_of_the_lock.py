"""A large import is worked out before it takes the write lock; what is stored is the same as under the lock."""

import csv
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.importing.actors import actor_for
from app.importing.at_once import import_bytes
from app.models.cases import Case
from app.models.changes import Change
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.security.access import person_named
from app.services import changes, records, unwritten
from app.services.drafts import Draft
from tests.importing.files import bring, counts
from tests.invariants import assert_history_replays
from tests.records import change, make, system

pytestmark = pytest.mark.usefixtures("app", "any_size")

SHEETS = {
    "systems": (
        "Name,Status,Domain,OS,IPs,Tags,Notes,Assigned to\n"
        "SRV01,Compromised,corp,Windows 11,10.0.0.1 10.0.0.2,new;old,a memo,bob\n"
        "SRV02,Some new status,corp,Windows 12,10.0.0.2,new,,carla\n"
        "KNOWN,Compromised,other,,10.0.0.9,old,another memo,\n"
    ),
    "artifacts": (
        "System,Name,Type,Status,MD5,Case,Tags\n"
        f"KNOWN,one,Triage,Acquired,{'a' * 32},Case A,new\n"
        f"KNOWN,two,New type,Requested,{'a' * 32},New case,old\n"
        "GUEST,three,Triage,Requested,,Case A,\n"
        f"KNOWN,four,Triage,Acquired,{'a' * 32},Case A,new\n"
    ),
    "tasks": (
        "Task,System,Status,Case,Note\nNew name,KNOWN,Done,Case A,words\nNew name,GUEST,Pending,New case,\n"
    ),
    "report-items": (
        "System,Headline,Subheadline,Content,Case\n"
        "KNOWN,New headline,one,text,Case A\nKNOWN,New headline,two,text,New case\n"
    ),
    "timeline": (
        "System,Time,Type,Content,Tags\n"
        "KNOWN,2026-03-01T10:00:00Z,logon,somebody,new\nGUEST,2026-03-01T11:00:00Z,logoff,somebody,new\n"
    ),
    "notes": "Title,Content,Case,Tags\nA note,text,New case,new\nAnother,text,Case A,old\n",
    "accounts": "Name,System,Domain,Seen on\nadmin,KNOWN,,KNOWN; GUEST\nroot,,New domain,KNOWN\n",
    "cases": "Name,Status,Priority,Tags\nCase A,Ongoing,High,new\nCase B,New status,High,old; new\n",
    "tags": "Name,Note\nnew,words\nold,words\n",
}
"""Of every list a sheet that makes what it names, changes what is there, and sets off rules."""


@pytest.fixture(autouse=True)
def known(people):
    """What the sheets meet."""
    tag = make(Tag, name="old")
    make(Case, name="Case A")
    change(System, system("GUEST"), host_system=system("KNOWN", tags=[tag], ips=[]))


def imported(kind: str, sheet: str) -> None:
    """Import as a lead, whatever is unknown is made; the caller commits."""
    db.session.rollback()
    import_bytes(sheet.encode(), "sheet.csv", actor_for(person_named("alice"), "alice", kind), kind=kind)


def written() -> dict[str, list]:
    """All that is stored, but for ids and for what differs each time; then nothing of it is stored."""
    differs = {"id", "uuid", "storage_path", "revision", "at", "hash", "previous_hash"}
    differs |= {"place_key", "fingerprint", "address"}  # ids are parts of them
    found: dict[str, list] = {}
    for name, table in db.metadata.tables.items():
        columns = [c for c in table.c if c.name not in differs and not c.name.endswith(("_id", "_at"))]
        if name not in ("imports", "changes") and columns:
            rows = db.session.execute(sa.select(*columns)).all()
            found[name] = sorted(tuple(map(str, row)) for row in rows)
    last = sa.select(Change).where(Change.change_set_id == changes.newest()).order_by(Change.id)
    found["changes"] = [(c.entity, c.name, c.action, _nameless(c.diff)) for c in db.session.scalars(last)]
    db.session.rollback()
    return found


def _nameless(diff):
    """A diff without ids, times and paths."""
    if isinstance(diff, dict):
        dropped = ("id", "uuid", "storage_path")
        return {k: _nameless(v) for k, v in diff.items() if k not in dropped and not k.endswith("_at")}
    return [_nameless(one) for one in diff] if isinstance(diff, list) else diff


@pytest.mark.parametrize("kind", SHEETS)
def test_what_is_worked_out_ahead_is_what_would_be_written_under_the_lock(kind, monkeypatch):
    imported(kind, SHEETS[kind])
    ahead = written()
    monkeypatch.setattr(changes, "_worked_out", lambda *_: None)
    imported(kind, SHEETS[kind])
    assert len(ahead["changes"]) >= len(list(csv.reader(SHEETS[kind].splitlines()))) - 1
    assert ahead == written()
    monkeypatch.undo()
    imported(kind, SHEETS[kind])
    db.session.commit()
    assert_history_replays()


def _elsewhere(app, work) -> None:
    """Do something in another thread, with a session and a connection of its own, and wait for it."""

    def there() -> None:
        with app.app_context():
            work()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(there).result(timeout=5)


def test_others_write_while_it_is_worked_out_and_it_is_worked_out_again(app):
    seen: list[int] = []

    def work(change_set: changes.Recording) -> None:
        seen.append(change_set.id)
        records.write(change_set, System, [Draft(values={"name": "MINE"})])
        if len(seen) == 1:
            _elsewhere(app, lambda: system("THEIRS"))

    done = changes.record(work, None, "import", "Import of a file", job_id=None)
    db.session.commit()
    assert seen == [done.id - 1, done.id]
    assert set(db.session.scalars(sa.select(System.name))) >= {"MINE", "THEIRS"}
    assert_history_replays()


def test_a_name_that_somebody_takes_meanwhile_is_noticed(app):
    started: list[int] = []

    def work(change_set: changes.Recording) -> None:
        (draft,) = records.write(change_set, System, [Draft(values={"name": "SRV01"})])
        if not started:
            started.append(1)
            assert draft.is_good
            _elsewhere(app, lambda: system("srv01"))
        else:
            assert "is taken by srv01" in draft.errors["name"]

    assert not changes.record(work, None, "import", "Import of a file", job_id=None).changes


def test_what_depends_on_itself_is_worked_out_under_the_lock():
    def work(change_set: changes.Recording) -> None:
        first = records.create(change_set, System, {"name": "SRV01"})
        records.create(change_set, System, {"name": "SRV02", "host_system": first.id})

    done = changes.record(work, None, "import", "Import of a file", job_id=None)
    db.session.commit()
    assert [one["name"] for one in done.changes] == ["SRV01", "SRV02"]
    assert_history_replays()


def test_nothing_is_left_of_what_was_refused():
    def work(change_set: changes.Recording) -> None:
        records.create(change_set, Tag, {"name": "new"})
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        changes.record(work, None, "import", "Import of a file", job_id=None)
    assert not changes.is_writing()
    unwritten.refuse(Tag, range(100))
    db.session.rollback()
    assert db.session.scalar(sa.select(Tag.id).where(Tag.name == "new")) is None


def test_new_records_of_another_list_can_be_pointed_at():
    assert counts(bring("Name,Notes\nSRV09,one\nSRV08,two\n")) == {"new": 2}
    memos = sa.select(System.name, Memo.text).join(Memo, Memo.system_id == System.id)
    assert dict(db.session.execute(memos.order_by(Memo.id)).all()) == {"SRV09": "one", "SRV08": "two"}
