"""Whatever bytes come: a table or one clear line, soon, and in little memory. A child does it, so that it can be measured."""

import contextlib
import csv
import io
import multiprocessing
import resource
import time
import zipfile
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import create_app
from app.config import Settings
from app.extensions import db
from app.importing.actors import actor_for
from app.importing.refusal import ImportRefused
from app.importing.runs import open_bytes
from app.security.access import person_named
from tests.importing.files import SAMPLES

MARKS = (
    b"",
    b"\0",
    b'"',
    b"'",
    b",",
    b";;",
    b"\t",
    b"|",
    b"\r",
    b"\n\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x1a",
    b"=cmd|",
    b"PK\x03\x04",
)
LONGEST, MOST_MB = 5.0, 300


def broken_texts():
    """A good sheet, cut and spoilt in every second place, in every encoding."""
    good = (SAMPLES / "spreadsheet-of-doom.csv").read_bytes()[:700]
    for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"):
        data = good.decode("utf-8-sig").encode(name, "replace")
        for number in range(55):
            place = number * len(data) // 55
            mark = MARKS[number % len(MARKS)]
            yield data[:place] + mark + data[place + number % 3 :]
    for mark in MARKS:
        yield mark * 3_000
        yield b"System," + mark * 50 + b"\nA\n"
    yield b"," * 100_000 + b"\n" + b"x" * 1_000
    yield b'System\n"' + b"a\n" * 100_000
    yield b"System\n" + b"a" * 200_000


def broken_books():
    """A good workbook, cut, with parts left out, emptied, doubled, or filled with nonsense."""
    good = (SAMPLES / "spreadsheet-of-doom.xlsx").read_bytes()
    for number in range(60):
        yield good[: number * len(good) // 60]
        place = number * len(good) // 60
        yield good[:place] + bytes([good[place] ^ 0x5A]) + good[place + 1 :]
    with zipfile.ZipFile(BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content in parts.items():
        for other in (
            None,
            b"",
            b"<",
            b"\0" * 100,
            content[: len(content) // 2],
            content + content,
            b"<a>" * 5_000,
        ):
            yield _zipped({**parts, name: other})
        for old, new in (
            (b'r="', b'r="ZZZ9999999'),
            (b"<v>", b"<v>1e999"),
            (b't="s"', b't="e"'),
            (b"<row", b"<row r='0'"),
        ):
            yield _zipped({**parts, name: content.replace(old, new)})


def _zipped(parts) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content)
    return stream.getvalue()


def _work(pipe, given_settings: Settings) -> None:
    told = {"count": 0, "bad": [], "longest": 0.0}
    with create_app(given_settings).app_context():
        actor = actor_for(person_named("bob"))
        db.session.rollback()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        for data in [*broken_texts(), *broken_books()]:
            began = time.process_time()
            try:
                open_bytes(data, actor.id, "").plan(actor)
            except ImportRefused:
                pass
            except Exception as error:
                told["bad"].append([repr(error)[:300], data[:60].hex()])
            db.session.rollback()
            told["count"] += 1
            told["longest"] = max(told["longest"], time.process_time() - began)
    told["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told["before"] = before
    pipe.send(told)


@pytest.mark.only("sqlite")
def test_a_corpus_of_broken_files_is_refused_in_words_soon_and_in_little_memory(app):
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    child = context.Process(target=_work, args=(theirs, app.config["SETTINGS"]))
    child.start()
    told = mine.recv()
    child.join()
    assert told["bad"] == []
    assert told["count"] >= 600
    assert (told["longest"] < LONGEST, told["mb"] < MOST_MB) == (True, True), told


CELLS = st.sampled_from(
    ["", " ", "A", "a.b", "1E5", "=1+1", "'x", "[1", '["a"]', "x;y", "a|b", "🙂", "\u202e", "٣", "2026-13-01"]
    + [
        "999.1.1.1",
        "::1",
        "LOCK_SYSTEMSTATUS",
        "yes",
        "-1",
        "9" * 400,
        "x" * 300,
        "a\nb",
        "\t",
        "%s",
        "{}",
        "İ",
        "ſ",
    ]
)
HEADINGS = st.sampled_from(
    ["System", "Status", "IP", "Tags", "Domain", "Note", "Host system", "Company", "Aliases", "Protected"]
    + [
        "First compromised",
        "System",
        "",
        "UUID",
        "id",
        "Changed",
        "Created",
        "Assigned to",
        "Case",
        "Contact",
    ]
)


@pytest.mark.only("sqlite")
@settings(max_examples=370, deadline=5_000, suppress_health_check=list(HealthCheck))
@given(
    head=st.lists(HEADINGS, min_size=1, max_size=6),
    rows=st.lists(st.lists(CELLS, max_size=8), max_size=6),
    mark=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_whatever_the_cells_hold_there_is_a_plan_or_one_clear_line(app, head, rows, mark, encoding):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=mark).writerows([head, *rows])
    actor = actor_for(person_named("bob"))
    with contextlib.suppress(ImportRefused):
        open_bytes(text.getvalue().encode(encoding, "replace"), actor.id, "").plan(actor)
    db.session.rollback()
