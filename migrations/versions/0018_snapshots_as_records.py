"""Snapshots become records: their deletion has a history and can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
AUTHOR, CHANGER = op.f("fk_snapshots_created_by_id"), op.f("fk_snapshots_updated_by_id")
BY, AT, GONE = op.f("fk_snapshots_by_id"), op.f("ix_snapshots_at"), op.f("ix_snapshots_deleted_at")


def upgrade():
    """Go forward."""
    with op.batch_alter_table("snapshots") as batch_op:
        batch_op.drop_constraint(BY, type_="foreignkey")
        batch_op.drop_index(AT)
        batch_op.alter_column("at", new_column_name="created_at")
        batch_op.alter_column("by_id", new_column_name="created_by_id")
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("updated_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("updated_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("deleted_at", MOMENT, nullable=True))
    op.execute("UPDATE snapshots SET updated_at = created_at, updated_by_id = created_by_id")
    with op.batch_alter_table("snapshots") as batch_op:
        batch_op.alter_column("updated_at", existing_type=MOMENT, nullable=False)
        batch_op.alter_column("revision", existing_type=sa.Integer(), server_default=None)
        batch_op.create_foreign_key(AUTHOR, "users", ["created_by_id"], ["id"])
        batch_op.create_foreign_key(CHANGER, "users", ["updated_by_id"], ["id"])
        batch_op.create_index(GONE, ["deleted_at"])


def downgrade():
    """Go back; what is in the bin is gone then."""
    op.execute("DELETE FROM snapshots WHERE deleted_at IS NOT NULL")
    with op.batch_alter_table("snapshots") as batch_op:
        batch_op.drop_constraint(AUTHOR, type_="foreignkey")
        batch_op.drop_constraint(CHANGER, type_="foreignkey")
        batch_op.drop_index(GONE)
        for name in ("revision", "updated_at", "updated_by_id", "deleted_at"):
            batch_op.drop_column(name)
        batch_op.alter_column("created_at", new_column_name="at")
        batch_op.alter_column("created_by_id", new_column_name="by_id")
    with op.batch_alter_table("snapshots") as batch_op:
        batch_op.create_foreign_key(BY, "users", ["by_id"], ["id"])
        batch_op.create_index(AT, ["at"])
