"""Settings of the team with history and undo, a locked name on every surface, the page of the statuses."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.changes import Change, ChangeSet
from app.models.lookups import AnalysisStatus, Priority, SystemStatus
from app.models.settings import Setting
from app.models.systems import System
from app.services import changes, settings
from app.services.drafts import Refused
from tests.invariants import assert_history_replays
from tests.pages import problems
from tests.records import change, state, system, undo_last
from tests.rest import Rest
from tests.web.grid import Grid
from tests.web.test_assignments import post


def decide(**values) -> None:
    with changes.recording(None, "ui") as change_set:
        settings.change(change_set, values)
    db.session.commit()


def test_the_page_says_what_each_setting_does(alice):
    page = alice.get("/settings").text
    assert problems(page) == []
    for option in settings.OPTIONS:
        assert option.label in page
        assert f'name="{option.name}"' in page
    assert "/settings/statuses" in page


def test_a_change_is_in_the_history_and_can_be_undone(alice, people):
    form = {
        "name_case": "lower",
        "base.name_case": "keep",
        "landing": "dashboard",
        "base.landing": "dashboard",
    }
    assert post(alice, "/settings", **form).location == "/settings"
    assert settings.get("name_case") == "lower"
    head = db.session.scalars(sa.select(ChangeSet).order_by(ChangeSet.id.desc()).limit(1)).one()
    assert (head.actor_id, head.change_count) == (people.alice, 1)
    assert head.summary == "Names of systems: kept as typed → lower case"
    page = alice.get("/settings").text
    assert head.summary in page
    assert f'action="/change-sets/{head.id}/undo"' in page
    assert post(alice, f"/change-sets/{head.id}/undo").status_code == 303
    assert settings.get("name_case") == "keep"
    decide(name_case="upper")
    decide(name_case="lower")
    undo_last()
    assert settings.get("name_case") == "upper"
    assert_history_replays()


def test_what_was_not_touched_is_not_written_and_nothing_is_no_change(alice):
    before = changes.newest()
    form = {
        f"{before}{name}": str(value) for name, value in settings.DEFAULTS.items() for before in ("", "base.")
    }
    assert post(alice, "/settings", **form).status_code == 303
    assert changes.newest() == before


def test_what_another_lead_decided_meanwhile_is_not_overwritten(alice):
    decide(name_case="upper")
    answer = post(alice, "/settings", **{"name_case": "lower", "base.name_case": "keep"})
    assert answer.status_code == 422
    assert "was set to “upper case” meanwhile" in answer.text
    assert settings.get("name_case") == "upper"


@pytest.mark.parametrize(
    ("name", "value"), [("name_case", "camel"), ("landing", "nowhere"), ("scheduled_by", ""), ("nothing", 1)]
)
def test_what_is_no_choice_is_refused(app, name, value):
    with pytest.raises(Refused) as refused:
        decide(**{name: value})
    assert name in refused.value.errors
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Setting)) == 0


def test_settings_are_for_leads(bob, rita):
    for browser in (bob, rita):
        assert browser.get("/settings").status_code == 403
        assert 'href="/settings"' not in browser.get("/systems").text
    change_set = 0
    decide(name_case="upper")
    change_set = changes.newest()
    assert post(bob, f"/change-sets/{change_set}/undo").status_code == 403
    record = db.session.scalar(sa.select(Setting.id))
    assert rita.get(f"/settings/{record}/history").location == "/activity?entity=settings"
    assert rita.get("/activity?entity=settings").status_code == 200


@pytest.fixture
def locked(app) -> int:
    srv = system("SV-1")
    decide(name_editable=False)
    return srv


def test_a_locked_name_is_refused_in_the_cell_and_the_form(alice, locked):
    grid = Grid(alice)
    answer = grid.save(locked, "name", "SV-2")
    assert answer.status_code == 422
    assert "locked in the settings" in answer.text
    form = alice.post(
        f"/systems/{locked}/edit",
        headers={"X-CSRFToken": grid.headers["X-CSRFToken"]},
        data={"name": "SV-2", "base.name": "SV-1"},
    )
    assert form.status_code == 422
    assert "locked in the settings" in form.text
    assert state(System, locked)["name"] == "SV-1"


def test_a_locked_name_is_refused_by_rest_and_a_pasted_block(app, alice, locked):
    answer = Rest(app, "alice").patch(f"systems/{locked}", {"name": "SV-2"}, 422)
    assert "locked" in str(answer)
    other = system("SV-9")
    pasted = Grid(alice).post("/paste", rows=f"{locked}:9,{other}:9", fields="name", text="SV-3\nSV-4")
    assert "locked in the settings" in pasted.text
    assert state(System, locked)["name"] == "SV-1"


def test_a_locked_name_still_comes_back_by_an_undo_and_everything_else_can_be_changed(app, locked):
    decide(name_editable=True)
    change(System, locked, name="SV-2")
    renamed = changes.newest()
    decide(name_editable=False)
    change(System, locked, status="Clean")
    with pytest.raises(Refused):
        change(System, locked, name="SV-3")
    db.session.rollback()
    undo_last(changes.newest() - renamed)
    assert state(System, locked)["name"] == "SV-1"


def test_what_a_schedule_did_names_who_is_set_for_it(app, alice):
    decide(scheduled_by="night shift")
    with changes.recording(None, "schedule", "Something scheduled") as change_set:
        settings.change(change_set, {"name_case": "lower"})
    db.session.commit()
    assert "night shift" in alice.get("/activity").text


def test_the_page_of_the_statuses_is_for_all_and_edited_by_leads(alice, bob, rita):
    page = alice.get("/settings/statuses").text
    assert problems(page) == []
    ongoing = db.session.scalar(sa.select(AnalysisStatus.id).where(AnalysisStatus.name == "Ongoing analysis"))
    assert f'id="analysis-status-{ongoing}-is_waiting" data-field="is_waiting" data-editable' in page
    for browser in (bob, rita):
        page = browser.get("/settings/statuses").text
        assert problems(page) == []
        assert "data-editable" not in page
        assert "/move" not in page


def order(model) -> list[str]:
    live = sa.select(model.name).where(model.deleted_at.is_(None)).order_by(model.position, model.name_sort)
    return list(db.session.scalars(live))


def test_a_status_moves_up_and_down_and_back_by_an_undo(alice, bob):
    names = order(Priority)
    high = db.session.scalar(sa.select(Priority.id).where(Priority.name == "High"))
    answer = post(alice, f"/settings/statuses/priorities/{high}/move", by="-1")
    assert answer.location == "/settings/statuses#priorities"
    assert order(Priority) == ["Low", "High", "Medium", "Critical"]
    undo_last()
    assert order(Priority) == names
    assert post(bob, f"/settings/statuses/priorities/{high}/move", by="-1").status_code == 403
    assert post(alice, "/settings/statuses/priorities/4711/move", by="1").status_code == 404
    assert post(alice, "/settings/statuses/systems/1/move", by="1").status_code == 303


def test_rows_with_equal_positions_get_new_ones_when_one_of_them_moves(alice):
    ids = list(db.session.scalars(sa.select(SystemStatus.id)))
    for record_id in ids:
        change(SystemStatus, record_id, position=5)
    names = order(SystemStatus)
    last = db.session.scalar(sa.select(SystemStatus.id).where(SystemStatus.name == names[-1]))
    post(alice, f"/settings/statuses/system-statuses/{last}/move", by="-1")
    assert order(SystemStatus) == [*names[:-2], names[-1], names[-2]]
    before = changes.newest()
    first = db.session.scalar(sa.select(SystemStatus.id).where(SystemStatus.name == names[0]))
    post(alice, f"/settings/statuses/system-statuses/{first}/move", by="-1")
    assert changes.newest() == before, "what is first stays first"


def test_a_change_of_a_setting_is_told_like_any_other(alice, rita):
    decide(name_case="lower")
    record = db.session.scalars(sa.select(Change).where(Change.entity == "settings")).one()
    assert (record.name, record.diff["value"]) == ("name_case", [None, "lower"])
    assert problems(rita.get("/activity").text) == []
