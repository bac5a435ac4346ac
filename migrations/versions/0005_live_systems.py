"""An index for what lists show: systems neither in the bin nor deprecated, by status."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    """Go forward."""
    op.create_index("ix_systems_live", "systems", ["deleted_at", "deprecated_at", "status_id"])


def downgrade():
    """Go back."""
    op.drop_index("ix_systems_live", table_name="systems")
