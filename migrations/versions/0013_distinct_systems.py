"""Systems that look alike and are not the same."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LIVE = sa.text("deleted_at IS NULL")


def upgrade():
    """Go forward."""
    op.create_table(
        "distinct_systems",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_distinct_systems_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["users.id"], name=op.f("fk_distinct_systems_updated_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distinct_systems")),
    )
    op.create_index(op.f("ix_distinct_systems_deleted_at"), "distinct_systems", ["deleted_at"])
    op.create_index(
        "uq_distinct_systems_low_id_high_id_live",
        "distinct_systems",
        ["low_id", "high_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def downgrade():
    """Go back."""
    op.drop_table("distinct_systems")
