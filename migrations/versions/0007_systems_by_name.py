"""An index for lists of live systems by name, whatever they are filtered by."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMNS = ["deleted_at", "deprecated_at", "name_sort", "status_id"]


def upgrade():
    """Go forward."""
    op.create_index("ix_systems_live_by_name", "systems", COLUMNS)


def downgrade():
    """Go back."""
    op.drop_index("ix_systems_live_by_name", table_name="systems")
