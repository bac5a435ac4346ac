"""The flask commands."""

from app.cli import up
from app.cli.audit import audit
from app.cli.backup import backup, restore
from app.cli.bench import bench
from app.cli.demo import demo
from app.cli.exports import export
from app.cli.fixtures import fixtures
from app.cli.imports import import_file
from app.cli.markdown import export_markdown
from app.cli.migrations import draft
from app.cli.people import token, user


def register_commands(app) -> None:
    """Register every command."""
    installing = (up.up_command, up.init_command, draft, fixtures, demo)
    in_and_out = (import_file, export, export_markdown)
    for command in (*installing, user, token, *in_and_out, audit, backup, restore, bench):
        app.cli.add_command(command)
