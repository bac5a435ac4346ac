"""Profiles of imports that a team shares; what persons used last keeps its rows under a name of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

LIVE = sa.text("deleted_at IS NULL")
COLUMNS = "kind, name, headings_key, profile, user_id, updated_at"


def upgrade():
    """Go forward."""
    _remembered("remembered_mappings")
    _move("import_profiles", "remembered_mappings")
    op.create_table(
        "import_profiles",
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
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_import_profiles_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["users.id"], name=op.f("fk_import_profiles_updated_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_profiles")),
    )
    op.create_index(op.f("ix_import_profiles_deleted_at"), "import_profiles", ["deleted_at"])
    op.create_index(
        "uq_import_profiles_name_key_live",
        "import_profiles",
        ["name_key"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def downgrade():
    """Go back."""
    op.drop_table("import_profiles")
    _remembered("import_profiles")
    _move("remembered_mappings", "import_profiles")


def _remembered(table: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("headings_key", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "user_id", "kind", "headings_key", name=op.f(f"uq_{table}_user_id_kind_headings_key")
        ),
    )
    op.create_index(op.f(f"ix_{table}_headings_key"), table, ["headings_key"])
    op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])


def _move(source: str, target: str) -> None:
    op.execute(f"INSERT INTO {target} ({COLUMNS}) SELECT {COLUMNS} FROM {source} ORDER BY id")
    op.drop_table(source)
