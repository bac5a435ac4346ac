"""Bearer tokens: scope, end, last use; and what nobody may do to people by any way in."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.base import now
from app.models.users import ApiToken, Role, User
from app.services import changes, users
from tests.conftest import csrf_token
from tests.records import change
from tests.rest import Rest


def token_values(**values) -> None:
    db.session.execute(sa.update(ApiToken).values(**values))
    db.session.commit()


def test_a_token_for_reading_changes_nothing(app):
    rest = Rest(app, "bob", "read")
    assert rest.ask("GET", "systems").status_code == 200
    for method, path in (("POST", "systems"), ("PATCH", "systems/1"), ("DELETE", "systems/1")):
        assert rest.ask(method, path, {"name": "A"}).status_code == 403


def test_a_token_for_imports_is_good_for_nothing_else(app):
    rest = Rest(app, "bob", "import")
    for method, path in (("GET", "systems"), ("POST", "systems"), ("GET", "change-sets"), ("GET", "users")):
        assert rest.ask(method, path, {"name": "A"}).status_code == 403
    assert rest.ask("POST", "imports").status_code != 403


def test_a_token_can_do_no_more_than_its_person(app, people):
    reader = Rest(app, "rita")
    assert reader.ask("POST", "systems", {"name": "A"}).status_code == 403
    assert reader.ask("GET", "systems").status_code == 200


def test_an_ended_token_and_one_of_a_disabled_person_are_worth_nothing(app, people):
    rest = Rest(app, "bob")
    token_values(expires_at=now() - dt.timedelta(seconds=1))
    assert rest.ask("GET", "systems").status_code == 401
    token_values(expires_at=None)
    assert rest.ask("GET", "systems").status_code == 200
    with changes.recording(None, "cli") as change_set:
        users.disable(change_set, people.bob)
    db.session.commit()
    assert rest.ask("GET", "systems").status_code == 401


def test_the_last_use_is_noted_once_a_minute_at_most(app):
    rest = Rest(app, "bob")
    rest.get("systems")
    first = db.session.scalar(sa.select(ApiToken.used_at))
    rest.get("systems")
    db.session.rollback()
    assert first
    assert db.session.scalar(sa.select(ApiToken.used_at)) == first
    token_values(used_at=now() - dt.timedelta(seconds=61))
    rest.get("systems")
    db.session.rollback()
    assert db.session.scalar(sa.select(ApiToken.used_at)) >= first


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x y", "Basic Ym9iOnBhc3M=", "bearer\tx", "x"]
)
def test_a_strange_authorization_is_401_even_with_a_cookie(bob, header):
    answer = bob.get("/api/v1/systems", headers={"Authorization": header})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_opens_no_page(app):
    rest = Rest(app, "bob")
    assert rest.client.get("/systems", headers=rest.headers).status_code == 302


SECRETS = {
    "password_hash": "x",
    "password": "x",
    "id": 999,
    "preferences": {"a": 1},
    "revision": 7,
    "created_by": "alice",
}


def test_more_than_the_fields_of_a_person_cannot_be_set(app, people):
    rest = Rest(app, "ada")
    before = db.session.get(User, people.bob).password_hash
    for name, value in SECRETS.items():
        answer = rest.ask("PATCH", f"users/{people.bob}", {"full_name": "B", name: value})
        assert answer.status_code in (200, 422), (name, answer.text)
    db.session.rollback()
    bob = db.session.get(User, people.bob)
    assert (bob.password_hash, bob.preferences, bob.created_by_id) == (before, {}, None)


def test_one_cannot_promote_oneself_by_extra_fields(bob, people):
    token = csrf_token(bob.get("/me").text)
    form = {"zone": "UTC", "theme": "dark", "role": "admin", "is_enabled": "true", "username": "root"}
    bob.post("/me/preferences", data=form | {"csrf_token": token})
    forms = [("/users/new", "POST"), (f"/users/{people.bob}/edit", "POST")]
    forms += [(f"/users/{people.bob}/cell/role", "PATCH"), (f"/api/v1/users/{people.bob}", "PATCH")]
    for path, method in forms:
        answer = bob.open(path, method=method, data={"role": "admin"}, headers={"X-CSRFToken": token})
        assert answer.status_code in (403, 404, 405), (path, answer.status_code)
    db.session.rollback()
    stored = db.session.get(User, people.bob)
    assert (stored.role, stored.username, stored.theme) == (Role.ANALYST, "bob", "dark")


@pytest.mark.parametrize("values", [{"role": "lead"}, {"is_enabled": False}])
def test_the_last_administrator_stays_by_every_way_in(app, ada, people, values):
    assert Rest(app, "ada").ask("PATCH", f"users/{people.ada}", values).status_code == 422
    token = csrf_token(ada.get("/me").text)
    ((name, value),) = values.items()
    cell = ada.patch(
        f"/users/{people.ada}/cell/{name}",
        data={"value": str(value).lower()},
        headers={"X-CSRFToken": token, "HX-Request": "true"},
    )
    assert cell.status_code == 422
    db.session.rollback()
    stored = db.session.get(User, people.ada)
    assert (stored.role, stored.is_enabled) == (Role.ADMIN, True)


def test_undo_gives_nobody_a_role_that_only_an_administrator_gives(app, people):
    change(User, people.bob, role="reader", by=people.ada)
    taken = changes.newest()
    assert Rest(app, "alice").ask("POST", f"change-sets/{taken}/undo").status_code == 403
    assert Rest(app, "ada").ask("POST", f"change-sets/{taken}/undo").status_code == 200
    db.session.rollback()
    assert db.session.get(User, people.bob).role == Role.ANALYST


def test_analysts_delete_and_undo_only_what_is_theirs(app, people):
    mine, hers = Rest(app, "bob"), Rest(app, "alice")
    theirs = hers.post("systems", {"name": "THEIRS"}, 201)
    own = mine.post("systems", {"name": "OWN"}, 201)
    assert mine.ask("DELETE", f"systems/{theirs['id']}").status_code == 403
    assert mine.ask("POST", f"change-sets/{theirs['revision']}/undo").status_code == 403
    assert mine.ask("POST", f"change-sets/{own['revision']}/undo").status_code == 200
    assert hers.ask("DELETE", f"systems/{theirs['id']}").status_code == 204


def test_statuses_are_for_leads(app):
    for who, status in (("bob", 403), ("alice", 201)):
        answer = Rest(app, who).ask("POST", "system-statuses", {"name": f"By {who}", "meaning": "unknown"})
        assert answer.status_code == status, answer.text
    assert Rest(app, "bob").ask("POST", "locations", {"name": "Oslo"}).status_code == 201
