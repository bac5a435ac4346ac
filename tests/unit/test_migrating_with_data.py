"""An installation of an earlier release goes forward with its data."""

import sqlalchemy as sa
from alembic import command

from app.cli import migrations
from app.exporting import making
from app.extensions import db
from app.models.cases import Case
from app.models.exports import ExportProfile
from app.security.access import person_with
from app.services import changes, seeds, settings, snapshots
from app.services.ready_exports import READY
from tests.records import make, state, system


def back_to(revision: str) -> None:
    db.session.remove()
    command.downgrade(migrations._config(), revision)


def test_cases_of_a_release_without_statuses_become_open(app):
    case_id = make(Case, name="Winter")
    system_id = system("SRV01", cases=["Winter"])
    back_to("0005")
    migrations.bring_up_to_date()

    case = state(Case, case_id)
    named = db.session.execute(
        sa.text(
            "SELECT s.name, p.name FROM cases c JOIN case_statuses s ON s.id = c.status_id "
            "JOIN priorities p ON p.id = c.priority_id"
        )
    ).one()
    assert tuple(named) == ("Open", "Medium")
    assert (case["name"], case["external_id"], case["is_incident"]) == ("Winter", "", False)
    linked = db.session.execute(sa.text("SELECT owner_id, target_id FROM systems_cases")).one()
    assert tuple(linked) == (system_id, case_id)


def test_settings_of_a_release_without_their_history_keep_their_values(app):
    with changes.recording(None, "ui") as change_set:
        settings.change(change_set, {"name_case": "upper", "imports_may_create": False})
    db.session.commit()
    back_to("0006")
    assert db.session.execute(sa.text("SELECT count(*) FROM settings")).scalar() == 2
    db.session.remove()
    migrations.bring_up_to_date()

    assert (settings.get("name_case"), settings.get("imports_may_create")) == ("upper", False)
    with changes.recording(None, "ui") as change_set:
        settings.change(change_set, {"name_case": "lower"})
    db.session.commit()
    assert settings.get("name_case") == "lower"


def test_an_installation_in_use_gets_the_ready_made_export_profiles(app, people):
    system("SV-1")
    back_to("0013")
    migrations.bring_up_to_date()

    found = db.session.execute(
        sa.select(ExportProfile.id, ExportProfile.name, ExportProfile.definition)
    ).all()
    assert {name: text for _, name, text in found} == READY
    assert [making.export_of(number, person_with(people.bob)).count() for number, _, _ in found] == [1, 0, 1]
    with changes.recording(None, "ui") as change_set:
        assert seeds.plant(change_set) == 0
    db.session.rollback()


def test_snapshots_of_a_release_without_their_history_keep_moment_author_and_numbers(app, people):
    numbers = {"systems": {"total": 7, "by": {}}}
    with changes.recording(people.bob, "ui") as change_set:
        taken = snapshots.keep(change_set, numbers, "Night").created_at
        gone = snapshots.keep(change_set, numbers, "Gone").id
        snapshots.remove(change_set, gone)
    db.session.commit()
    back_to("0016")
    migrations.bring_up_to_date()

    (one,) = snapshots.newest()
    assert (one.label, one.created_at, one.created_by_id, one.numbers) == (
        "Night",
        taken,
        people.bob,
        numbers,
    )
    with changes.recording(None, "ui") as change_set:
        snapshots.remove(change_set, one.id)
    db.session.commit()
    assert snapshots.newest() == []
