"""Settings become records: their changes are in the history and can be undone."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LIVE = sa.text("deleted_at IS NULL")
SETTINGS = sa.table("settings", sa.column("name"), sa.column("value", sa.JSON), sa.column("deleted_at"))


def upgrade():
    """Go forward."""
    kept = op.get_bind().execute(sa.select(SETTINGS.c.name, SETTINGS.c.value)).all()
    op.drop_table("settings")
    settings = op.create_table(
        "settings",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_settings_created_by_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_settings_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
    )
    op.create_index(op.f("ix_settings_deleted_at"), "settings", ["deleted_at"])
    op.create_index(
        "uq_settings_name_live", "settings", ["name"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )
    at = dt.datetime.now(dt.UTC)
    rows = [
        {"name": name, "value": value, "revision": 0, "created_at": at, "updated_at": at}
        for name, value in kept
    ]
    if rows:
        op.bulk_insert(settings, rows)


def downgrade():
    """Go back: the history stays, the values too."""
    live = sa.select(SETTINGS.c.name, SETTINGS.c.value).where(SETTINGS.c.deleted_at.is_(None))
    kept = op.get_bind().execute(live).all()
    op.drop_table("settings")
    settings = op.create_table(
        "settings",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    if kept:
        op.bulk_insert(settings, [{"name": name, "value": value} for name, value in kept])
