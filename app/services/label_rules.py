"""Rules of task names and headlines: what goes by their name follows when they are renamed."""

from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import Record
from app.models.lookups import Headline, TaskName
from app.models.notes import ReportItem
from app.models.tasks import Task
from app.models.workflows import WorkflowTask
from app.services import labels
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.name_rules import leave, prepare

__all__ = ["leave", "prepare", "settle"]

FOLLOWERS: dict[type[Record], tuple[tuple[Any, Any, tuple[Any, ...]], ...]] = {
    TaskName: (
        (Task.__table__, Task.__table__.c.name_id, ()),
        (WorkflowTask.__table__, WorkflowTask.__table__.c.name_id, ()),
    ),
    Headline: (
        (
            ReportItem.__table__,
            ReportItem.__table__.c.headline_id,
            (ReportItem.__table__.c.subheadline,),
        ),
    ),
}
"""Whose labels begin with the name: the table, the key that points here, what follows the name."""


def settle(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """Give the records that go by a changed name their new label."""
    renamed = {
        draft.record_id: draft.new["name"] for draft in drafts if not draft.is_new and "name" in draft.changed
    }
    for table, key, rest in FOLLOWERS[model] if renamed else ():
        followers = db.session.execute(sa.select(table.c.id, key, *rest).where(key.in_(renamed))).all()
        values = [{"of_id": one.id} | _columns(renamed[one[1]], *one[2:]) for one in followers]
        if values:
            changed: dict[str, Any] = {
                name: sa.bindparam(f"to_{name}") for name in ("label", "label_key", "label_sort")
            }
            statement = sa.update(table).where(table.c.id == sa.bindparam("of_id")).values(changed)
            change_set.execute(statement, values)


def _columns(*parts: str) -> dict[str, str]:
    return {f"to_{name}": text for name, text in labels.columns(*parts).items()}
