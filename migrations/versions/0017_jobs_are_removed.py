"""Indexes by which a job is found to be needed no longer."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("change_sets", "imports")


def upgrade():
    """Go forward."""
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_job_id"), table, ["job_id"])


def downgrade():
    """Go back."""
    for table in TABLES:
        op.drop_index(op.f(f"ix_{table}_job_id"), table)
