"""The Flask extensions, made once and bound to the application in `create_app`."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """The base of every model; constraint names are fixed, so that migrations can name them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


PATIENT = "busy_timeout=30000"
"""How long (in milliseconds) a write waits for another one on SQLite."""
MIGRATIONS = Path(__file__).parent.parent / "migrations"

db = SQLAlchemy(model_class=Base)
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(lambda: "", in_memory_fallback_enabled=True, swallow_errors=True)
"""Counts on the queue's server; in the memory of each process while that is away."""


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection, _record) -> None:
    """WAL, real foreign keys, patience; transactions are begun by `_begin`, not by the driver."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", PATIENT, "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: object) -> object:
    """SQLite's own `lower` knows ASCII only."""
    return text.lower() if isinstance(text, str) else text


@event.listens_for(Engine, "begin")
def _begin(connection) -> None:
    """A writing transaction takes SQLite's write lock before its first read; one that may not `wait` fails."""
    if connection.dialect.name != "sqlite":
        return
    options = connection.get_execution_options()
    if options.get("waits", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")
        return
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA {PATIENT}")


def init_app(app) -> None:
    """Bind all extensions to the application."""
    db.init_app(app)
    csrf.init_app(app)
    login_manager.init_app(app)
    limiter.init_app(app)
    app.extensions["redis"] = _redis(app.config["SETTINGS"].queue_url)


def _redis(url: str) -> Redis:
    """Made without connecting; a server that is away is noticed at once, not waited for."""
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=5, retry=Retry(NoBackoff(), 0))


def evidence_dir() -> Path:
    """Where the files of artifacts are kept."""
    return current_app.config["SETTINGS"].evidence_dir


def operators_dirs(name: str) -> tuple[Path, ...]:
    """The directories that the operator allows: `import_dirs`, `export_dirs`."""
    return getattr(current_app.config["SETTINGS"], name)


def redis_connection() -> Redis:
    """Redis or Valkey, which may be away: whoever can do without catches `redis.RedisError`."""
    return current_app.extensions["redis"]
