"""Browser sessions: how they end, what their cookies are, what a login over a page does."""

import datetime as dt
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.base import now
from app.models.users import User, UserSession
from app.services import changes, passwords, sessions, users
from tests.conftest import csrf_token
from tests.databases import CHEAP, PASSWORD

FRAGMENT = {"HX-Request": "true"}


def age(**columns) -> None:
    db.session.execute(sa.update(UserSession).values(**columns))
    db.session.commit()


def seen_at() -> dt.datetime:
    db.session.rollback()
    return db.session.scalar(sa.select(UserSession.seen_at))


def test_a_session_ends_when_it_was_idle_too_long(bob):
    age(seen_at=now() - sessions.IDLE + dt.timedelta(minutes=1))
    assert bob.get("/me").status_code == 200
    age(seen_at=now() - sessions.IDLE - dt.timedelta(seconds=1))
    assert bob.get("/me").status_code == 302


def test_a_session_ends_after_a_week_however_busy(bob):
    age(created_at=now() - sessions.LONGEST - dt.timedelta(seconds=1))
    assert bob.get("/me").status_code == 302


def test_last_seen_is_written_once_a_minute_at_most(bob):
    first = seen_at()
    bob.get("/me")
    assert seen_at() == first
    age(seen_at=now() - dt.timedelta(seconds=61))
    revision = changes.newest()
    bob.get("/me")
    assert seen_at() > first
    assert changes.newest() == revision


def test_a_page_does_not_wait_for_somebody_who_writes_to_say_that_it_was_seen(app, bob):
    age(seen_at=now() - dt.timedelta(seconds=61))
    before, held, done = seen_at(), threading.Event(), threading.Event()

    def write() -> None:
        with app.app_context():
            changes.begin_write()
            held.set()
            done.wait(20)
            db.session.rollback()

    with ThreadPoolExecutor(1) as threads:
        writer = threads.submit(write)
        held.wait(10)
        began = time.monotonic()
        assert bob.get("/me").status_code == 200
        assert not writer.done()
        assert time.monotonic() - began < 5
        done.set()
    assert seen_at() == before
    bob.get("/me")
    assert seen_at() > before
    changes.begin_write()  # who must write waits again
    assert changes.is_writing()


def test_the_database_holds_no_token_that_a_browser_could_send(app, bob):
    with app.test_request_context(headers={"Cookie": f"spoor={bob.get_cookie('spoor').value}"}):
        from flask import session

        token = session["token"]
    (stored,) = db.session.scalars(sa.select(UserSession.token_hash))
    assert stored != token
    assert stored == sessions.digest(token)


def test_signing_in_again_ends_the_session_before(signed_in, bob):
    form = {"username": "bob", "password": PASSWORD, "csrf_token": csrf_token(bob.get("/me").text)}
    assert bob.post("/login", data=form).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UserSession)) == 1


def test_a_login_over_a_page_gives_the_page_its_new_token(bob):
    page = bob.get("/me").text
    age(seen_at=now() - dt.timedelta(days=1))
    dialog = bob.post("/me/preferences", headers=FRAGMENT, data={"csrf_token": csrf_token(page)})
    assert (dialog.status_code, "data-login" in dialog.text) == (401, True)
    form = {"username": "bob", "csrf_token": csrf_token(dialog.text)}
    wrong = bob.post("/login", data=form | {"password": "wrong"}, headers=FRAGMENT)
    assert wrong.status_code == 422
    assert wrong.text.lstrip().startswith("<form")
    answer = bob.post("/login", data=form | {"password": PASSWORD}, headers=FRAGMENT)
    assert answer.status_code == 200
    saved = bob.post(
        "/me/preferences", data={"zone": "UTC", "theme": "dark", "csrf_token": csrf_token(answer.text)}
    )
    assert saved.status_code == 303


def test_a_stale_csrf_token_gets_a_fragment_a_fresh_one_and_words(bob):
    answer = bob.post("/me/preferences", headers=FRAGMENT | {"X-CSRFToken": "old"}, data={"zone": "UTC"})
    assert answer.status_code == 419
    assert "Nothing you typed is lost" in answer.text
    again = {"X-CSRFToken": csrf_token(answer.text)}
    form = {"zone": "UTC", "theme": "light"}
    assert bob.post("/me/preferences", headers=FRAGMENT | again, data=form).status_code in (200, 303)


def test_an_outdated_hash_is_replaced_at_login_without_a_change_set(client, people):
    db.session.execute(
        sa.update(User)
        .where(User.id == people.bob)
        .values(password_hash=passwords.PasswordHash((passwords.Argon2Hasher(1, 16, 1),)).hash(PASSWORD))
    )
    db.session.commit()
    before, revision = db.session.get(User, people.bob).password_hash, changes.newest()
    form = {"username": "bob", "password": PASSWORD, "csrf_token": csrf_token(client.get("/login").text)}
    assert client.post("/login", data=form).status_code == 303
    db.session.rollback()
    after = db.session.get(User, people.bob).password_hash
    assert after != before
    assert f"m={CHEAP['memory_cost']}" in after
    assert changes.newest() == revision


def test_a_password_that_changed_while_it_was_checked_opens_nothing(app, people):
    account = users.authenticate("bob", PASSWORD)
    with changes.recording(None, "cli") as change_set:
        users.set_password(change_set, people.bob, passwords.hashed("another long secret"))
    assert sessions.start(account.id, account.password_hash, "", "") is None


def test_an_account_without_a_password_cannot_sign_in(app, people):
    with changes.recording(None, "cli") as change_set:
        users.create(change_set, "carol", "analyst")
    db.session.commit()
    for guess in ("", "carol", PASSWORD):
        assert users.authenticate("carol", guess) is None


def test_unknown_names_cost_a_check_too(app):
    """Whoever is unknown or has no password is checked against nobody's hash, at the same costs."""
    costs = re.search(r"m=\d+,t=\d+,p=\d+", passwords._nobodys_hash())[0]
    assert costs == "m={memory_cost},t={time_cost},p={parallelism}".format(**CHEAP)
    assert passwords.verify("anything", "") == (False, None)


def test_an_address_is_throttled_whatever_names_it_tries(client):
    token = csrf_token(client.get("/login").text)
    form = {"password": "wrong", "csrf_token": token}
    codes = [client.post("/login", data=form | {"username": f"u{n}"}).status_code for n in range(41)]
    assert (codes[0], codes[-1]) == (422, 429)
    answer = client.post("/login", data=form | {"username": "bob", "password": PASSWORD})
    assert answer.headers["Retry-After"] == "60"


def test_successful_logins_are_not_counted(client):
    for _ in range(12):
        form = {"username": "bob", "password": PASSWORD, "csrf_token": csrf_token(client.get("/login").text)}
        assert client.post("/login", data=form).status_code == 303
        client.delete_cookie("spoor")


@pytest.fixture
def proxied(other_app):
    """An application behind a proxy that ends HTTPS."""
    with other_app(https=True, behind_proxy=True) as app:
        yield app


@pytest.fixture
def without_queue(other_app):
    """An application whose queue is away; the throttle counts in memory meanwhile."""
    with other_app(redis_url="redis://127.0.0.1:1/0") as app:
        yield app


def test_logins_are_throttled_while_the_queue_is_away(without_queue):
    browser, elsewhere = without_queue.test_client(), without_queue.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.8"
    form = {"username": "bob", "csrf_token": csrf_token(browser.get("/login").text)}
    codes = [browser.post("/login", data=form | {"password": "wrong"}).status_code for _ in range(8)]
    assert (codes[0], codes[-1]) == (422, 429)
    form["csrf_token"] = csrf_token(elsewhere.get("/login").text)
    assert elsewhere.post("/login", data=form | {"password": PASSWORD}).status_code == 303


def test_cookies_are_tied_to_the_host_under_https(proxied):
    browser = proxied.test_client()
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9", "Referer": "https://localhost/"}
    page = browser.get("/login", headers=headers)
    form = {"username": "bob", "password": PASSWORD, "csrf_token": csrf_token(page.text)}
    answer = browser.post("/login", data=form, headers=headers, base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-spoor=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert f"; {part}" in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert db.session.scalar(sa.select(UserSession.address)) == "192.0.2.9"


def test_without_https_the_cookie_is_still_out_of_reach_of_scripts(client):
    cookie = client.get("/login").headers["Set-Cookie"]
    assert "; HttpOnly" in cookie
    assert "; SameSite=Lax" in cookie


def test_a_forwarded_address_is_not_believed_without_a_proxy(client):
    form = {"username": "bob", "password": PASSWORD, "csrf_token": csrf_token(client.get("/login").text)}
    client.post("/login", data=form, headers={"X-Forwarded-For": "192.0.2.9"})
    assert db.session.scalar(sa.select(UserSession.address)) == "127.0.0.1"
