"""Files in an export directory: whole or not at all, never over another one, only one's own removed."""

import os
import resource
import subprocess
import threading

import pytest

from app.exporting import directory
from app.exporting.directory import NotWritten, Stamp

MINE, THEIRS = Stamp("export profile 3"), Stamp("export profile 31")
NAME = "20261124_2214_systems.csv"


def put(place, text=b"a,b\n", name=NAME, stamp=MINE):
    def write(stream) -> int:
        stream.write(text)
        return 1

    return directory.put(place, name, stamp, write)[0]


def names(place) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def test_a_file_comes_with_a_checksum_that_sha256sum_takes(tmp_path):
    assert put(tmp_path).read_bytes() == b"a,b\n"
    assert names(tmp_path) == [NAME, f"{NAME}.sha256"]
    check = ["sha256sum", "--check", "--strict", f"{NAME}.sha256"]
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{NAME}: OK\n", "")


def test_many_in_the_same_minute_do_not_overwrite_each_other(tmp_path):
    threads = [threading.Thread(target=put, args=(tmp_path, b"%d" % n)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    files = [path for path in tmp_path.iterdir() if path.suffix == ".csv"]
    assert {path.read_bytes() for path in files} == {b"%d" % number for number in range(12)}
    assert all(directory._is_untouched(path) for path in files)
    assert "20261124_2214-12_systems.csv" in names(tmp_path)
    assert len(names(tmp_path)) == 24


def test_what_was_there_before_is_not_overwritten(tmp_path):
    (tmp_path / NAME).write_bytes(b"theirs")
    assert put(tmp_path).name == "20261124_2214-2_systems.csv"
    assert (tmp_path / NAME).read_bytes() == b"theirs"


def test_the_oldest_of_its_own_go_and_nothing_else(tmp_path):
    mine = [put(tmp_path, name=f"202611{day}_0400_systems.csv") for day in range(10, 16)]
    other = put(tmp_path, name="20261101_0400_systems.csv", stamp=THEIRS)
    mine[0].write_bytes(b"edited since")
    strange = tmp_path / "20261102_0400_systems.csv"
    strange.write_bytes(b"somebody's")
    gone = directory.prune(tmp_path, MINE, 2)
    assert gone == [path.name for path in reversed(mine[1:4])]
    assert set(names(tmp_path)) == {
        name for path in (mine[0], *mine[4:], other) for name in (path.name, f"{path.name}.sha256")
    } | {strange.name}
    assert directory.prune(tmp_path, MINE, 0) == []


def test_a_slot_is_written_once(tmp_path):
    first = put(tmp_path, stamp=Stamp("export profile 3", "schedule 1 2026-11-24T22:14Z"))
    again = put(
        tmp_path,
        b"other",
        "20261124_2215_systems.csv",
        Stamp("export profile 3", "schedule 1 2026-11-24T22:14Z"),
    )
    assert again == first
    next_slot = Stamp("export profile 3", "schedule 1 2026-11-24T22:15Z")
    assert put(tmp_path, b"other", "20261124_2215_systems.csv", next_slot) != first
    assert len(directory.prune(tmp_path, MINE, 1)) == 1


def test_only_below_the_allowed_directories(tmp_path):
    allowed, outside = tmp_path / "out", tmp_path / "secret"
    (allowed / "night").mkdir(parents=True)
    outside.mkdir()
    (allowed / "link").symlink_to(outside)
    assert directory.place((allowed,)) == allowed
    assert directory.place((allowed,), "night") == allowed / "night"
    assert directory.place((allowed,), str(allowed / "night")) == allowed / "night"
    assert directory.place((allowed, outside), str(outside)) == outside
    for text in ("..", "../secret", str(outside), "link", "/", "night/../../secret", "\0"):
        with pytest.raises(NotWritten, match="not below an export directory|is no directory"):
            directory.place((allowed,), text)
    with pytest.raises(NotWritten, match="There is no directory"):
        directory.place((allowed,), "missing")


def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(NotWritten, match="File too large"):
            put(tmp_path, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert names(tmp_path) == []


def test_a_directory_that_can_t_be_written_to_says_so_in_one_line():
    with pytest.raises(NotWritten) as refused:
        put(directory.Path("/proc"))
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith("/proc: ")


def test_what_fails_half_way_leaves_nothing_behind(tmp_path):
    def write(stream) -> int:
        stream.write(b"half")
        raise KeyError("gone")

    with pytest.raises(KeyError):
        directory.put(tmp_path, NAME, MINE, write)
    assert names(tmp_path) == []


def test_where_files_can_t_be_linked_they_are_renamed(tmp_path, monkeypatch):
    def no_links(*_):
        raise OSError(directory.errno.EPERM, os.strerror(directory.errno.EPERM))

    monkeypatch.setattr(directory.os, "link", no_links)
    assert put(tmp_path).name == NAME
    assert put(tmp_path, b"2").name == "20261124_2214-2_systems.csv"
    assert len(names(tmp_path)) == 4


def test_what_a_killed_process_left_is_cleared_away_a_day_later(tmp_path):
    left, young = tmp_path / f".{NAME}.0123abcd", tmp_path / f".{NAME}.0123abce"
    other = tmp_path / ".bashrc.0123abcd"
    for path in (left, young, other):
        path.touch()
    for path in (left, other):
        os.utime(path, (0, 0))
    put(tmp_path)
    assert names(tmp_path) == sorted([young.name, other.name, NAME, f"{NAME}.sha256"])
