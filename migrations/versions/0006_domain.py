"""The whole domain: artifacts, tasks, notes, report items, timeline, accounts; what a case has."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    """Go forward."""
    op.create_table(
        "artifact_statuses",
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("sets_requested", sa.Boolean(), nullable=False),
        sa.Column("sets_acquired", sa.Boolean(), nullable=False),
        sa.Column("colour", sa.String(length=20), nullable=False),
        sa.Column("icon", sa.String(length=20), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_artifact_statuses_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["users.id"], name=op.f("fk_artifact_statuses_updated_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artifact_statuses")),
    )
    with op.batch_alter_table("artifact_statuses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_artifact_statuses_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(
            "uq_artifact_statuses_name_key_live",
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "artifact_types",
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_artifact_types_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["users.id"], name=op.f("fk_artifact_types_updated_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artifact_types")),
    )
    with op.batch_alter_table("artifact_types", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_artifact_types_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(
            "uq_artifact_types_name_key_live",
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "case_statuses",
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("sets_started", sa.Boolean(), nullable=False),
        sa.Column("sets_ended", sa.Boolean(), nullable=False),
        sa.Column("colour", sa.String(length=20), nullable=False),
        sa.Column("icon", sa.String(length=20), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_case_statuses_created_by_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_case_statuses_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_statuses")),
    )
    with op.batch_alter_table("case_statuses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_statuses_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(
            "uq_case_statuses_name_key_live",
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "case_types",
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_case_types_created_by_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_case_types_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_types")),
    )
    with op.batch_alter_table("case_types", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_types_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(
            "uq_case_types_name_key_live",
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "headlines",
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_headlines_created_by_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_headlines_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headlines")),
    )
    with op.batch_alter_table("headlines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_headlines_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(
            "uq_headlines_name_key_live",
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "note_statuses",
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("colour", sa.String(length=20), nullable=False),
        sa.Column("icon", sa.String(length=20), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_note_statuses_created_by_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_note_statuses_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_statuses")),
    )
    with op.batch_alter_table("note_statuses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_statuses_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(
            "uq_note_statuses_name_key_live",
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "task_names",
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_task_names_created_by_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_task_names_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_names")),
    )
    with op.batch_alter_table("task_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_names_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(
            "uq_task_names_name_key_live",
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "task_statuses",
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("sets_started", sa.Boolean(), nullable=False),
        sa.Column("sets_finished", sa.Boolean(), nullable=False),
        sa.Column("clears_started", sa.Boolean(), nullable=False),
        sa.Column("clears_finished", sa.Boolean(), nullable=False),
        sa.Column("colour", sa.String(length=20), nullable=False),
        sa.Column("icon", sa.String(length=20), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_task_statuses_created_by_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_task_statuses_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_statuses")),
    )
    with op.batch_alter_table("task_statuses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_statuses_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(
            "uq_task_statuses_name_key_live",
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "cases_tags",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["cases.id"], name=op.f("fk_cases_tags_owner_id")),
        sa.ForeignKeyConstraint(["target_id"], ["tags.id"], name=op.f("fk_cases_tags_target_id")),
        sa.PrimaryKeyConstraint("owner_id", "target_id", name=op.f("pk_cases_tags")),
    )
    with op.batch_alter_table("cases_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_tags_target_id"), ["target_id"], unique=False)

    op.create_table(
        "notes",
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("title_key", sa.String(length=255), nullable=False),
        sa.Column("title_sort", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("status_id", sa.Integer(), nullable=False),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["users.id"], name=op.f("fk_notes_assigned_to_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notes_case_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_notes_created_by_id")),
        sa.ForeignKeyConstraint(["status_id"], ["note_statuses.id"], name=op.f("fk_notes_status_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_notes_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_assigned_to_id"), ["assigned_to_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notes_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notes_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notes_status_id"), ["status_id"], unique=False)
        batch_op.create_index(
            "uq_notes_title_key_live",
            ["title_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "accounts",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_key", sa.String(length=255), nullable=False),
        sa.Column("name_sort", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("place_key", sa.String(length=300), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=True),
        sa.Column("system_id", sa.Integer(), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=True),
        sa.Column("last_logon_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_accounts_created_by_id")),
        sa.ForeignKeyConstraint(["domain_id"], ["domains.id"], name=op.f("fk_accounts_domain_id")),
        sa.ForeignKeyConstraint(["system_id"], ["systems.id"], name=op.f("fk_accounts_system_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_accounts_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_accounts_domain_id"), ["domain_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_accounts_name_key"), ["name_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_accounts_system_id"), ["system_id"], unique=False)
        batch_op.create_index(
            "uq_accounts_place_key_live",
            ["place_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "artifacts",
        sa.Column("name", sa.String(length=4096), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("name_sort", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("status_id", sa.Integer(), nullable=False),
        sa.Column("priority_id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("source_path", sa.String(length=4096), nullable=False),
        sa.Column("storage_path", sa.String(length=4096), nullable=False),
        sa.Column("md5", sa.String(length=32), nullable=False),
        sa.Column("sha1", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acquired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("note_external", sa.Text(), nullable=False),
        sa.Column("note_internal", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["users.id"], name=op.f("fk_artifacts_assigned_to_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_artifacts_case_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_artifacts_created_by_id")),
        sa.ForeignKeyConstraint(["priority_id"], ["priorities.id"], name=op.f("fk_artifacts_priority_id")),
        sa.ForeignKeyConstraint(["status_id"], ["artifact_statuses.id"], name=op.f("fk_artifacts_status_id")),
        sa.ForeignKeyConstraint(["system_id"], ["systems.id"], name=op.f("fk_artifacts_system_id")),
        sa.ForeignKeyConstraint(["type_id"], ["artifact_types.id"], name=op.f("fk_artifacts_type_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_artifacts_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artifacts")),
        sa.UniqueConstraint("uuid", name=op.f("uq_artifacts_uuid")),
    )
    with op.batch_alter_table("artifacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_artifacts_assigned_to_id"), ["assigned_to_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_artifacts_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_artifacts_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_artifacts_md5"), ["md5"], unique=False)
        batch_op.create_index(batch_op.f("ix_artifacts_priority_id"), ["priority_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_artifacts_sha1"), ["sha1"], unique=False)
        batch_op.create_index(batch_op.f("ix_artifacts_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_artifacts_status_id"), ["status_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_artifacts_system_id"), ["system_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_artifacts_type_id"), ["type_id"], unique=False)

    op.create_table(
        "notes_tags",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["notes.id"], name=op.f("fk_notes_tags_owner_id")),
        sa.ForeignKeyConstraint(["target_id"], ["tags.id"], name=op.f("fk_notes_tags_target_id")),
        sa.PrimaryKeyConstraint("owner_id", "target_id", name=op.f("pk_notes_tags")),
    )
    with op.batch_alter_table("notes_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_tags_target_id"), ["target_id"], unique=False)

    op.create_table(
        "report_items",
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("headline_id", sa.Integer(), nullable=False),
        sa.Column("subheadline", sa.String(length=255), nullable=False),
        sa.Column("place_key", sa.String(length=300), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("status_id", sa.Integer(), nullable=False),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
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
            ["assigned_to_id"], ["users.id"], name=op.f("fk_report_items_assigned_to_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_report_items_case_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_report_items_created_by_id")),
        sa.ForeignKeyConstraint(["headline_id"], ["headlines.id"], name=op.f("fk_report_items_headline_id")),
        sa.ForeignKeyConstraint(["status_id"], ["note_statuses.id"], name=op.f("fk_report_items_status_id")),
        sa.ForeignKeyConstraint(["system_id"], ["systems.id"], name=op.f("fk_report_items_system_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_report_items_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_items")),
    )
    with op.batch_alter_table("report_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_items_assigned_to_id"), ["assigned_to_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_items_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_items_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_items_headline_id"), ["headline_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_items_label_key"), ["label_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_items_label_sort"), ["label_sort"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_items_status_id"), ["status_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_items_system_id"), ["system_id"], unique=False)
        batch_op.create_index(
            "uq_report_items_place_key_live",
            ["place_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "timeline",
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=255), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
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
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_timeline_case_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_timeline_created_by_id")),
        sa.ForeignKeyConstraint(["system_id"], ["systems.id"], name=op.f("fk_timeline_system_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_timeline_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline")),
    )
    with op.batch_alter_table("timeline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timeline_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_timeline_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_timeline_label_key"), ["label_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_timeline_label_sort"), ["label_sort"], unique=False)
        batch_op.create_index("ix_timeline_system_id_time", ["system_id", "time"], unique=False)
        batch_op.create_index(batch_op.f("ix_timeline_time"), ["time"], unique=False)
        batch_op.create_index(
            "uq_timeline_fingerprint_live",
            ["fingerprint"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "accounts_systems",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name=op.f("fk_accounts_systems_owner_id")),
        sa.ForeignKeyConstraint(["target_id"], ["systems.id"], name=op.f("fk_accounts_systems_target_id")),
        sa.PrimaryKeyConstraint("owner_id", "target_id", name=op.f("pk_accounts_systems")),
    )
    with op.batch_alter_table("accounts_systems", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_systems_target_id"), ["target_id"], unique=False)

    op.create_table(
        "artifacts_tags",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["artifacts.id"], name=op.f("fk_artifacts_tags_owner_id")),
        sa.ForeignKeyConstraint(["target_id"], ["tags.id"], name=op.f("fk_artifacts_tags_target_id")),
        sa.PrimaryKeyConstraint("owner_id", "target_id", name=op.f("pk_artifacts_tags")),
    )
    with op.batch_alter_table("artifacts_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_artifacts_tags_target_id"), ["target_id"], unique=False)

    op.create_table(
        "report_items_tags",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["report_items.id"], name=op.f("fk_report_items_tags_owner_id")
        ),
        sa.ForeignKeyConstraint(["target_id"], ["tags.id"], name=op.f("fk_report_items_tags_target_id")),
        sa.PrimaryKeyConstraint("owner_id", "target_id", name=op.f("pk_report_items_tags")),
    )
    with op.batch_alter_table("report_items_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_items_tags_target_id"), ["target_id"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.Column("status_id", sa.Integer(), nullable=False),
        sa.Column("priority_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("system_id", sa.Integer(), nullable=True),
        sa.Column("artifact_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
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
        sa.ForeignKeyConstraint(["artifact_id"], ["artifacts.id"], name=op.f("fk_tasks_artifact_id")),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["users.id"], name=op.f("fk_tasks_assigned_to_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tasks_case_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_tasks_created_by_id")),
        sa.ForeignKeyConstraint(["name_id"], ["task_names.id"], name=op.f("fk_tasks_name_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["tasks.id"], name=op.f("fk_tasks_parent_id")),
        sa.ForeignKeyConstraint(["priority_id"], ["priorities.id"], name=op.f("fk_tasks_priority_id")),
        sa.ForeignKeyConstraint(["status_id"], ["task_statuses.id"], name=op.f("fk_tasks_status_id")),
        sa.ForeignKeyConstraint(["system_id"], ["systems.id"], name=op.f("fk_tasks_system_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_tasks_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_artifact_id"), ["artifact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_assigned_to_id"), ["assigned_to_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_deleted_at"), ["deleted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_label_key"), ["label_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_label_sort"), ["label_sort"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_name_id"), ["name_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_priority_id"), ["priority_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_status_id"), ["status_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_system_id"), ["system_id"], unique=False)

    op.create_table(
        "timeline_tags",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["timeline.id"], name=op.f("fk_timeline_tags_owner_id")),
        sa.ForeignKeyConstraint(["target_id"], ["tags.id"], name=op.f("fk_timeline_tags_target_id")),
        sa.PrimaryKeyConstraint("owner_id", "target_id", name=op.f("pk_timeline_tags")),
    )
    with op.batch_alter_table("timeline_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timeline_tags_target_id"), ["target_id"], unique=False)

    op.create_table(
        "tasks_tags",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["tasks.id"], name=op.f("fk_tasks_tags_owner_id")),
        sa.ForeignKeyConstraint(["target_id"], ["tags.id"], name=op.f("fk_tasks_tags_target_id")),
        sa.PrimaryKeyConstraint("owner_id", "target_id", name=op.f("pk_tasks_tags")),
    )
    with op.batch_alter_table("tasks_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_tags_target_id"), ["target_id"], unique=False)

    _cases()


def _cases():
    """Cases get a status, a priority and texts; those that exist become open, of the usual priority."""
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("external_id", sa.String(length=255), server_default="", nullable=False))
        batch_op.add_column(sa.Column("external_id_key", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("status_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("priority_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("type_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("is_incident", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("assigned_to_id", sa.Integer(), nullable=True))
        for name in ("result", "note_external", "note_internal"):
            batch_op.add_column(sa.Column(name, sa.Text(), server_default="", nullable=False))
    _fill_cases()
    with op.batch_alter_table("cases") as batch_op:
        batch_op.alter_column("status_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("priority_id", existing_type=sa.Integer(), nullable=False)
        for name in ("external_id", "is_incident", "result", "note_external", "note_internal"):
            batch_op.alter_column(name, server_default=None)
        batch_op.create_index(batch_op.f("ix_cases_assigned_to_id"), ["assigned_to_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_priority_id"), ["priority_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_status_id"), ["status_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_type_id"), ["type_id"], unique=False)
        batch_op.create_index(
            "uq_cases_external_id_key_live",
            ["external_id_key"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_cases_assigned_to_id"), "users", ["assigned_to_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_cases_type_id"), "case_types", ["type_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_cases_status_id"), "case_statuses", ["status_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_cases_priority_id"), "priorities", ["priority_id"], ["id"])


STATUSES = (
    {"name": "Open", "position": 10, "colour": "orange", "icon": "ring", "is_default": True},
    {"name": "Ongoing", "position": 20, "colour": "amber", "icon": "hourglass", "sets_started": True},
    {"name": "Closed", "position": 30, "colour": "green", "icon": "check", "sets_ended": True},
)


def _fill_cases():
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT id FROM cases LIMIT 1")).first() is None:
        return
    now = dt.datetime.now(dt.UTC)
    table = sa.Table("case_statuses", sa.MetaData(), autoload_with=connection)
    for status in STATUSES:
        flags = {name: status.get(name, False) for name in ("is_default", "sets_started", "sets_ended")}
        keys = {"name_key": status["name"].casefold(), "name_sort": status["name"].casefold()}
        fixed = {"note": "", "is_retired": False, "revision": 0, "created_at": now, "updated_at": now}
        is_open = {"is_open": not flags["sets_ended"]}
        connection.execute(table.insert().values(status | flags | keys | fixed | is_open))
    first = "(SELECT id FROM {} WHERE deleted_at IS NULL ORDER BY is_default DESC, position, id LIMIT 1)"
    status, priority = first.format("case_statuses"), first.format("priorities")
    connection.execute(sa.text(f"UPDATE cases SET status_id = {status}, priority_id = {priority}"))


def downgrade():
    """Go back."""
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_cases_priority_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_cases_status_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_cases_type_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_cases_assigned_to_id"), type_="foreignkey")
        batch_op.drop_index(
            "uq_cases_external_id_key_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_cases_type_id"))
        batch_op.drop_index(batch_op.f("ix_cases_status_id"))
        batch_op.drop_index(batch_op.f("ix_cases_priority_id"))
        batch_op.drop_index(batch_op.f("ix_cases_assigned_to_id"))
        batch_op.drop_column("note_internal")
        batch_op.drop_column("note_external")
        batch_op.drop_column("result")
        batch_op.drop_column("assigned_to_id")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("started_at")
        batch_op.drop_column("is_incident")
        batch_op.drop_column("type_id")
        batch_op.drop_column("priority_id")
        batch_op.drop_column("status_id")
        batch_op.drop_column("external_id_key")
        batch_op.drop_column("external_id")

    with op.batch_alter_table("tasks_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tasks_tags_target_id"))

    op.drop_table("tasks_tags")
    with op.batch_alter_table("timeline_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_timeline_tags_target_id"))

    op.drop_table("timeline_tags")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tasks_system_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_status_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_priority_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_parent_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_name_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_label_sort"))
        batch_op.drop_index(batch_op.f("ix_tasks_label_key"))
        batch_op.drop_index(batch_op.f("ix_tasks_due_at"))
        batch_op.drop_index(batch_op.f("ix_tasks_deleted_at"))
        batch_op.drop_index(batch_op.f("ix_tasks_case_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_assigned_to_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_artifact_id"))

    op.drop_table("tasks")
    with op.batch_alter_table("report_items_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_items_tags_target_id"))

    op.drop_table("report_items_tags")
    with op.batch_alter_table("artifacts_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_artifacts_tags_target_id"))

    op.drop_table("artifacts_tags")
    with op.batch_alter_table("accounts_systems", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_systems_target_id"))

    op.drop_table("accounts_systems")
    with op.batch_alter_table("timeline", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_timeline_fingerprint_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_timeline_time"))
        batch_op.drop_index("ix_timeline_system_id_time")
        batch_op.drop_index(batch_op.f("ix_timeline_label_sort"))
        batch_op.drop_index(batch_op.f("ix_timeline_label_key"))
        batch_op.drop_index(batch_op.f("ix_timeline_deleted_at"))
        batch_op.drop_index(batch_op.f("ix_timeline_case_id"))

    op.drop_table("timeline")
    with op.batch_alter_table("report_items", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_report_items_place_key_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_report_items_system_id"))
        batch_op.drop_index(batch_op.f("ix_report_items_status_id"))
        batch_op.drop_index(batch_op.f("ix_report_items_label_sort"))
        batch_op.drop_index(batch_op.f("ix_report_items_label_key"))
        batch_op.drop_index(batch_op.f("ix_report_items_headline_id"))
        batch_op.drop_index(batch_op.f("ix_report_items_deleted_at"))
        batch_op.drop_index(batch_op.f("ix_report_items_case_id"))
        batch_op.drop_index(batch_op.f("ix_report_items_assigned_to_id"))

    op.drop_table("report_items")
    with op.batch_alter_table("notes_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notes_tags_target_id"))

    op.drop_table("notes_tags")
    with op.batch_alter_table("artifacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_artifacts_type_id"))
        batch_op.drop_index(batch_op.f("ix_artifacts_system_id"))
        batch_op.drop_index(batch_op.f("ix_artifacts_status_id"))
        batch_op.drop_index(batch_op.f("ix_artifacts_sha256"))
        batch_op.drop_index(batch_op.f("ix_artifacts_sha1"))
        batch_op.drop_index(batch_op.f("ix_artifacts_priority_id"))
        batch_op.drop_index(batch_op.f("ix_artifacts_md5"))
        batch_op.drop_index(batch_op.f("ix_artifacts_deleted_at"))
        batch_op.drop_index(batch_op.f("ix_artifacts_case_id"))
        batch_op.drop_index(batch_op.f("ix_artifacts_assigned_to_id"))

    op.drop_table("artifacts")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_accounts_place_key_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_accounts_system_id"))
        batch_op.drop_index(batch_op.f("ix_accounts_name_key"))
        batch_op.drop_index(batch_op.f("ix_accounts_domain_id"))
        batch_op.drop_index(batch_op.f("ix_accounts_deleted_at"))

    op.drop_table("accounts")
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_notes_title_key_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_notes_status_id"))
        batch_op.drop_index(batch_op.f("ix_notes_deleted_at"))
        batch_op.drop_index(batch_op.f("ix_notes_case_id"))
        batch_op.drop_index(batch_op.f("ix_notes_assigned_to_id"))

    op.drop_table("notes")
    with op.batch_alter_table("cases_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_tags_target_id"))

    op.drop_table("cases_tags")
    with op.batch_alter_table("task_statuses", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_task_statuses_name_key_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_task_statuses_deleted_at"))

    op.drop_table("task_statuses")
    with op.batch_alter_table("task_names", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_task_names_name_key_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_task_names_deleted_at"))

    op.drop_table("task_names")
    with op.batch_alter_table("note_statuses", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_note_statuses_name_key_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_note_statuses_deleted_at"))

    op.drop_table("note_statuses")
    with op.batch_alter_table("headlines", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_headlines_name_key_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_headlines_deleted_at"))

    op.drop_table("headlines")
    with op.batch_alter_table("case_types", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_case_types_name_key_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_case_types_deleted_at"))

    op.drop_table("case_types")
    with op.batch_alter_table("case_statuses", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_case_statuses_name_key_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_case_statuses_deleted_at"))

    op.drop_table("case_statuses")
    with op.batch_alter_table("artifact_types", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_artifact_types_name_key_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_artifact_types_deleted_at"))

    op.drop_table("artifact_types")
    with op.batch_alter_table("artifact_statuses", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_artifact_statuses_name_key_live",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_artifact_statuses_deleted_at"))

    op.drop_table("artifact_statuses")
