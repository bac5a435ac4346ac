"""Short ways for tests to import files."""

from pathlib import Path

import sqlalchemy as sa

from app.entities.registry import entity
from app.extensions import db
from app.importing.actors import actor_for
from app.importing.at_once import Done, import_bytes
from app.importing.plan import Plan
from app.importing.profile import Profile
from app.importing.runs import open_bytes
from app.models.systems import Memo, System
from app.security.access import person_named
from app.services.reading import read

HOSTILE = (
    "=1+1",
    "+49 30 1234",
    "-",
    "@SUM(A1)",
    "'quoted",
    "007",
    "1E5",
    'say "hi"',
    "a, b; c",
    "🦊 عربى",
    "#N/A",
)
"""Texts that spreadsheets like to change."""
SAMPLES = Path(__file__).parent.parent / "samples"


def sample(name: str) -> bytes:
    """A sample file."""
    return (SAMPLES / name).read_bytes()


def bring(
    content: str | bytes, by: str = "bob", dry_run: bool = False, kind: str = "systems", **profile
) -> Done:
    """Import a file; with keywords by a profile that is written like that, else by proposals."""
    data = content.encode() if isinstance(content, str) else content
    db.session.rollback()
    actor = actor_for(person_named(by), by, kind)
    given = Profile.from_dict(profile) if profile else None
    done = import_bytes(data, "test.csv", actor, kind=kind, profile=given, dry_run=dry_run)
    if not dry_run:
        db.session.commit()
    return done


def planned(content: str | bytes, by: str = "bob", excluded=frozenset(), **changes) -> Plan:
    """The plan by proposals, with columns changed: `planned(text, Status={"rule": "overwrite"})`."""
    data = content.encode() if isinstance(content, str) else content
    db.session.rollback()
    actor = actor_for(person_named(by), by)
    opened = open_bytes(data, actor.id)
    for heading, values in changes.items():
        for name, value in values.items():
            setattr(opened.profile.columns[heading], name, value)
    return opened.plan(actor, excluded)


def counts(done: Done) -> dict[str, int]:
    """The counts that are not zero."""
    return {key: value for key, value in done.plan.counts().items() if value}


def stored(name: str) -> dict:
    """A live system as plain words: names instead of ids."""
    db.session.rollback()
    (record_id,) = db.session.scalars(
        sa.select(System.id).where(
            System.name == name, System.deleted_at.is_(None), System.deprecated_at.is_(None)
        )
    )
    (row,) = read(System, [record_id])
    of = entity("systems")
    words = {
        field.name: field.kind.show(row.get(field.name)) for field in of.fields if field.name in row.values
    }
    texts = (
        sa.select(Memo.text).where(Memo.system_id == record_id, Memo.deleted_at.is_(None)).order_by(Memo.id)
    )
    return words | {"id": record_id, "memos": list(db.session.scalars(texts))}
