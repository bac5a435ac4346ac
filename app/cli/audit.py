"""`flask audit`: is the history what was written?"""

import sys

import click
from flask.cli import AppGroup

from app.services import changes

audit = AppGroup("audit", help="Check the history.")


@audit.command("verify")
def verify() -> None:
    """Walk the hash chain of all change sets; exit 1 names the first broken link."""
    broken = changes.first_broken_link()
    if broken is None:
        click.echo(f"{changes.newest()} change sets, chain intact")
        return
    click.echo(f"change set {broken}: its content is not what was sealed, the chain is broken here", err=True)
    sys.exit(1)
