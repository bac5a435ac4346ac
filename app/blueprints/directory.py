"""The directory: every short list with how much is in it."""

import sqlalchemy as sa
from flask import Blueprint, render_template

from app.blueprints.frame import DIRECTORY
from app.blueprints.wording import hidden_entities
from app.entities import registry
from app.extensions import db
from app.security.permissions import SEE, needs

bp = Blueprint("directory", __name__)


@bp.get("/directory")
@needs(SEE)
def index():
    """The lookups, grouped, with their counts."""
    known = {one.plural: one for one in registry.entities() if one.plural not in hidden_entities()}
    groups = [
        (title, [known.pop(plural) for plural in plurals if plural in known]) for title, plurals in DIRECTORY
    ]
    if more := [one for one in known.values() if one.is_lookup]:
        groups.append(("More", more))
    return render_template("directory/index.html", groups=groups, counts=_counts(groups))


def _counts(groups) -> dict[str, int]:
    tables = {entity.plural: entity.model.__table__ for _, entities in groups for entity in entities}
    parts = [
        sa.select(sa.literal(plural), sa.func.count()).select_from(table).where(table.c.deleted_at.is_(None))
        for plural, table in tables.items()
    ]
    return dict(db.session.execute(sa.union_all(*parts)).all())
