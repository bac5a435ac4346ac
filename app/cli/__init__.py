"""The flask commands."""

from app.cli.audit import audit


def register_commands(app) -> None:
    """Register every command."""
    app.cli.add_command(audit)
