"""Workflows: templates of the artifacts and tasks that a system gets."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    """Go forward."""
    op.create_table(
        "workflows",
        sa.Column("note", sa.Text(), nullable=False),
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
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_workflows_created_by_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_workflows_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflows")),
    )
    with op.batch_alter_table("workflows") as batch_op:
        batch_op.create_index(batch_op.f("ix_workflows_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(
            "uq_workflows_name_key_live",
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "workflow_artifacts",
        sa.Column("workflow_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("status_id", sa.Integer(), nullable=False),
        sa.Column("priority_id", sa.Integer(), nullable=False),
        sa.Column("place_key", sa.String(length=300), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("label_key", sa.String(length=255), nullable=False),
        sa.Column("label_sort", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_workflow_artifacts_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["priority_id"], ["priorities.id"], name=op.f("fk_workflow_artifacts_priority_id")
        ),
        sa.ForeignKeyConstraint(
            ["status_id"], ["artifact_statuses.id"], name=op.f("fk_workflow_artifacts_status_id")
        ),
        sa.ForeignKeyConstraint(
            ["type_id"], ["artifact_types.id"], name=op.f("fk_workflow_artifacts_type_id")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["users.id"], name=op.f("fk_workflow_artifacts_updated_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"], ["workflows.id"], name=op.f("fk_workflow_artifacts_workflow_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_artifacts")),
    )
    with op.batch_alter_table("workflow_artifacts") as batch_op:
        batch_op.create_index(batch_op.f("ix_workflow_artifacts_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_artifacts_label_key"), ["label_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_artifacts_label_sort"), ["label_sort"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_artifacts_priority_id"), ["priority_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_artifacts_status_id"), ["status_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_artifacts_type_id"), ["type_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_artifacts_workflow_id"), ["workflow_id"], unique=False)
        batch_op.create_index(
            "uq_workflow_artifacts_place_key_live",
            ["place_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "workflow_tasks",
        sa.Column("workflow_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.Column("status_id", sa.Integer(), nullable=False),
        sa.Column("priority_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("place_key", sa.String(length=300), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("label_key", sa.String(length=255), nullable=False),
        sa.Column("label_sort", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_workflow_tasks_created_by_id")
        ),
        sa.ForeignKeyConstraint(["name_id"], ["task_names.id"], name=op.f("fk_workflow_tasks_name_id")),
        sa.ForeignKeyConstraint(
            ["priority_id"], ["priorities.id"], name=op.f("fk_workflow_tasks_priority_id")
        ),
        sa.ForeignKeyConstraint(
            ["status_id"], ["task_statuses.id"], name=op.f("fk_workflow_tasks_status_id")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["users.id"], name=op.f("fk_workflow_tasks_updated_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"], ["workflows.id"], name=op.f("fk_workflow_tasks_workflow_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_tasks")),
    )
    with op.batch_alter_table("workflow_tasks") as batch_op:
        batch_op.create_index(batch_op.f("ix_workflow_tasks_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_tasks_label_key"), ["label_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_tasks_label_sort"), ["label_sort"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_tasks_name_id"), ["name_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_tasks_priority_id"), ["priority_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_tasks_status_id"), ["status_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workflow_tasks_workflow_id"), ["workflow_id"], unique=False)
        batch_op.create_index(
            "uq_workflow_tasks_place_key_live",
            ["place_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )


def downgrade():
    """Go back."""
    for table in ("workflow_tasks", "workflow_artifacts", "workflows"):
        op.drop_table(table)
