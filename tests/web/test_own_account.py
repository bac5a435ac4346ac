"""One's own account, and what an administrator does with others'."""

import re

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.changes import Change
from app.models.users import ApiToken, User, UserSession
from app.services import sessions
from tests.conftest import csrf_token
from tests.databases import PASSWORD

NEW = "a much longer secret"


def post(browser, path, page="/me", **form):
    return browser.post(path, data=form | {"csrf_token": csrf_token(browser.get(page).text)})


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(signed_in, people):
    here, elsewhere = signed_in("bob"), signed_in("bob")
    answer = post(here, "/me/password", password=PASSWORD, new_password=NEW, again=NEW)
    assert answer.status_code == 303
    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 302
    diffs = db.session.scalars(
        sa.select(Change.diff).where(Change.entity == "users").order_by(Change.id.desc())
    )
    assert next(iter(diffs)) == {"password": [None, "changed"]}


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"password": "wrong", "new_password": NEW, "again": NEW}, "password"),
        ({"password": PASSWORD, "new_password": "short", "again": "short"}, "new_password"),
        ({"password": PASSWORD, "new_password": "password123", "again": "password123"}, "new_password"),
        ({"password": PASSWORD, "new_password": NEW, "again": NEW + "x"}, "again"),
    ],
)
def test_a_refused_password_says_which_field_and_changes_nothing(bob, form, field):
    answer = post(bob, "/me/password", **form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert bob.get("/me").status_code == 200


def test_a_token_is_shown_once_and_stored_as_a_hash(bob):
    page = post(bob, "/me/tokens", name="script", scope="read", days="30").text
    text = re.search(r"<code>([\w.-]{20,})</code>", page)[1]
    assert text not in bob.get("/me").text
    assert text not in db.session.scalar(sa.select(ApiToken.token_hash))
    token_id = db.session.scalar(sa.select(ApiToken.id))
    assert post(bob, f"/me/tokens/{token_id}/revoke").status_code == 303
    db.session.rollback()
    assert db.session.scalar(sa.select(ApiToken.id)) is None


@pytest.mark.parametrize(
    "form", [{"scope": "all"}, {"scope": "read", "days": "x"}, {"scope": "read", "days": "0"}]
)
def test_a_token_that_cannot_be_is_refused(bob, form):
    assert post(bob, "/me/tokens", **form).status_code == 422
    assert db.session.scalar(sa.select(ApiToken.id)) is None


def test_nobody_revokes_the_token_or_ends_the_session_of_somebody_else(bob, alice):
    post(bob, "/me/tokens", name="mine", scope="read")
    token_id = db.session.scalar(sa.select(ApiToken.id))
    session_id = db.session.scalar(sa.select(UserSession.id).join(User).where(User.username == "bob"))
    post(alice, f"/me/tokens/{token_id}/revoke")
    post(alice, f"/me/sessions/{session_id}/end")
    db.session.rollback()
    assert db.session.get(ApiToken, token_id)
    assert bob.get("/me").status_code == 200


def test_a_reader_has_no_tokens(rita):
    assert "API tokens" not in rita.get("/me").text
    assert post(rita, "/me/tokens", scope="read").status_code == 403


def test_zone_and_theme_are_kept_and_checked(bob):
    assert post(bob, "/me/preferences", zone="Europe/Berlin", theme="dark").status_code == 303
    page = bob.get("/me").text
    assert 'data-theme="dark"' in page
    assert '<option value="Europe/Berlin" selected>' in page
    assert post(bob, "/me/preferences", zone="Moon/Base", theme="dark").status_code == 422


def test_an_administrator_sets_a_password_and_the_person_is_signed_out(ada, bob, people):
    path = f"/users/{people.bob}/password"
    assert post(ada, path, path, new_password=NEW).status_code == 303
    assert bob.get("/me").status_code == 302
    page = post(ada, path, path).text
    assert re.search(r"<code>([\w-]{20,})</code>", page)


def test_only_administrators_set_passwords(alice, people):
    assert alice.get(f"/users/{people.bob}/password").status_code == 403
    assert post(alice, f"/users/{people.bob}/password", new_password=NEW).status_code == 403
    assert post(alice, f"/users/{people.bob}/sign-out").status_code == 403


def test_an_administrator_creates_a_person_who_can_sign_in_once_there_is_a_password(ada, client):
    made = post(ada, "/users/new", "/users/new", username="carol", role="analyst")
    assert made.status_code == 303
    page = ada.get(made.location).text
    assert "nobody can sign in" in page
    account = re.search(r'href="(/users/\d+/password)"', page)[1]
    assert post(ada, account, account, new_password=NEW).status_code == 303
    assert post(client, "/login", "/login", username="Carol", password=NEW).status_code == 303


def test_only_administrators_see_the_account_behind_a_person(alice, people):
    page = alice.get(f"/users/{people.bob}")
    assert page.status_code == 200
    assert f"/users/{people.bob}/password" not in page.text


def test_an_administrator_sees_when_a_person_was_last_there(ada, bob, people):
    page = ada.get(f"/users/{people.bob}").text
    assert re.search(r"Last seen</span><time[^>]*>just now<", page)
    assert re.search(r"Last seen</span><span[^>]*>not signed in<", ada.get(f"/users/{people.rita}").text)


def test_what_a_script_did_counts_as_being_there(bob, people):
    earlier = sessions.last_seen(people.bob)
    assert earlier == db.session.scalar(
        sa.select(UserSession.seen_at).where(UserSession.user_id == people.bob)
    )
    text = re.search(
        r"<code>([\w.-]{20,})</code>", post(bob, "/me/tokens", name="script", scope="read").text
    )[1]
    bob.get("/api/v1/tags", headers={"Authorization": f"Bearer {text}"})
    db.session.rollback()
    assert sessions.last_seen(people.bob) == db.session.scalar(sa.select(ApiToken.used_at))
    assert sessions.last_seen(people.bob) > earlier


def test_a_lead_does_not_see_when_somebody_was_last_there(alice, people):
    assert "Last seen" not in alice.get(f"/users/{people.bob}").text
