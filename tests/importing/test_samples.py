"""The sample files, imported by the proposals as they are, into a fresh installation."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.lookups import AnalysisStatus, Meaning, SystemStatus
from app.models.systems import Memo, System
from app.models.users import User
from app.services import changes, undo
from tests.importing.files import bring, counts, sample, stored

pytestmark = pytest.mark.usefixtures("app", "any_size")


def number_of(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(model.deleted_at.is_(None)))


@pytest.mark.parametrize("first", ["spreadsheet-of-doom.csv", "spreadsheet-of-doom.xlsx"])
def test_the_classic_sheet_goes_in_as_it_is_and_a_second_time_changes_nothing(first):
    assert counts(bring(sample(first))) == {"new": 26}
    assert (number_of(System), number_of(Memo)) == (26, 15)
    before = changes.newest()
    for again in ("spreadsheet-of-doom.csv", "spreadsheet-of-doom.xlsx"):
        assert counts(bring(sample(again))) == {"same": 26}
    assert changes.newest() == before


def test_its_values_become_what_is_there_or_new_words():
    bring(sample("spreadsheet-of-doom.csv"))
    fields = ("status", "analysis_status", "priority", "assigned_to", "memos")
    found = {
        name: tuple(stored(name)[field] for field in fields)
        for name in ("sv-win-729", "SV-WIN-948", "SV-WIN-48")
    }
    assert found == {
        "sv-win-729": ("Backup", "Main analysis finished", "Low", "stuhli", ["recovered"]),
        "SV-WIN-948": ("Unknown", "", "Medium", "", []),
        "SV-WIN-48": ("Backup", "Waiting for customer", "Low", "stuhli", ["recovered"]),
    }
    assert stored("SV-WIN-744")["analysis_status"] == "Edr installed"
    assert stored("SV-win-459")["analysis_status"] == "Ongoing analysis"
    backup = db.session.scalar(sa.select(SystemStatus).where(SystemStatus.name == "Backup"))
    assert backup.meaning is Meaning.REMEDIATED
    fresh = ("Triage ongoing", "Recovery ongoing", "Triage failed", "Edr installed")
    open_ones = sa.select(AnalysisStatus.name).where(AnalysisStatus.name.in_(fresh), AnalysisStatus.is_open)
    assert set(db.session.scalars(open_ones)) == set(fresh)
    people = db.session.scalars(sa.select(User).where(User.username.in_(["lionne", "stuhli"]))).all()
    assert [(person.is_enabled, person.password_hash) for person in people] == [(False, ""), (False, "")]


def test_the_next_morning_comes_on_top():
    bring(sample("spreadsheet-of-doom.csv"))
    done = bring(sample("next-morning.csv"))
    assert counts(done) == {"new": 2, "changed": 3, "faulty": 2, "kept": 1}
    assert dict(done.plan.kept_by_column) == {"Analysis status": 1}
    assert [(error["line"], error["column"], error["value"]) for error in done.result["errors"]] == [
        (6, "IP address", "not-an-ip"),
        (7, "Hostname", ""),
    ]
    assert stored("SV-WIN-948")["status"] == "Clean"
    assert stored("SV-DC-01")["analysis_status"] == "Triage ongoing"
    assert stored("SV-DC-02")["ips"] == "10.1.0.12"
    assert stored("=cmd|calc")["memos"] == ['"quoted, with comma"\nand a second line']
    assert stored("SV-WIN-949")["memos"] == ["new since last night", "again"]
    assert db.session.scalar(sa.select(User).where(User.username == "nobody")) is None
    assert counts(bring(sample("next-morning.csv"))) == {"same": 5, "faulty": 2, "kept": 1}


def test_a_whole_import_can_be_undone_and_done_again():
    bring(sample("spreadsheet-of-doom.csv"))
    number = bring(sample("next-morning.csv")).result["change_set"]
    with changes.recording(None, "undo", undo_of_id=number) as change_set:
        undone = undo.undo(change_set, number)
    db.session.commit()
    assert undone.skipped == []
    assert number_of(System) == 26
    assert stored("SV-WIN-948")["status"] == "Unknown"
    assert counts(bring(sample("next-morning.csv"))) == {"new": 2, "changed": 3, "faulty": 2, "kept": 1}
