"""The flask commands."""

from app.cli.audit import audit
from app.cli.imports import import_file


def register_commands(app) -> None:
    """Register every command."""
    app.cli.add_command(audit)
    app.cli.add_command(import_file)
