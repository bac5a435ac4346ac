"""An installation of an earlier release goes forward with its data."""

import flask_migrate
import sqlalchemy as sa

from app.extensions import db
from app.models.cases import Case
from app.services import changes, settings
from tests.records import make, state, system


def test_cases_of_a_release_without_statuses_become_open(app):
    case_id = make(Case, name="Winter")
    system_id = system("SRV01", cases=["Winter"])
    db.session.remove()
    flask_migrate.downgrade(revision="0005")
    flask_migrate.upgrade()

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
    db.session.remove()
    flask_migrate.downgrade(revision="0006")
    assert db.session.execute(sa.text("SELECT count(*) FROM settings")).scalar() == 2
    db.session.remove()
    flask_migrate.upgrade()

    assert (settings.get("name_case"), settings.get("imports_may_create")) == ("upper", False)
    with changes.recording(None, "ui") as change_set:
        settings.change(change_set, {"name_case": "lower"})
    db.session.commit()
    assert settings.get("name_case") == "lower"
