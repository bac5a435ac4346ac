"""Export profiles; an installation that is in use gets those that a new one begins with."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

from app.models.base import key_of, sort_key
from app.services.ready_exports import READY

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LIVE = sa.text("deleted_at IS NULL")


def upgrade():
    """Go forward."""
    profiles = op.create_table(
        "export_profiles",
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_key", sa.String(length=255), nullable=False),
        sa.Column("name_sort", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_export_profiles_created_by_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_export_profiles_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_profiles")),
    )
    op.create_index(op.f("ix_export_profiles_deleted_at"), "export_profiles", ["deleted_at"])
    op.create_index(
        "uq_export_profiles_name_key_live",
        "export_profiles",
        ["name_key"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM system_statuses")):
        op.bulk_insert(profiles, _ready())


def _ready():
    at = dt.datetime.now(dt.UTC)
    times = {"revision": 0, "created_at": at, "updated_at": at}
    return [
        {"name": name, "name_key": key_of(name), "name_sort": sort_key(name), "definition": text} | times
        for name, text in READY.items()
    ]


def downgrade():
    """Go back."""
    op.drop_table("export_profiles")
