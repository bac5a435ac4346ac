"""What a new installation brings along."""

import sqlalchemy as sa

from app.extensions import db
from app.models.changes import ChangeSet
from app.models.lookups import AnalysisStatus, Meaning, OperatingSystem, Priority, SystemStatus
from app.models.tags import Tag
from app.services import changes, seeds


def _names(model) -> list[str]:
    return list(db.session.scalars(sa.select(model.name).order_by(model.position)))


def test_the_system_statuses_mean_what_they_say(app):
    rows = db.session.execute(sa.select(SystemStatus.name, SystemStatus.meaning)).all()
    assert dict(rows) == {
        "Unknown": Meaning.UNKNOWN,
        "Analysis ongoing": Meaning.SUSPECTED,
        "Compromised": Meaning.COMPROMISED,
        "Clean": Meaning.CLEAN,
        "Remediation done": Meaning.REMEDIATED,
        "Reinstalled": Meaning.REMEDIATED,
        "Removed": Meaning.OUT_OF_SCOPE,
        "Not analyzed": Meaning.OUT_OF_SCOPE,
    }


def test_statuses_and_priorities_stand_in_the_order_of_the_work(app):
    assert _names(SystemStatus)[:3] == ["Unknown", "Analysis ongoing", "Compromised"]
    assert _names(Priority) == ["Low", "Medium", "High", "Critical"]


def test_the_defaults_are_unknown_and_medium_and_no_analysis_status(app):
    for model, expected in ((SystemStatus, ["Unknown"]), (Priority, ["Medium"]), (AnalysisStatus, [])):
        assert list(db.session.scalars(sa.select(model.name).where(model.is_default))) == expected


def test_open_and_waiting_analysis_statuses_are_marked(app):
    closed = sa.select(AnalysisStatus.name).where(~AnalysisStatus.is_open).order_by(AnalysisStatus.position)
    waiting = sa.select(AnalysisStatus.name).where(AnalysisStatus.is_waiting)
    assert list(db.session.scalars(closed)) == ["Nothing to do", "Main analysis finished"]
    assert list(db.session.scalars(waiting)) == ["Waiting for customer"]


def test_current_operating_systems_are_offered(app):
    assert {"Windows 11", "Windows Server 2025", "Debian 13", "macOS 26 Tahoe"} <= set(
        _names(OperatingSystem)
    )


def test_the_seeds_are_one_change_set_without_an_author(app):
    (first,) = db.session.scalars(sa.select(ChangeSet))
    assert (first.id, first.source, first.actor_id) == (1, "init", None)
    assert changes.first_broken_link() is None


def test_planting_again_changes_nothing(app):
    with changes.recording(None, "init") as change_set:
        assert seeds.plant(change_set) == 0
    assert changes.newest() == 1


def test_a_table_that_the_team_has_filled_is_left_alone(app):
    before = _names(Priority)
    db.session.rollback()
    changes.begin_write()
    db.session.execute(sa.delete(Tag.__table__))
    db.session.commit()
    with changes.recording(None, "init") as change_set:
        assert seeds.plant(change_set) == 5
    assert _names(Priority) == before
