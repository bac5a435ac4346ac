"""What is stored but noteworthy is said wherever it was typed, with a link."""

import re

import pytest

from app.extensions import db
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.lookups import Headline
from app.models.notes import ReportItem
from app.models.systems import System
from app.services import changes, records
from app.services.drafts import Draft
from app.services.reading import read_one
from tests.records import change, make, system, undo_last
from tests.rest import Rest
from tests.web.grid import Grid

MD5 = "0123456789abcdef" * 2


@pytest.fixture
def first(app) -> int:
    """An artifact that has the hash already."""
    return make(Artifact, name="first", type="File", system=system("SRV01"), md5=MD5)


@pytest.fixture
def second(first) -> int:
    return make(Artifact, name="second", type="File", system=system("SRV02"))


def is_told(text: str, first: int) -> bool:
    """True if a page or fragment tells of the double and leads to it."""
    return (
        "has the same MD5" in text and re.search(rf'href="/artifacts/{first}"[^>]*>Open<', text) is not None
    )


def test_a_double_hash_is_told_at_the_cell(bob, first, second):
    assert is_told(Grid(bob, "/artifacts").save(second, "md5", MD5.upper()).text, first)
    assert read_one(Artifact, second)["md5"] == MD5


def test_a_double_hash_is_told_by_the_form(bob, first, second):
    grid = Grid(bob, "/artifacts")
    token = grid.headers["X-CSRFToken"]
    bob.post(f"/artifacts/{second}/edit", data={"csrf_token": token, "md5": MD5, "base.md5": "", "name": "second",
             "type": "File", "system": "SRV02"})  # fmt: skip
    assert is_told(bob.get(f"/artifacts/{second}").text, first)
    assert is_told(grid.post("/new", name="third", type="File", system="SRV02", md5=MD5).text, first)


def test_a_double_hash_is_told_by_rest(app, first, second):
    rest = Rest(app, "bob")
    (warning,) = rest.patch(f"artifacts/{second}", {"md5": MD5})["warnings"]
    assert warning["field"] == "md5"
    assert warning["record"] == {"entity": "artifacts", "id": first, "name": "first"}
    body = {"name": "third", "type": "File", "system": "SRV02", "md5": MD5}
    assert rest.post("artifacts", body, status=201)["warnings"][0]["field"] == "md5"
    assert rest.post("artifacts", [body | {"name": "fourth"}])["items"][0]["warnings"][0]["field"] == "md5"


def test_a_double_hash_is_told_by_a_paste(bob, first, second):
    row = read_one(Artifact, second)
    form = {"rows": f"{second}:{row.revision}", "fields": "md5", "text": MD5}
    assert is_told(Grid(bob, "/artifacts").post("/paste", **form).text, first)


def test_an_artifact_with_a_case_brings_its_system_along_in_many_rows(app, bob, first, second):
    case = make(Case, name="Nordwind")
    form = {"how": "set", "field": "case", "value": "Nordwind", "ids": f"{first},{second}", "apply": "1"}
    text = Grid(bob, "/artifacts").post("/bulk", **form).text
    for name in ("SRV01", "SRV02"):
        assert f"{name} now belongs to the case Nordwind" in text
    undo_last()
    body = {"ids": [first], "set": {"case": case}}
    (warning,) = Rest(app, "bob").post("artifacts/bulk", body)["warnings"]
    assert (warning["row"], warning["record"]["name"]) == (first, "SRV01")


def test_a_report_item_with_a_case_brings_its_system_along_and_says_so(bob, app):
    srv, case = system("SRV01"), make(Case, name="Nordwind")
    make(Headline, name="Findings")
    form = {"system": "SRV01", "headline": "Findings", "case": "Nordwind"}
    text = Grid(bob, "/report-items").post("/new", **form).text
    assert "SRV01 now belongs to the case Nordwind" in text
    assert [one.id for one in read_one(System, srv)["cases"]] == [case]
    undo_last()
    assert read_one(System, srv)["cases"] == []


def test_an_undo_brings_no_system_along(app):
    srv, case = system("SRV01"), make(Case, name="Nordwind")
    item = make(ReportItem, system=srv, headline="Summary", case=case)
    change(ReportItem, item, case=None)
    change(System, srv, cases=[])
    undo_last(steps=1)
    assert read_one(ReportItem, item)["case"].name == "Nordwind"
    assert read_one(System, srv)["cases"] == []


def test_a_name_in_a_warning_is_text(bob, first, second):
    change(Artifact, first, name="<script>alert(1)</script>")
    text = Grid(bob, "/artifacts").save(second, "md5", MD5).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_an_import_keeps_what_is_noteworthy_for_its_result(app, first, second):
    with changes.recording(None, "import") as change_set:
        records.write(change_set, Artifact, [Draft(second, {"md5": MD5})])
    db.session.commit()
    (told,) = change_set.warnings
    assert (told.record, told.name, told.warning.field) == (second, "second", "md5")
    assert told.as_json()["record"]["id"] == first
