"""The import wizard over HTTP: four steps, nothing written before the last one, usable without JavaScript."""

import io
import re
import resource
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path

import html5lib
import openpyxl
import pytest
import sqlalchemy as sa
from redis import Redis
from werkzeug.datastructures import MultiDict

from app import errors
from app.extensions import db
from app.importing import staging
from app.jobs import runner
from app.models.imports import ImportRun, ImportState
from app.models.jobs import Job
from app.models.systems import System
from app.models.tags import Tag
from app.services import changes, jobs
from app.services.spool import Spool
from tests.conftest import csrf_token
from tests.importing.files import sample, stored
from tests.pages import problems
from tests.records import change, make, remove, system


def form_of(page: str, form_id: str, **changed) -> MultiDict:
    """What a browser would send for a form, with some of its fields changed."""
    document = html5lib.parse(page, namespaceHTMLElements=False)
    (form,) = [element for element in document.iter("form") if element.get("id") == form_id]
    sent = []
    for element in form.iter():
        if element.tag == "input" and (
            element.get("type") != "checkbox" or element.get("checked") is not None
        ):
            sent.append((element.get("name"), element.get("value", "")))
        elif element.tag == "select":
            options = list(element.iter("option"))
            chosen = [o for o in options if o.get("selected") is not None] or options[:1]
            sent += [(element.get("name"), o.get("value")) for o in chosen]
    fields = MultiDict(sent)
    for name, value in changed.items():
        fields.setlist(name, value if isinstance(value, list) else [value])
    return fields


class Wizard:
    """Somebody who walks through the steps."""

    def __init__(self, browser) -> None:
        self.browser = browser

    def upload(self, content: bytes, name: str = "sheet.csv"):
        token = csrf_token(self.browser.get("/imports/new").text)
        data = {"csrf_token": token, "file": (io.BytesIO(content), name)}
        answer = self.browser.post("/imports/new", data=data)
        self.address = (answer.location or "").partition("?")[0]
        return answer

    def page(self, step: str = "") -> str:
        answer = self.browser.get(self.address + (f"?step={step}" if step else ""))
        assert answer.status_code == 200, answer.text
        assert problems(answer.text) == []
        return answer.text

    def map(self, **changed):
        return self.browser.post(
            f"{self.address}/columns", data=form_of(self.page("columns"), "mapping", **changed)
        )

    def post(self, action: str, **fields):
        form = {"csrf_token": csrf_token(self.browser.get("/imports/new").text)} | fields
        return self.browser.post(f"{self.address}/{action}", data=form)

    def apply(self, **changed):
        return self.browser.post(
            f"{self.address}/commit", data=form_of(self.page("preview"), "apply", **changed)
        )


@pytest.fixture
def wizard(bob) -> Wizard:
    return Wizard(bob)


def systems() -> list[str]:
    db.session.rollback()
    live = sa.select(System.name).where(System.deleted_at.is_(None)).order_by(System.name)
    return list(db.session.scalars(live))


def test_accepted_unchanged_the_sheet_goes_in(wizard):
    assert wizard.upload(sample("spreadsheet-of-doom.xlsx"), "sod.xlsx").status_code == 303
    assert wizard.map().location.endswith("?step=preview")
    assert "Apply 26 changes" in wizard.page("preview")
    assert systems() == []
    assert wizard.apply().status_code == 303
    assert "Undo the whole import" in wizard.page()
    assert len(systems()) == 26
    wizard.upload(sample("spreadsheet-of-doom.csv"))
    wizard.map()
    assert "Nothing to apply" in wizard.page("preview")


def test_the_preview_says_what_differs_and_is_kept_and_one_click_overwrites(wizard):
    system("A", status="Clean")
    wizard.upload(b"System,Status\nA,compromised\n")
    wizard.map()
    assert "1 differs, kept" in wizard.page("preview")
    wizard.post("overwrite", column="Status")
    assert "Apply 1 change" in wizard.page("preview")
    wizard.apply()
    assert stored("A")["status"] == "Compromised"


def test_columns_and_values_can_be_mapped_otherwise_and_are_remembered(wizard):
    wizard.upload(b"Thing,Verdict\nA,odd\n")
    refused = wizard.map()
    assert refused.status_code == 422
    assert "no column is the name" in refused.text
    wizard.map(**{"field-0": "name"})
    wizard.map(**{"value-1-0": "Compromised"})
    wizard.apply()
    assert stored("A")["status"] == "Compromised"
    wizard.upload(b"Thing,Verdict\nB,ODD\n")
    wizard.map()
    wizard.apply()
    assert stored("B")["status"] == "Compromised"


def test_rows_without_a_tick_stay_out(wizard):
    wizard.upload(b"System\nA\nB\nC\n")
    wizard.map()
    wizard.apply(take=["2", "4"])
    assert systems() == ["A", "C"]


def test_left_out_rows_stay_out_and_are_shown_again(wizard):
    wizard.upload(b"System\nA\nB\n")
    wizard.map()
    wizard.browser.post(f"{wizard.address}/rows", data=form_of(wizard.page("preview"), "apply", take=["3"]))
    page = wizard.page("preview")
    assert "Apply 1 change<" in page
    assert "Left out" in page
    wizard.apply()
    assert systems() == ["B"]


def test_a_change_since_the_preview_is_shown_and_not_applied(wizard):
    one = system("A")
    wizard.upload(b"System,Location\nA,Bonn\n")
    wizard.map()
    form = form_of(wizard.page("preview"), "apply")
    change(System, one, is_protected=True)
    answer = wizard.browser.post(f"{wizard.address}/commit", data=form)
    assert answer.status_code == 409
    assert "look at it again" in answer.text
    assert "Protected" in answer.text
    assert stored("A")["location"] == ""


def test_a_change_elsewhere_does_not_matter(wizard):
    wizard.upload(b"System,Location\nA,Bonn\n")
    wizard.map()
    form = form_of(wizard.page("preview"), "apply")
    system("other")
    assert wizard.browser.post(f"{wizard.address}/commit", data=form).status_code == 303
    assert stored("A")["location"] == "Bonn"


def test_a_double_click_applies_once(wizard):
    wizard.upload(b"System\nA\n")
    wizard.map()
    form = form_of(wizard.page("preview"), "apply")
    wizard.browser.post(f"{wizard.address}/commit", data=form)
    before = changes.newest()
    wizard.browser.post(f"{wizard.address}/commit", data=form)
    db.session.rollback()
    assert changes.newest() == before


def test_faulty_rows_come_as_a_file_that_can_be_repaired_and_uploaded(wizard):
    wizard.upload(b"Hostname;IP;Note\n=A;nonsense;x\nB;1.1.1.1;y\n")
    wizard.map()
    answer = wizard.browser.get(f"{wizard.address}/faulty.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = answer.data.decode("utf-8-sig")
    assert text.splitlines()[0] == "Hostname,IP,Note,Spoor: why left out"
    assert "'=A" in text
    wizard.upload(text.replace("nonsense", "1.1.1.2", 1).encode())
    wizard.map()
    wizard.apply()
    assert systems() == ["=A"]


def test_the_file_can_be_read_otherwise(wizard):
    wizard.upload("System;Ort\nA;Köln\n".encode("cp1252"))
    assert 'value="cp1252" selected' in wizard.page("columns")
    wizard.post("file", delimiter=";", encoding="cp1252", header="0")
    assert "no headings" in wizard.page("columns")
    wizard.post("file", delimiter=";", encoding="cp1252", header="1")
    assert "Köln" in wizard.page("columns")


def test_what_is_no_table_is_refused_where_it_was_chosen(wizard):
    answer = wizard.upload(b"\x89PNG\r\n\x1a\n1234", "table.csv")
    assert answer.status_code == 422
    assert "picture" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(ImportRun.id))) == 0


def test_pasted_cells_are_a_table_too(wizard):
    token = csrf_token(wizard.browser.get("/imports/new").text)
    answer = wizard.browser.post(
        "/imports/new", data={"csrf_token": token, "text": "System\tStatus\nA\tclean\n"}
    )
    wizard.address = answer.location.partition("?")[0]
    wizard.map()
    wizard.apply()
    assert stored("A")["status"] == "Clean"


def test_the_upload_is_stored_under_a_random_name_and_given_back_as_a_download_only(wizard, settings):
    wizard.upload(b"System\n<script>\n", "../../etc/passwd<b>.csv")
    kept = [path.name for path in (settings.data_dir / "staged").iterdir()]
    assert all("passwd" not in name for name in kept)
    answer = wizard.browser.get(f"{wizard.address}/file")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in wizard.page("columns").partition("<main")[2]
    wizard.post("discard")
    assert list((settings.data_dir / "staged").iterdir()) == []
    assert wizard.browser.get(wizard.address).status_code == 404


def test_an_import_that_is_not_in_yet_is_its_owners_and_readers_see_none(wizard, signed_in, rita, people):
    wizard.upload(b"System\nA\n")
    assert rita.get("/imports/new").status_code == 403
    assert rita.get(wizard.address).status_code == 403
    assert signed_in("alice").get(wizard.address).status_code == 200
    assert wizard.browser.get("/imports").status_code == 200


def test_all_imports_are_found_page_by_page_the_newest_first(signed_in, people):
    values = {"stored_name": "", "sha256": "", "state": ImportState.HELD, "actor_id": people.bob}
    db.session.add_all(ImportRun(file_name=f"night {number}.csv", **values) for number in range(1, 121))
    db.session.commit()
    path, seen = "/imports", []
    while path:
        page = signed_in("bob").get(path).text
        assert problems(page) == []
        seen += [int(number) for number in re.findall(r"night (\d+)\.csv", page)]
        path = (re.findall(r'href="(/imports\?before=\d+)"', page) or [""])[0]
    assert seen == list(range(120, 0, -1))
    assert "Needs approval" in page


def test_a_large_import_becomes_one_job_however_often_it_is_started(wizard):
    rows = "".join(f"SV-{number}\n" for number in range(301))
    content = b"System\n" + rows.encode()
    wizard.upload(content)
    wizard.map()
    form = form_of(wizard.page("preview"), "apply")
    wizard.browser.post(f"{wizard.address}/commit", data=form)
    first = wizard.address
    wizard.upload(content)
    wizard.map()
    second = wizard.apply()
    assert second.location == first
    job = db.session.scalars(sa.select(Job)).one()
    wizard.address = first
    assert "Waits for a worker" in wizard.page()
    runner.run(job.id)
    db.session.rollback()
    assert "Undo the whole import" in wizard.page()
    assert len(systems()) == 301
    before = changes.newest()
    wizard.address = first
    runner.run(job.id)
    assert changes.newest() == before


def test_a_job_that_finds_the_list_changed_says_so_and_writes_nothing(wizard):
    wizard.upload(b"System\n" + b"".join(b"SV-%d\n" % number for number in range(301)))
    wizard.map()
    wizard.apply()
    system("SV-7")
    runner.run(db.session.scalars(sa.select(Job.id)).one())
    db.session.rollback()
    assert systems() == ["SV-7"]
    assert db.session.scalars(sa.select(ImportRun.state)).one() is ImportState.STAGED
    assert "look at it again" in wizard.page("preview")


def large_sheet(name: str = "SRV") -> bytes:
    rows = "".join(f"{name}-{number},{'x' * 40}\n" for number in range(2200))
    return f"System,Note\n{rows}".encode()


def run_newest_job() -> None:
    db.session.rollback()
    runner.run(db.session.scalar(sa.select(sa.func.max(Job.id))))
    db.session.rollback()


def test_the_preview_of_a_large_file_is_worked_out_by_a_job(wizard):
    wizard.upload(large_sheet())
    wizard.map()
    assert "Nothing is written yet" in wizard.page("preview")
    run_newest_job()
    assert "Apply 2,200 changes" in wizard.page("preview")
    tag = make(Tag, name="meanwhile")
    assert "Somebody changed something since" in wizard.page("preview")
    wizard.post("preview")
    assert "Nothing is written yet" in wizard.page("preview")
    run_newest_job()
    assert "Somebody changed something since" not in wizard.page("preview")
    remove(Tag, tag)
    wizard.apply()
    run_newest_job()
    assert "Undo the whole import" in wizard.page()


def test_a_large_preview_that_fails_says_why(wizard):
    content = large_sheet()
    wizard.upload(content)
    wizard.map()
    run = db.session.scalar(sa.select(ImportRun))
    staging.discard(runner.results_directory().parent / "staged", run.stored_name)
    run_newest_job()
    assert "upload it again" in wizard.page("preview")


def test_without_a_queue_a_large_preview_is_worked_out_at_once(app, wizard, monkeypatch, tmp_path):
    monkeypatch.setitem(app.extensions, "redis", Redis.from_url(f"unix://{tmp_path}/nobody.sock"))
    wizard.upload(large_sheet())
    wizard.map()
    assert "Apply 2,200 changes" in wizard.page("preview")


def test_an_import_that_is_being_applied_is_left_alone_and_not_applied_twice(wizard):
    wizard.upload(large_sheet())
    wizard.map()
    run_newest_job()
    form = form_of(wizard.page("preview"), "apply")
    for _ in range(2):
        answer = wizard.browser.post(f"{wizard.address}/commit", data=form)
        assert (answer.status_code, answer.location) == (303, wizard.address)
    for action in ("preview", "columns", "rows", "discard"):
        assert wizard.post(action).status_code == 409
    run_newest_job()
    db.session.rollback()
    assert [job.kind for job in db.session.scalars(sa.select(Job).order_by(Job.id))] == ["import"] * 2
    assert len(systems()) == 2200
    assert wizard.browser.post(f"{wizard.address}/commit", data=form).location == wizard.address
    assert "2,200 new, 0 changed, 0 faulty" in wizard.browser.get("/notices").text


def test_a_full_disk_leaves_the_preview_before_and_says_so(app, wizard, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.config, "TESTING", False)
    wizard.upload(b"System,Note\n" + b"".join(b"A%d,%s\n" % (n, b"x" * 90) for n in range(50)))
    wizard.map()
    assert "Apply 50 changes" in wizard.page("preview")
    staged = runner.results_directory().parent / "staged"
    before = {path.name: path.read_bytes() for path in staged.iterdir()}
    system("A1")
    with disk_full_after(1000):
        answer = wizard.browser.get(f"{wizard.address}?step=preview")
    assert answer.status_code == 503
    assert errors.DISK_FULL in answer.text
    assert {path.name: path.read_bytes() for path in staged.iterdir()} == before
    assert "<b>49</b><span>new systems</span>" in wizard.page("preview")


def rows_of(page: str) -> str:
    """The rows of a preview."""
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


@pytest.mark.parametrize("left", [0, 10, 400], ids=["nothing", "a word", "half"])
def test_a_damaged_preview_is_worked_out_anew(wizard, left):
    wizard.upload(b"System\n" + b"".join(b"A%d\n" % n for n in range(50)))
    wizard.map()
    whole = rows_of(wizard.page("preview"))
    (kept,) = (runner.results_directory().parent / "staged").glob("*.plan")
    kept.write_bytes(kept.read_bytes()[:left])
    assert rows_of(wizard.page("preview")) == whole
    assert whole.count("<tr data-outcome=") == 50


def test_a_disk_that_fills_up_under_a_large_import_loses_nothing(wizard, monkeypatch):
    wizard.upload(large_sheet())
    wizard.map()
    run_newest_job()
    wizard.apply()
    with monkeypatch.context() as patched, Path("/dev/full").open("w+b", buffering=0) as full:
        patched.setattr(Spool.__init__, "__defaults__", ((), 0))
        patched.setattr(tempfile, "TemporaryFile", lambda **_: full)
        run_newest_job()
    assert "The disk of the server is full. Nothing was changed" in wizard.page()
    assert not systems()
    job = db.session.scalars(sa.select(Job).order_by(Job.id.desc())).first()
    jobs.retry(job.id)
    db.session.commit()
    run_newest_job()
    assert len(systems()) == 2200


@contextmanager
def disk_full_after(size: int):
    """No file of this process may grow beyond so many bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)


def test_what_the_rows_are_is_proposed_and_can_be_changed(wizard):
    system("A")
    wizard.upload(
        b"Timestamp,Hostname,Event type,Message\n2026-01-01 10:00,A,Logon,first\n2026-01-02,ghost,,x\n"
    )
    assert '<option value="timeline" selected>' in wizard.page("columns")
    wizard.post("file", kind="systems", delimiter=",", header="1")
    assert '<option value="systems" selected>' in wizard.page("columns")
    wizard.post("file", kind="timeline", delimiter=",", header="1")
    wizard.map()
    page = wizard.page("preview")
    assert "<b>1</b><span>new timeline entries</span>" in page
    assert "there is no system “ghost”" in page
    wizard.apply()
    page = wizard.page()
    assert '<a class="btn primary" href="/timeline">Show timeline entries</a>' in page
    assert "Undo the whole import" in page


def test_people_and_statuses_are_not_offered_to_an_analyst(wizard, alice):
    assert '<option value="system-statuses">' not in wizard.browser.get("/imports/new").text
    assert '<option value="system-statuses">' in alice.get("/imports/new").text
    token = csrf_token(wizard.browser.get("/imports/new").text)
    form = {"csrf_token": token, "text": "Username\nmallory\n", "kind": "users"}
    assert wizard.browser.post("/imports/new", data=form).status_code == 422
    wizard.upload(b"System\nA\n")
    assert wizard.post("file", kind="users", header="1").status_code == 422


def test_a_large_timeline_is_a_job_like_a_list_of_systems(wizard):
    system("A")
    rows = "".join(f"2026-01-01 10:00:00.{number:06},A,Logon,event {number}\n" for number in range(400))
    wizard.upload(f"Time,System,Type,Content\n{rows}".encode())
    wizard.map()
    wizard.apply()
    run_newest_job()
    assert "<b>400</b><span>new timeline entries</span>" in wizard.page()


def test_a_conflict_of_an_edited_export_is_settled_per_column_or_in_all(bob, people):
    one, other = system("SV-1", status="Unknown"), system("SV-2", status="Unknown")
    stream = io.BytesIO(bob.get("/systems/export?format=xlsx&sort=name").data)
    book = openpyxl.load_workbook(stream)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    for line in (2, 3):
        sheet.cell(line, headings.index("Status") + 1).value = "Compromised"
        sheet.cell(line, headings.index("Priority") + 1).value = "Low"
    book.save(edited := io.BytesIO())
    change(System, one, by=people.alice, status="Clean", priority="High")
    wizard = Wizard(bob)
    wizard.upload(edited.getvalue(), "sheet.xlsx")
    page = wizard.map() and wizard.page("preview")
    assert "Changed since the export by alice, 20" in page
    assert page.count(">Conflict<") == 1
    assert page.count("conflict, theirs kept") == 2
    token = csrf_token(page)
    take = f"{wizard.address}/overwrite"
    bob.post(take, data={"csrf_token": token, "column": "Status", "take": "mine"})
    page = wizard.page("preview")
    assert "mine, where both changed" in page
    assert page.count("conflict, theirs kept") == 1
    bob.post(take, data={"csrf_token": token, "column": "Status", "take": "theirs"})
    assert "mine, where both changed" not in wizard.page("preview")
    bob.post(take, data={"csrf_token": token, "column": "", "take": "mine"})
    page = wizard.page("preview")
    assert "theirs kept" not in page
    assert stored("SV-1")["status"] == "Clean"
    token = csrf_token(page)
    bob.post(f"{wizard.address}/commit", data=form_of(page, "apply"))
    assert (stored("SV-1")["status"], stored("SV-1")["priority"]) == ("Compromised", "Low")
    assert stored("SV-2")["status"] == "Compromised"
    assert other
