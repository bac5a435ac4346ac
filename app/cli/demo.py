"""`flask demo`: load the demonstration incident."""

import sys

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from app.cli.installation import install, introduce, refuse
from app.config import SettingError
from app.extensions import db
from app.jobs.demo import play
from app.models.base import now
from app.models.systems import System
from app.services import passwords
from app.services.demo.stage import PEOPLE
from app.services.demo.story import chapters


@click.command("demo")
@click.option("--systems", default=1500, type=click.IntRange(20, 50_000), help="How many systems.")
@click.option("--seed", default=7, help="The same seed makes the same incident.")
@click.option("--password", help="Everybody's password; generated and printed when left out.")
@with_appcontext
def demo(systems: int, seed: int, password: str | None) -> None:
    """Load two weeks of a believable incident that end now, into an installation without systems."""
    settings = current_app.config["SETTINGS"]
    try:
        introduce(settings, install(settings))
    except SettingError as error:
        refuse(error)
    if db.session.scalar(sa.select(System.id).limit(1)) is not None:
        click.echo(
            "There are systems already: the demonstration incident is for an empty installation.", err=True
        )
        raise SystemExit(2)
    secret = password or passwords.generated()
    until = now().replace(second=0, microsecond=0)
    told = chapters(systems, seed, until, passwords.hashed(secret))
    with click.progressbar(play(told), len(told), "Demonstration incident", file=sys.stderr) as written:
        for _ in written:
            pass
    click.echo(f"{systems} systems, {len(told)} change sets.")
    click.echo(f"People: {', '.join(PEOPLE)}. Their password: {secret}")
