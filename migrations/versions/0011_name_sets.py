"""Sets of systems that were named together."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    """Go forward."""
    op.create_table(
        "name_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("change_set_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_set_id"], ["change_sets.id"], name=op.f("fk_name_sets_change_set_id_change_sets")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_name_sets_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_sets")),
    )
    op.create_index(op.f("ix_name_sets_owner_id"), "name_sets", ["owner_id"])
    op.create_table(
        "name_sets_systems",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["name_sets.id"], name=op.f("fk_name_sets_systems_set_id_name_sets"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["system_id"],
            ["systems.id"],
            name=op.f("fk_name_sets_systems_system_id_systems"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("set_id", "system_id", name=op.f("pk_name_sets_systems")),
    )
    op.create_index(op.f("ix_name_sets_systems_system_id"), "name_sets_systems", ["system_id"])


def downgrade():
    """Go back."""
    op.drop_table("name_sets_systems")
    op.drop_table("name_sets")
