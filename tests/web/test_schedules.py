"""The schedules page: made for a kind of work, previewed while typing, paused, resumed, run by hand."""

import datetime as dt
import html
import re

import pytest
import sqlalchemy as sa
import yaml

from app.extensions import db
from app.fixtures.dump import dump
from app.fixtures.load import BadTemplate, load, read
from app.models.imports import ImportProfile
from app.models.jobs import Job
from app.models.schedules import Schedule, ScheduleSlot, SlotState
from app.security.permissions import VERBS
from app.services import changes
from app.services.schedule_kinds import KINDS
from tests.conftest import csrf_token
from tests.pages import problems
from tests.records import make, remove
from tests.rest import Rest

FORM = {"kind": "backup", "name": "Nightly", "when": "0 3 * * *", "zone": "Europe/Berlin", "run_as": "ada"}
FORM |= {"missed": "run once", "keep": "7", "evidence": "no"}


@pytest.fixture
def nightly(people) -> int:
    return make(Schedule, name="Nightly", kind="snapshot", when="0 3 * * *", run_as=people.bob)


def posted(browser, path: str, /, **form):
    page = browser.get("/schedules")
    return browser.post(path, data=form | {"csrf_token": csrf_token(page.text)})


def only() -> Schedule:
    db.session.rollback()
    return db.session.scalars(sa.select(Schedule)).one()


def test_every_kind_has_its_work_and_a_verb_that_there_is():
    assert {work.verb for work in KINDS.values()} <= VERBS
    assert len(KINDS) == 5


def test_a_new_schedule_begins_with_what_it_shall_do(alice):
    page = alice.get("/schedules/new").text
    assert problems(page) == []
    for kind in KINDS:
        assert f'href="/schedules/new?kind={kind}"' in page
        assert problems(alice.get(f"/schedules/new?kind={kind}").text) == []


def test_schedule_this_opens_the_form_filled_in(alice):
    page = alice.get("/schedules/new?kind=export&profile=Everything&keep=30&directory=nightly").text
    assert '<option value="Everything" selected>' in page
    for name, value in (("keep", "30"), ("directory", "nightly")):
        assert re.search(rf'name="{name}"[^>]* value="{value}"', page), name
    assert '<option value="export" selected>' in page


def test_without_a_profile_the_form_leads_to_where_one_is_made(alice):
    page = alice.get("/schedules/new?kind=import").text
    assert problems(page) == []
    assert 'there is none yet. <a class="link" href="/import-profiles">' in page
    assert 'name="profile"' not in page


def test_a_copy_is_a_form_filled_in_but_for_its_name(alice, people):
    number = make(Schedule, name="All", kind="backup", when="0 3 * * *", run_as=people.ada, options="keep: 3")
    answer = posted(alice, f"/schedules/{number}/duplicate")
    page = alice.get(answer.headers["Location"]).text
    assert re.search(r'name="keep"[^>]* value="3"', page)
    assert re.search(r'name="name"[^>]* value=""', page)
    assert re.search(r'name="when"[^>]* value="0 3 \* \* \*"', page)
    assert re.search(r'name="run_as"[^>]* value="ada"', page)


def test_the_form_makes_a_schedule_with_its_options(alice):
    answer = posted(alice, "/schedules/new", **FORM)
    assert answer.status_code == 303
    made = only()
    assert answer.headers["Location"] == f"/schedules/{made.id}"
    assert (made.options, made.zone, made.is_paused) == ("keep: 7\nevidence: no", "Europe/Berlin", False)
    page = alice.get(f"/schedules/{made.id}").text
    assert problems(page) == []
    assert "every day at 03:00, Europe/Berlin" in alice.get("/schedules").text
    assert page.partition('id="next"')[2].partition("</ol>")[0].count("<time") == 5


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("when", "0 25 * * *", 'id="when-error" role="alert">The hour “25” can'),
        ("zone", "Moon/Crater", "“Moon/Crater” is no zone"),
        ("keep", "many", 'id="keep-error">“many” is no number'),
        ("run_as", "nobody", "nobody"),
        ("name", "", "required"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(alice, field, value, wrong):
    answer = posted(alice, "/schedules/new", **(FORM | {field: value}))
    assert answer.status_code == 422
    assert wrong.lower() in answer.text.lower()
    assert answer.text.count('class="error"') == 1
    assert 'aria-invalid="true"' in answer.text
    assert 'value="7"' in answer.text or field == "keep"
    assert problems(answer.text) == []


ASTRAY = [
    ("export", "profile: Nonsense", "there is no profile called “Nonsense”"),
    ("import", "profile: Night\npath: a.csv", "there is no profile called “Night”"),
    ("import", "profile: Mine\npath: /etc/passwd", "“/etc/passwd” is outside the import directories"),
    ("import", "profile: Mine\npath: ../secret_key", "“../secret_key” is outside the import directories"),
    ("export", "profile: Everything\ndirectory: ../elsewhere", "is outside the export directories"),
    ("markdown", "directory: /tmp", "“/tmp” is outside the export directories"),
    ("import", "path: a.csv", "profile: is required"),
    ("import", "profile: Mine", "path: is required"),
]


@pytest.mark.parametrize(("kind", "options", "reason"), ASTRAY)
def test_what_could_never_run_is_refused_wherever_the_schedule_is_made(
    app, alice, people, kind, options, reason
):
    make(ImportProfile, name="Mine", definition="kind: systems\ncolumns: {System: {field: name}}")
    row = {"name": "N", "kind": kind, "when": "every day", "run_as": "ada", "options": options}
    answer = Rest(app, "alice").ask("POST", "schedules", row)
    assert (answer.status_code, reason in answer.json["errors"][0]["message"]) == (422, True), answer.json
    typed = dict(line.split(": ", 1) for line in options.splitlines())
    answer = posted(alice, "/schedules/new", **(FORM | {"kind": kind} | typed))
    assert answer.status_code == 422
    assert reason.partition(": ")[2].casefold() in html.unescape(answer.text).casefold()
    assert 'role="alert"' in answer.text or 'class="error"' in answer.text
    template = read(yaml.safe_dump({"spoor": 1, "schedules": [row]}))
    with changes.recording(None, "ui") as change_set, pytest.raises(BadTemplate, match=re.escape(reason)):
        load(change_set, template)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Schedule.id))) == 0


def test_nobody_to_run_as_is_refused_wherever_the_schedule_is_made(app, alice, people):
    row = {"name": "N", "kind": "snapshot", "when": "every day"}
    answer = Rest(app, "alice").ask("POST", "schedules", row)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "run_as")
    assert posted(alice, "/schedules/new", **(FORM | {"run_as": ""})).status_code == 422
    template = read(yaml.safe_dump({"spoor": 1, "schedules": [row]}))
    with changes.recording(None, "ui") as change_set, pytest.raises(BadTemplate, match="run_as"):
        load(change_set, template)
    db.session.rollback()


def test_a_schedule_whose_profile_is_gone_is_paused_and_renamed_all_the_same(app, alice, people):
    profile = make(ImportProfile, name="Mine", definition="kind: systems\ncolumns: {System: {field: name}}")
    number = make(
        Schedule,
        name="N",
        kind="import",
        when="every day",
        run_as=people.ada,
        options="profile: Mine\npath: a.csv",
    )
    remove(ImportProfile, profile)
    Rest(app, "alice").patch(f"schedules/{number}", {"name": "Later", "is_paused": True})
    assert (only().name, only().is_paused) == ("Later", True)


def test_somebody_who_is_disabled_is_taken_and_said(alice):
    posted(alice, "/schedules/new", **(FORM | {"run_as": "otto"}))
    assert "Whom it runs as is disabled: its times will fail" in alice.get(f"/schedules/{only().id}").text


def test_each_kind_asks_for_what_it_knows_and_keeps_what_was_typed(alice):
    shown = alice.get("/schedules/options?kind=export&keep=3&profile=Everything&evidence=no").text
    assert 'id="keep" name="keep" type="number" value="3"' in shown
    assert '<option value="Everything" selected>' in shown
    assert "evidence" not in shown
    assert 'value="3"' in alice.get("/schedules/options?kind=backup&keep=3").text
    for kind in ("snapshot", "nothing", ""):
        assert "<input" not in alice.get(f"/schedules/options?kind={kind}").text


def edited(browser, number: int, **typed):
    """Send the form as it is shown, with something else typed into it."""
    page = browser.get(f"/schedules/{number}/edit").text
    form = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page))
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        form[name] = (re.findall(r'value="([^"]*)" selected', body) or [""])[0]
    return browser.post(f"/schedules/{number}/edit", data=form | typed)


def test_the_form_of_a_schedule_asks_for_its_options_one_by_one(alice, people):
    number = make(Schedule, name="All", kind="backup", when="0 3 * * *", run_as=people.ada, options="keep: 3")
    page = alice.get(f"/schedules/{number}/edit").text
    assert problems(page) == []
    assert "<textarea" not in page.partition("<main")[2].partition("</form>")[0]
    assert 'name="keep" type="number" value="3"' in page
    assert edited(alice, number).status_code == 303
    assert only().options == "keep: 3\nevidence: yes"
    assert edited(alice, number, keep="5", evidence="no").status_code == 303
    assert only().options == "keep: 5\nevidence: no"
    assert "<dt>Backups to keep</dt><dd>5</dd>" in alice.get(f"/schedules/{number}").text


def test_another_kind_takes_its_own_options(alice, people):
    number = make(Schedule, name="All", kind="backup", when="0 3 * * *", run_as=people.ada, options="keep: 3")
    answer = edited(alice, number, kind="export")
    assert (answer.status_code, 'id="profile-error">Is required' in answer.text) == (422, True)
    assert edited(alice, number, kind="export", profile="Everything", directory="a").status_code == 303
    assert (only().kind, only().options) == ("export", "profile: Everything\nkeep: 3\ndirectory: a")
    assert edited(alice, number, kind="snapshot").status_code == 303
    assert only().options == ""


def test_options_that_somebody_else_changed_meanwhile_are_shown(alice, people):
    number = make(Schedule, name="All", kind="backup", when="0 3 * * *", run_as=people.ada, options="keep: 3")
    seen = {"base.options": "keep: 2", "base.kind": "backup"}
    answer = edited(alice, number, keep="9", **seen)
    assert (answer.status_code, 'data-conflict="options"' in answer.text) == (409, True)
    assert "keep: 3. Saving again keeps yours" in answer.text
    assert 'value="9"' in answer.text


def test_the_form_of_a_schedule_previews_its_times_too(alice, nightly):
    page = alice.get(f"/schedules/{nightly}/edit").text
    assert problems(page) == []
    assert 'hx-get="/schedules/times"' in page
    assert page.partition('id="times"')[2].partition("</ol>")[0].count("<time") == 5


def test_an_engagement_template_takes_schedules_along(app, people):
    make(Schedule, name="All", kind="backup", when="0 3 * * *", run_as=people.ada, options="keep: 3")
    text = dump("Set-up", "")
    assert "keep: 3" in text
    with changes.recording(None, "fixtures") as change_set:
        assert load(change_set, read(text)).is_empty
    remove(Schedule, only().id)
    with changes.recording(None, "fixtures") as change_set:
        assert load(change_set, read(text)).created == {"schedules": ["All"]}
    db.session.commit()


def test_the_list_is_in_the_order_of_the_next_times(app, alice, people):
    assert alice.get("/schedules?sort=next_time").status_code == 200
    for when, paused in (
        ("every 9 weeks", False),
        ("every minute", False),
        ("* * * * *", True),
        ("every 2 days", False),
    ):
        make(Schedule, name=when, kind="snapshot", when=when, run_as=people.bob, is_paused=paused)
    rest = Rest(app, "alice")
    found = [
        [one["name"] for one in rest.get(f"schedules?sort={way}next_time")["items"]] for way in ("", "-")
    ]
    soon, later = (
        ["every minute", "every 2 days", "every 9 weeks"],
        ["every 9 weeks", "every 2 days", "every minute"],
    )
    assert found == [[*soon, "* * * * *"], [*later, "* * * * *"]]


def test_a_rhythm_is_previewed_while_it_is_typed(alice):
    good = alice.get("/schedules/times?when=every 15 minutes&zone=UTC")
    assert (good.status_code, good.text.count("<time")) == (200, 5)
    bad = alice.get("/schedules/times?when=0 6 * * 9&zone=UTC")
    assert (bad.status_code, "The day of week “9” can" in bad.text) == (422, True)


def test_it_is_paused_resumed_and_run_by_hand(alice, nightly, people):
    posted(alice, f"/schedules/{nightly}/pause")
    assert only().is_paused
    assert "Paused: nothing runs" in alice.get(f"/schedules/{nightly}").text
    posted(alice, f"/schedules/{nightly}/resume")
    assert not only().is_paused
    answer = posted(alice, f"/schedules/{nightly}/run")
    job = db.session.scalars(sa.select(Job)).one()
    assert (answer.headers["Location"], job.actor_id) == (f"/jobs/{job.id}", people.bob)
    assert f'href="/schedules/{nightly}"' in alice.get(f"/jobs/{job.id}").text
    runs = alice.get(f"/schedules/{nightly}/runs").text
    assert "by hand" in runs
    assert f"/jobs/{job.id}" in runs
    assert "queued" in alice.get("/schedules").text


def test_a_run_by_hand_that_is_not_allowed_says_why(alice, people):
    number = make(Schedule, name="All", kind="backup", when="0 3 * * *", run_as=people.bob)
    posted(alice, f"/schedules/{number}/run")
    assert "may not do that" in alice.get(f"/schedules/{number}").text
    assert db.session.scalars(sa.select(ScheduleSlot)).one().state is SlotState.FAILED


def test_only_leads_write_and_steer(bob, nightly):
    for action in ("pause", "resume", "run"):
        assert posted(bob, f"/schedules/{nightly}/{action}").status_code == 403
    assert bob.get("/schedules/new?kind=backup").status_code == 403
    page = bob.get(f"/schedules/{nightly}")
    assert (page.status_code, "Run now" in page.text) == (200, False)


def test_the_history_of_runs_comes_in_pages(alice, nightly):
    for minute in range(25):
        slot = dt.datetime(2026, 11, 20, 10, minute, tzinfo=dt.UTC)
        db.session.add(ScheduleSlot(schedule_id=nightly, state=SlotState.MISSED, slot=slot))
    db.session.commit()
    first = alice.get(f"/schedules/{nightly}/runs").text
    assert first.count("Missed") == 20
    before = re.search(r"before=(\d+)", first)[1]
    older = alice.get(f"/schedules/{nightly}/runs?before={before}").text
    assert problems(older) == []
    assert older.count("Missed") == 5
