"""A backup, made while others work, brings everything back: on the same database and on the other one."""

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import threading
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app import create_app
from app.extensions import db
from app.models.artifacts import Artifact
from app.models.lookups import Ip, TaskName
from app.models.notes import Note
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.services import changes, texts
from app.services.reading import read_one
from tests import databases
from tests.invariants import assert_history_replays
from tests.killing import dying
from tests.records import make, remove, state, system
from tests.running import FLASK, ROOT

ODD = 'a|b; "c"\n\tÜnïcode 🐾 \u2028 \\ null \x7f'


@pytest.fixture
def incident(app, data_dir) -> dict[str, int]:
    """Something of everything; what points at rows that come later, in the bin, and files."""
    host = system("HOST01", status="Clean")
    guest = system(
        "GUEST01",
        tags=[make(Tag, name="wave-2")],
        ips=[make(Ip, name=name) for name in ("10.0.0.1", "fe80::1")],
        aliases=["C.0123456789abcdef"],
    )
    later = system("HOST02")
    parent = make(Task, name=make(TaskName, name="Look"))
    child = make(Task, name=make(TaskName, name="Look closer"), system=guest)
    with changes.recording(None, "ui") as change_set:
        from app.services import records
        from app.services.drafts import Draft

        records.write(change_set, System, [Draft(guest, {"host_system": later})])
        records.write(change_set, Task, [Draft(parent, {"parent": child})])
    db.session.commit()
    moment = dt.datetime(2026, 3, 29, 1, 59, 59, 123456, tzinfo=dt.UTC)
    made = {
        "guest": guest,
        "child": child,
        "memo": make(Memo, system=guest, text=ODD),
        "note": make(Note, title="Findings", content=ODD),
        "event": make(
            TimelineEntry, system=guest, time=moment, type="logon", content="beacon to 203.0.113.7"
        ),
        "artifact": make(
            Artifact, name="MFT", type="File", system=guest, status="Analysis finished", md5="d" * 32
        ),
        "gone": system("GONE01"),
    }
    remove(System, made["gone"])
    file = data_dir / "evidence" / "deep" / "Ünï code.bin"
    file.parent.mkdir(parents=True)
    file.write_bytes(os.urandom(3_000_000))
    (data_dir / "secret_key").write_text("k" * 64)
    return made | {"host": host}


def run(app, *args: str) -> str:
    """What a command prints when it works."""
    answer = app.test_cli_runner().invoke(args=list(args))
    assert answer.exit_code == 0, answer.output
    return answer.output


def refusal(app, *args: str) -> str:
    """What a command says when it does not."""
    answer = app.test_cli_runner().invoke(args=list(args))
    assert answer.exit_code == 2, answer.output
    assert answer.output.count("\n") == 1, answer.output
    return answer.output


@pytest.fixture
def made(app, incident, tmp_path) -> Path:
    """A backup of the incident."""
    told = run(app, "backup", str(tmp_path))
    path = Path(told.partition(": ")[0])
    assert re.fullmatch(r"spoor-\d{8}-\d{6}\.zip", path.name)
    assert path.stat().st_mode & 0o777 == 0o600
    return path


@contextmanager
def elsewhere(settings, place: Path, url: str = ""):
    """An application on an empty database and an empty data directory."""
    place.mkdir(exist_ok=True)
    there = create_app(
        replace(settings, data_dir=place, database_url=url or f"sqlite:///{place / 'spoor.db'}")
    )
    with there.app_context():
        yield there
        db.session.remove()
        db.engine.dispose()


def everything() -> dict:
    from app.backup import tables

    return {table.name: tables.content(table).told() for table in tables.known()}


def assert_is_back(incident: dict, files: Path) -> None:
    assert_history_replays()
    assert state(Memo, incident["memo"])["text"] == ODD
    assert read_one(TimelineEntry, incident["event"], ["time"])["time"].microsecond == 123456
    assert read_one(System, incident["gone"], ["deleted_at"])["deleted_at"] is not None
    assert state(System, incident["guest"])["host_system"] == incident["host"] + 2
    assert (files / "secret_key").read_text() == "k" * 64
    assert (files / "evidence" / "deep" / "Ünï code.bin").stat().st_size == 3_000_000
    # what is made next gets a number of its own, and the search knows what came back
    assert system("NEW01") > incident["gone"]
    assert make(Tag, name="wave-3")
    found = texts.holding(
        TimelineEntry.__table__, ["content"], texts.way("203.0.113"), texts.needle("203.0.113")
    )
    db.session.rollback()
    assert db.session.query(TimelineEntry.id).filter(found).all() == [(incident["event"],)]


def test_everything_comes_back(app, made, incident, settings, tmp_path):
    before = everything()
    with elsewhere(settings, tmp_path / "new") as there:
        assert "rows and 2 files are back" in run(there, "restore", str(made))
        assert everything() == before
        assert_is_back(incident, tmp_path / "new")


@pytest.mark.postgres
def test_a_backup_of_either_database_goes_into_postgres(app, made, incident, settings, tmp_path):
    before = everything()
    with databases.empty_postgres() as url, elsewhere(settings, tmp_path / "new", url) as there:
        run(there, "restore", str(made))
        assert everything() == before
        assert_is_back(incident, tmp_path / "new")


@pytest.mark.postgres
def test_verify_restores_into_scratch_and_compares_and_leaves_nothing(app, made):
    with databases.empty_postgres() as url:
        for more in ((), ("--database-url", url), ("--database-url", url)):
            assert "everything is there" in run(app, "backup", "verify", str(made), *more)


def test_verify_takes_the_newest_backup(app, incident, data_dir):
    assert "there is no backup in" in refusal(app, "backup", "verify")
    run(app, "backup")
    newest = Path(run(app, "backup", "--without-evidence").partition(": ")[0])
    newest.rename(newest.with_name("spoor-29991231-000000.zip"))
    assert "spoor-29991231-000000.zip" in run(app, "backup", "verify")
    with zipfile.ZipFile(newest.with_name("spoor-29991231-000000.zip")) as archive:
        assert [name for name in archive.namelist() if name.startswith("files/")] == ["files/secret_key"]


def test_the_command_keeps_so_many_of_its_own(app, incident, tmp_path):
    for name in ("spoor-20200101-000000.zip", "spoor-20200102-000000.zip", "spoor-20200101-000000-hand.zip"):
        (tmp_path / name).write_bytes(b"old")
    told = run(app, "backup", "--keep", "2", str(tmp_path))
    assert "spoor-20200101-000000.zip: removed" in told
    left = {path.name for path in tmp_path.glob("spoor-*.zip")}
    assert left == {
        Path(told.partition(": ")[0]).name,
        "spoor-20200102-000000.zip",
        "spoor-20200101-000000-hand.zip",
    }


def test_a_backup_shows_one_moment_while_others_write(app, incident, settings, tmp_path):
    """Changes that are committed while it is made are in it whole or not at all."""
    stop = threading.Event()

    def write() -> None:
        with app.app_context():
            number = 0
            while not stop.is_set():
                number += 1
                system(f"BUSY{number:04}", tags=[make(Tag, name=f"t{number}")])

    others = threading.Thread(target=write)
    others.start()
    try:
        paths = [Path(run(app, "backup", str(tmp_path / str(n))).partition(": ")[0]) for n in range(3)]
    finally:
        stop.set()
        others.join()
    for path in paths:
        assert "everything is there" in run(app, "backup", "verify", str(path))


def test_nothing_is_overwritten(app, made, settings, tmp_path):
    assert "the database is not empty (" in refusal(app, "restore", str(made))
    full = tmp_path / "full" / "evidence" / "deep"
    full.mkdir(parents=True)
    (full / "Ünï code.bin").write_text("mine")
    with elsewhere(settings, tmp_path / "full") as there:
        assert "is not empty (evidence/deep" in refusal(there, "restore", str(made))
    assert (full / "Ünï code.bin").read_text() == "mine"


def test_killed_at_any_moment_a_restore_is_done_again(app, made, incident, settings, tmp_path):
    """Files come first and may be there already; rows come in one transaction."""
    with elsewhere(settings, tmp_path / "new") as there:
        place, at = there.config["SETTINGS"], 1
        with dying(place, "restore", made) as die:
            while (code := die(at)) == -9:
                at = int(at * 1.5) + 1
        assert at > 100
        assert code == 0 or "not empty" in refusal(there, "restore", str(made))
        assert_is_back(incident, tmp_path / "new")


@pytest.mark.postgres
def test_what_is_somebodys_is_not_cleared_by_verify(app, made, settings):
    before = everything()
    assert "is not empty" in refusal(app, "backup", "verify", str(made), "--database-url", plain(settings))
    assert everything() == before


def plain(settings) -> str:
    return settings.database_url.replace("postgresql+psycopg://", "postgresql://")


def damaged(made: Path, name: str, change) -> Path:
    """The backup with one of its parts changed, and its sums of ZIP right."""
    path = made.with_name("damaged.zip")
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            data = change(data) if part == name else data
            if data is not None:
                new.writestr(part, data)
    return path


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("tables/memos.jsonl", lambda data: data.replace(b"code", b"kode"), "memos: the rows are not what went"),
        ("tables/tags.jsonl", lambda data: data[: data.index(b"\n") + 1], "the rows of tables/systems_tags.jsonl don't fit"),
            ("tables/memos.jsonl", lambda data: data[: data.index(b"\n") + 1], "memos: 0 rows, 1 went into"),
        ("tables/tags.jsonl", lambda data: data[:-9], "tables/tags.jsonl can't be read"),
        ("tables/tags.jsonl", lambda data: None, "tables/tags.jsonl can't be read"),
        ("tables/changes.jsonl", lambda data: data.replace(b"GUEST01", b"GUEST02"), "changes: the rows are not"),
        ("files/evidence/deep/Ünï code.bin", lambda data: data[:-1] + b"?", "is not what went into the backup"),
        ("files/secret_key", lambda data: None, "secret_key can't be read"),
        ("backup.json", lambda data: None, "is no backup"),
        ("backup.json", lambda data: data.replace(b'"format": 1', b'"format": 2'), "made by a newer Spoor"),
        ("backup.json", lambda data: re.sub(rb'"version": "\d+"', b'"version": "9999"', data), "does not fit"),
        ("backup.json", lambda data: data.replace(b'"secret_key"', b'"../../x"'), "is no place"),
    ],
)  # fmt: skip
@pytest.mark.only("sqlite")
def test_a_damaged_backup_is_noticed(app, made, name, change, said):
    assert said in refusal(app, "backup", "verify", str(damaged(made, name, change)))


def test_what_is_no_backup_is_said(app, made, tmp_path):
    (tmp_path / "list.csv").write_text("name\nSRV01\n")
    (tmp_path / "half.zip").write_bytes(made.read_bytes()[:-500])
    for name in ("list.csv", "half.zip"):
        assert "is no backup, or not whole" in refusal(app, "backup", "verify", str(tmp_path / name))
    assert "No such file" in refusal(app, "restore", str(tmp_path / "nowhere.zip"))


def test_where_nothing_can_be_written_one_line_says_so(app, incident, tmp_path):
    (tmp_path / "file").touch()
    assert "file/below: Not a directory" in refusal(app, "backup", str(tmp_path / "file" / "below"))


@pytest.mark.only("sqlite")
def test_a_full_disk_leaves_no_half_backup(app, incident, settings, tmp_path):
    environment = {"SPOOR_DATA_DIR": str(settings.data_dir), "SPOOR_DATABASE_URL": settings.database_url}
    command = f"ulimit -f 1000; exec {' '.join(FLASK)} backup {tmp_path / 'small'}"
    answer = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1), answer.stderr
    assert "File too large" in answer.stderr
    assert list((tmp_path / "small").iterdir()) == []


def test_an_old_backup_is_brought_up_to_date(app, made, incident, settings, tmp_path):
    """Its rows go into the tables of its time, which are then migrated."""
    from alembic import command

    from app.cli import migrations

    with elsewhere(settings, tmp_path / "old") as there:
        run(there, "restore", str(made))
        db.session.remove()
        command.downgrade(migrations._config(), "0010")
        old = Path(run(there, "backup", str(tmp_path / "older")).partition(": ")[0])
    with zipfile.ZipFile(old) as archive:
        assert json.loads(archive.read("backup.json"))["version"] == "0010"
    with elsewhere(settings, tmp_path / "new") as there:
        run(there, "restore", str(old))
        assert_is_back(incident, tmp_path / "new")
    shutil.rmtree(tmp_path / "old")
