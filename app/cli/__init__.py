"""The flask commands."""

from app.cli.audit import audit
from app.cli.people import token, user


def register_commands(app) -> None:
    """Register every command."""
    for command in (audit, token, user):
        app.cli.add_command(command)
