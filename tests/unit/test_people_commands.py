"""`flask user` and `flask token`."""

import sqlalchemy as sa

from app.extensions import db
from app.models.users import ApiToken, Role, User
from app.services import users


def run(app, *arguments):
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=list(arguments))
    db.session.rollback()
    return result


def test_a_person_is_created_and_can_sign_in(app):
    result = run(app, "user", "create", "Carol", "--role", "analyst", "--password", "a long secret")
    assert result.exit_code == 0, result.output
    assert users.authenticate("carol", "a long secret")


def test_a_password_that_was_left_out_is_generated_and_printed(app):
    result = run(app, "user", "create", "carol", "--role", "reader")
    printed = result.output.splitlines()[0].removeprefix("password of carol: ")
    assert users.authenticate("carol", printed)


def test_what_is_refused_is_one_line_and_exit_code_2(app):
    run(app, "user", "disable", "ada")
    for arguments in (
        ("user", "create", "ALICE", "--role", "reader", "--password", "a long secret"),
        ("user", "create", "dave", "--role", "reader", "--password", "short"),
        ("user", "disable", "nobody"),
        ("user", "role", "ada", "reader"),
        ("token", "create", "nobody"),
        ("token", "create", "bob", "--days", "0"),
    ):
        result = run(app, *arguments)
        assert (result.exit_code, result.output.count("\n")) == (2, 1), arguments


def test_role_disable_enable_and_password(app, people):
    run(app, "user", "role", "bob", "lead")
    run(app, "user", "disable", "bob")
    assert (db.session.get(User, people.bob).role, db.session.get(User, people.bob).is_enabled) == (
        Role.LEAD,
        False,
    )
    run(app, "user", "enable", "bob")
    run(app, "user", "password", "bob", "--password", "another long secret")
    assert users.authenticate("bob", "another long secret")


def test_the_last_line_of_token_create_is_the_token(app, people):
    token = run(app, "token", "create", "bob", "--name", "script", "--days", "3").output.splitlines()[-1]
    assert token.replace("_", "").replace("-", "").replace(".", "").isalnum()
    stored = db.session.scalars(sa.select(ApiToken)).one()
    assert (stored.user_id, stored.scope, stored.token_hash == token) == (people.bob, "write", False)
