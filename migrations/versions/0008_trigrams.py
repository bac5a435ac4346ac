"""Long texts are found by trigrams: FTS5 with triggers on SQLite, pg_trgm on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# column, and the column of its key where it has one
TEXTS = {
    "artifacts": {"name": "name_key", "source_path": "", "md5": "", "sha1": "", "sha256": "", "result": "",
                  "note_external": "", "note_internal": ""},
    "tasks": {"label": "label_key", "note": ""},
    "notes": {"title": "title_key", "content": ""},
    "report_items": {"label": "label_key", "subheadline": "", "content": ""},
    "timeline": {"label": "label_key", "type": "", "content": "", "note": "", "source": ""},
    "memos": {"text": ""},
}  # fmt: skip


def upgrade():
    """Go forward; a database that has no trigrams does without."""
    make = _sqlite if op.get_bind().dialect.name == "sqlite" else _postgresql
    make()


def _sqlite():
    try:
        op.execute("CREATE VIRTUAL TABLE memos_fts USING fts5(text, content='memos', content_rowid='id', tokenize='trigram')")
    except sa.exc.OperationalError:
        return
    op.execute("DROP TABLE memos_fts")
    for table, columns in TEXTS.items():
        names, new = ", ".join(columns), ", ".join(f"new.{name}" for name in columns)
        old = ", ".join(f"old.{name}" for name in columns)
        fts = f"{table}_fts"
        add = f"INSERT INTO {fts}(rowid, {names}) VALUES (new.id, {new});"
        remove = f"INSERT INTO {fts}({fts}, rowid, {names}) VALUES ('delete', old.id, {old});"
        op.execute(
            f"CREATE VIRTUAL TABLE {fts} USING fts5({names}, content='{table}', content_rowid='id', tokenize='trigram')"
        )
        op.execute(f"CREATE TRIGGER {fts}_add AFTER INSERT ON {table} BEGIN {add} END")
        op.execute(f"CREATE TRIGGER {fts}_remove AFTER DELETE ON {table} BEGIN {remove} END")
        op.execute(
            f"CREATE TRIGGER {fts}_change AFTER UPDATE OF {names} ON {table} BEGIN {remove} {add} END"
        )
        op.execute(f"INSERT INTO {fts}({fts}) VALUES ('rebuild')")


def _postgresql():
    connection = op.get_bind()
    known = connection.scalar(sa.text("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"))
    try:
        with connection.begin_nested():
            if known:
                connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except sa.exc.ProgrammingError:
        known = False
    if not known:
        return
    for table, columns in TEXTS.items():
        parts = ", ".join(f"{key or f'lower({name})'} gin_trgm_ops" for name, key in columns.items())
        op.execute(f"CREATE INDEX tri_{table} ON {table} USING gin ({parts})")


def downgrade():
    """Go back."""
    for table in TEXTS:
        if op.get_bind().dialect.name == "sqlite":
            for name in ("add", "remove", "change"):
                op.execute(f"DROP TRIGGER IF EXISTS {table}_fts_{name}")
            op.execute(f"DROP TABLE IF EXISTS {table}_fts")
        else:
            op.execute(f"DROP INDEX IF EXISTS tri_{table}")
