"""Rows that refer to rows of the same file are found at the first import, in whatever order they stand."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.changes import ChangeSet
from app.models.systems import System
from app.models.tasks import Task
from app.services.reading import read
from tests.importing.files import bring, counts, planned, stored
from tests.records import system

pytestmark = pytest.mark.usefixtures("app", "any_size")


def parents() -> dict[str, str]:
    db.session.rollback()
    rows = read(Task, list(db.session.scalars(sa.select(Task.id))), ["name", "parent"])
    return {row["name"].name: row["parent"].name if row["parent"] else "" for row in rows}


@pytest.mark.parametrize(
    "lines", [["GUEST,HOST", "DEEP,GUEST", "HOST,"], ["HOST,", "GUEST,HOST", "DEEP,guest"]]
)
def test_the_host_of_a_virtual_system_may_stand_below_it(lines):
    text = "System,Host system\n" + "\n".join(lines) + "\n"
    done = bring(text)
    assert counts(done) == {"new": 3}
    assert db.session.scalar(sa.select(sa.func.count(ChangeSet.id)).where(ChangeSet.source == "import")) == 1
    assert [stored(name)["host_system"] for name in ("HOST", "GUEST", "DEEP")] == ["", "HOST", "GUEST"]
    assert counts(bring(text)) == {"same": 3}


def test_a_system_that_exists_gets_a_host_that_the_file_makes():
    system("GUEST")
    assert counts(bring("System,Host system\nGUEST,HOST\nHOST,\n")) == {"new": 1, "changed": 1}
    assert stored("GUEST")["host_system"] == "HOST"


def test_a_host_that_exists_is_that_one_whatever_its_row_says():
    system("HOST")
    assert counts(bring("System,Host system,IP\nGUEST,HOST,\nHOST,,nonsense\n")) == {"new": 1, "faulty": 1}
    assert stored("GUEST")["host_system"] == "HOST"


def test_a_host_whose_row_is_left_out_leaves_its_guests_out_too():
    done = bring("System,Host system,IP\nGUEST,HOST,\nDEEP,GUEST,\nHOST,,nonsense\nOTHER,,\n")
    assert counts(done) == {"new": 1, "faulty": 3}
    reasons = {error["line"]: error["reason"] for error in done.result["errors"]}
    assert reasons[2].startswith("needs line 4, which is left out")
    assert db.session.scalar(sa.select(sa.func.count(System.id))) == 1


@pytest.mark.parametrize("lines", [["A,A"], ["A,B", "B,A"], ["A,B", "B,C", "C,A"]])
def test_a_ring_is_faulty_and_the_rest_goes_in(lines):
    done = bring("System,Host system\n" + "\n".join(lines) + "\nD,\n")
    assert counts(done) == {"new": 1, "faulty": len(lines)}
    assert "ring" in done.result["errors"][0]["reason"]


def test_a_host_that_is_not_ticked_takes_its_guests_along():
    text = "System,Host system\nGUEST,HOST\nHOST,\n"
    assert planned(text, excluded=frozenset({3})).counts()["new"] == 0
    assert planned(text, excluded=frozenset({2})).counts()["new"] == 1


def test_the_parent_of_a_task_is_a_row_of_the_file():
    text = "Task,Parent\nRead logs,Image disk\nImage disk,\nWrite report,Read logs\n"
    assert counts(bring(text, kind="tasks")) == {"new": 3}
    assert parents() == {"Read logs": "Image disk", "Image disk": "", "Write report": "Read logs"}
    assert counts(bring(text, kind="tasks")) == {"same": 3}


def test_a_parent_that_several_rows_may_be_is_faulty():
    text = "Task,System,Parent\nImage disk,A,\nImage disk,B,\nRead logs,,Image disk\n"
    for name in "AB":
        system(name)
    done = bring(text, kind="tasks")
    assert (done.result["new"], done.result["faulty"]) == (2, 1)
