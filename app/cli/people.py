"""`flask user` and `flask token`: people and their API tokens, while the server runs or not."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from app.extensions import db
from app.models.users import Role
from app.services import changes, passwords, tokens, users
from app.services.drafts import Missing, Refused

user = AppGroup("user", help="People: create, password, role, disable, enable.")
token = AppGroup("token", help="API tokens.")
REFUSED = 2


@contextmanager
def _refusals() -> Iterator[None]:
    """Say in one line what is refused; exit 2, nothing done."""
    try:
        yield
    except (Refused, Missing) as error:
        db.session.rollback()
        click.echo(str(error), err=True)
        sys.exit(REFUSED)


def _new_password(given: str | None, username: str) -> str:
    """The given password, one that is asked for at a terminal, or a generated one, printed once."""
    if given is None and sys.stdin.isatty():
        given = click.prompt(
            "Password (empty: generate one)", default="", hide_input=True, show_default=False
        )
        if given and given != click.prompt("Again", hide_input=True):
            raise Refused({"password": "the two entries differ"})
    if not given:
        given = passwords.generated()
        click.echo(f"password of {username}: {given}")
    users.check_password(given, username)
    return given


@user.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--password", help="Left out: asked for at a terminal, else generated and printed.")
@click.option("--full-name", default="")
def create(name: str, role: str, password: str | None, full_name: str) -> None:
    """Add a person."""
    with _refusals():
        password_hash = passwords.hashed(_new_password(password, name))
        with changes.recording(None, "cli", f"account {name}") as change_set:
            users.create(change_set, name, role, password_hash, full_name)
        db.session.commit()
    click.echo(f"{name} can sign in, as {role}")


@user.command("password")
@click.argument("name")
@click.option("--password", help="Left out: asked for at a terminal, else generated and printed.")
def set_password(name: str, password: str | None) -> None:
    """Give a person a new password; every session of theirs ends."""
    with _refusals():
        users.id_of(name)
        password_hash = passwords.hashed(_new_password(password, name))
        with changes.recording(None, "cli", f"password of {name}") as change_set:
            users.set_password(change_set, users.id_of(name), password_hash)
        db.session.commit()
    click.echo(f"{name} has a new password")


@user.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice([str(role) for role in Role]))
def change_role(name: str, role: str) -> None:
    """Give a person another role."""
    with _refusals():
        with changes.recording(None, "cli", f"role of {name}") as change_set:
            users.change_role(change_set, users.id_of(name), role)
        db.session.commit()
    click.echo(f"{name} is {role}")


@user.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """Lock a person out at once; their work stays signed."""
    with _refusals():
        with changes.recording(None, "cli", f"{name} disabled") as change_set:
            users.disable(change_set, users.id_of(name))
        db.session.commit()
    click.echo(f"{name} is locked out")


@user.command("enable")
@click.argument("name")
def enable(name: str) -> None:
    """Let a person in again."""
    with _refusals():
        with changes.recording(None, "cli", f"{name} enabled") as change_set:
            users.enable(change_set, users.id_of(name))
        db.session.commit()
    click.echo(f"{name} can sign in again")


@token.command("create")
@click.argument("username")
@click.option("--name", default="", help="What it is for.")
@click.option("--days", type=int, help="When it ends; left out: never.")
@click.option("--scope", type=click.Choice(tokens.SCOPES), default="write", show_default=True)
def create_token(username: str, name: str, days: int | None, scope: str) -> None:
    """Print a new API token; it is shown only this once."""
    with _refusals():
        changes.begin_write()
        text = tokens.create(users.id_of(username), name, scope, days)
        db.session.commit()
    click.echo(text)
