"""`flask import`: a file into the list, without questions."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from app.extensions import db
from app.importing.actors import actor_for
from app.importing.at_once import Done, import_bytes
from app.importing.kinds import USUAL
from app.importing.plan import OUTCOMES
from app.importing.profiles import chosen
from app.importing.refusal import ImportRefused
from app.security.access import person_named


@click.command("import", help="Import FILE (“-”: standard input): CSV, TSV or XLSX.")
@click.argument("file")
@click.option("--as", "username", required=True, help="who imports")
@click.option(
    "--kind", help=f"what the rows are, as in the addresses; else what the profile says, or {USUAL}"
)
@click.option("--profile", "profile_name", help="a saved profile; else the last one for these headings")
@click.option("--profile-file", help="a profile as YAML")
@click.option("--dry-run", is_flag=True, help="plan only, write nothing")
@click.option("--json", "as_json", is_flag=True, help="print nothing but the JSON line")
@with_appcontext
def import_file(file, username, kind, profile_name, profile_file, dry_run, as_json) -> None:
    """Exit 0: done, nothing faulty; 1: done, faulty rows left out; 2: refused, nothing done."""
    try:
        data, name = _content(file)
        person = person_named(username)
        text = _text(profile_file) if profile_file else ""
        asked = {"kind": kind or "", "name": profile_name or "", "text": text}
        profile = chosen(person.id if person else 0, **asked)
        kind = profile.kind if profile else kind or USUAL
        actor = actor_for(person, username, kind)
        done = import_bytes(data, name, actor, kind=kind, profile=profile, dry_run=dry_run)
        if not dry_run:
            db.session.commit()
    except ImportRefused as error:
        db.session.rollback()
        click.echo(f"refused: {error}", err=True)
        click.echo(json.dumps(_nothing(str(error))))
        sys.exit(2)
    if not as_json:
        _tell(done, dry_run)
    click.echo(json.dumps(done.result, ensure_ascii=False))
    sys.exit(1 if done.result["faulty"] else 0)


def _content(file: str) -> tuple[bytes, str]:
    if file == "-":
        return sys.stdin.buffer.read(), "standard input"
    try:
        return Path(file).read_bytes(), Path(file).name
    except OSError as error:
        raise ImportRefused(f"{file} can't be read: {error.strerror}.") from None


def _text(file: str) -> str:
    try:
        return _content(file)[0].decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ImportRefused(f"{file} is no text in UTF-8.") from None


def _nothing(reason: str) -> dict[str, Any]:
    counts = dict.fromkeys((*OUTCOMES, "protected", "faulty", "kept"), 0)
    return counts | {"change_set": None, "errors": [{"line": 0, "column": "", "value": "", "reason": reason}]}


def _tell(done: Done, dry_run: bool) -> None:
    counts = ", ".join(f"{done.result[key]} {key}" for key in (*OUTCOMES, "protected", "faulty", "kept"))
    click.echo(f"{'would be: ' if dry_run else ''}{counts}")
    for host in done.plan.hosts:
        if host.candidates:
            click.echo(f"ambiguous: “{host.name}” may be {' or '.join(host.candidates)}", err=True)
    for fault in done.plan.faults:
        click.echo(f"{fault.text} (“{fault.value}”)", err=True)
