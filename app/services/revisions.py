"""Every text that a note or report item has had: counted, listed, compared line by line."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record, entity_of
from app.models.changes import Change, ChangeSet
from app.models.users import User
from app.services.changes import Recording
from app.services.drafts import Draft

TEXT = "content"
"""The field whose every saved value is a revision."""
AROUND = 3
"""Unchanged lines shown before and after a changed one."""
MOST = 2000
"""In longer texts lines that come again and again are no landmarks: comparing them all takes too long."""


@dataclass(frozen=True)
class Revision:
    """A text as it was saved: which one it is, by whom (empty: the installation), when, in which change set."""

    number: int
    text: str
    by: str
    at: dt.datetime
    change_set: int
    source: str


def count(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """Raise the version of every written record whose text has changed."""
    table = model.__table__
    saved = [draft.record_id for draft in drafts if draft.old and draft.old[TEXT] != draft.new[TEXT]]
    if saved:
        raised = (
            sa.update(table).where(table.c.id == sa.bindparam("of_id")).values(version=table.c.version + 1)
        )
        change_set.execute(raised, [{"of_id": record_id} for record_id in saved])


def of_record(model: type[Record], record_id: int) -> list[Revision]:
    """All texts of a record, the first one first; a record begins with a text, be it empty."""
    statement = (
        sa.select(Change.diff, Change.action, User.username, ChangeSet.at, ChangeSet.id, ChangeSet.source)
        .join(ChangeSet, ChangeSet.id == Change.change_set_id)
        .outerjoin(User, User.id == ChangeSet.actor_id)
        .where(Change.entity == entity_of(model), Change.record_id == record_id)
        .order_by(Change.id)
    )
    found: list[Revision] = []
    for diff, action, by, at, change_set, source in db.session.execute(statement):
        if TEXT in diff or action == "create":
            text = diff.get(TEXT, ["", ""])[1] or ""
            found.append(Revision(len(found) + 1, text, by or "", at, change_set, source))
    return found


@dataclass(frozen=True)
class Line:
    """A line of a comparison: what became of it (`same`, `removed`, `added`), its old and new number."""

    how: str
    old: int | None
    new: int | None
    text: str


def compare(old: str, new: str) -> list[list[Line]]:
    """What differs between two texts, in parts with a few equal lines around them."""
    before, after = old.splitlines(), new.splitlines()
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) > MOST)
    return [
        [line for step in part for line in _lines(step, before, after)]
        for part in matcher.get_grouped_opcodes(AROUND)
    ]


def _lines(step: tuple[str, int, int, int, int], before: list[str], after: list[str]) -> Iterator[Line]:
    tag, start, end, new_start, new_end = step
    if tag == "equal":
        for offset in range(end - start):
            yield Line("same", start + offset + 1, new_start + offset + 1, before[start + offset])
        return
    for number in range(start, end):
        yield Line("removed", number + 1, None, before[number])
    for number in range(new_start, new_end):
        yield Line("added", None, number + 1, after[number])
