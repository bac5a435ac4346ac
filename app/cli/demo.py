"""`flask demo`: load the demonstration incident."""

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from app.extensions import db
from app.jobs.demo import play
from app.models.base import now
from app.models.systems import System
from app.services import passwords
from app.services.demo.stage import PEOPLE
from app.services.demo.story import chapters


@click.command("demo")
@click.option("--systems", default=1500, type=click.IntRange(50, 50_000), help="How many systems.")
@click.option("--seed", default=7, help="The same seed makes the same incident.")
@click.option("--password", help="Everybody's password; generated and printed when left out.")
@click.option("--force", is_flag=True, help="Even if there are systems already.")
@with_appcontext
def demo(systems: int, seed: int, password: str | None, force: bool) -> None:
    """Load two weeks of a believable incident that end now."""
    if db.session.scalar(sa.select(System.id).limit(1)) is not None and not force:
        click.echo("There are systems already. --force adds the demonstration incident to them.", err=True)
        raise SystemExit(2)
    secret = password or passwords.generated()
    until = now().replace(second=0, microsecond=0)
    told = chapters(systems, seed, until, passwords.hashed(secret))
    with click.progressbar(play(told), len(told), "Demonstration incident", file=_errors()) as written:
        for _ in written:
            pass
    click.echo(f"{systems} systems, {len(told)} change sets.")
    click.echo(f"People: {', '.join(PEOPLE)}. Their password: {secret}")


def _errors():
    return click.get_text_stream("stderr")
