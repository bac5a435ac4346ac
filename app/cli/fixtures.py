"""`flask fixtures`: engagement templates, out and in, while the server runs or not."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.extensions import db
from app.fixtures.dump import dump
from app.fixtures.load import BadTemplate, Template, load, read, shipped
from app.security.access import person_named
from app.services import changes

fixtures = AppGroup("fixtures", help="Engagement templates: list, dump, load.")
REFUSED = 2


@fixtures.command("list")
def list_shipped() -> None:
    """The templates that Spoor brings along."""
    for name, template in shipped().items():
        click.echo(f"{name}: {template.title}. {template.about}")


@fixtures.command("dump")
@click.argument("out", default="-")
@click.option("--title", default="Our template")
@click.option("--about", default="")
def dump_template(out: str, title: str, about: str) -> None:
    """Write settings, people without secrets, tags and lists to OUT (“-”: standard output)."""
    text = dump(title, about)
    if out == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(out).write_text(text, "utf-8")
    except OSError as error:
        _refuse(f"{out} can't be written: {error.strerror}.")
    click.echo(f"written to {out}")


@fixtures.command("load")
@click.argument("source")
@click.option("--as", "username", help="in whose name; left out: in the installation's")
@click.option("--dry-run", is_flag=True, help="tell what would change, write nothing")
def load_template(source: str, username: str | None, dry_run: bool) -> None:
    """Load SOURCE: the name of a template that Spoor brings along, a file, or “-”."""
    person = person_named(username) if username else None
    if username and person is None:
        _refuse(f"there is nobody called “{username}”")
    try:
        template = _template(source)
        title = template.title or source
        with changes.recording(person.id if person else None, "cli", f"Template {title}") as change_set:
            report = load(change_set, template)
            if dry_run:
                db.session.rollback()
                change_set.changes.clear()
        db.session.commit()
    except BadTemplate as error:
        db.session.rollback()
        _refuse(str(error))
    click.echo("\n".join([*(["would be:"] if dry_run else []), *report.lines()]))


def _template(source: str) -> Template:
    known = shipped()
    if source in known:
        return known[source]
    try:
        return read(sys.stdin.read() if source == "-" else Path(source).read_text("utf-8"))
    except OSError as error:
        raise BadTemplate(f"{source} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadTemplate(f"{source} is no text in UTF-8.") from None


def _refuse(reason: str) -> None:
    click.echo(reason, err=True)
    sys.exit(REFUSED)
