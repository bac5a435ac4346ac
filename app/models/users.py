"""People: accounts, their browser sessions, their API tokens."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.base import Record, UtcDateTime, derived, now, unique_while_live


class Role(StrEnum):
    """What somebody may do; the table is `app/security/roles.py`."""

    READER = "reader"
    ANALYST = "analyst"
    LEAD = "lead"
    ADMIN = "admin"


class User(Record, db.Model):
    """A person. People are never deleted, only disabled: their work stays signed."""

    __tablename__ = "users"
    __label__ = "username"
    __unique__ = ("username", "username_key")
    __table_args__ = (unique_while_live("users", "username_key"),)

    username: Mapped[str] = mapped_column(sa.String(150))
    username_key: Mapped[str] = derived(sa.String(150))
    full_name: Mapped[str] = mapped_column(sa.String(255), default="")
    role: Mapped[Role] = mapped_column(
        sa.Enum(Role, native_enum=False, length=20, values_callable=list), default=Role.ANALYST
    )
    is_enabled: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str] = mapped_column(sa.String(255), default="", info={"secret": "password"})
    zone: Mapped[str] = mapped_column(sa.String(64), default="UTC", info={"personal": True})
    theme: Mapped[str] = mapped_column(sa.String(10), default="system", info={"personal": True})
    preferences: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict, info={"personal": True})


class UserSession(db.Model):
    """A signed-in browser. Deleting the row signs it out at once."""

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    user: Mapped[User] = relationship()
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    address: Mapped[str] = mapped_column(sa.String(64), default="")
    agent: Mapped[str] = mapped_column(sa.String(255), default="")


class ApiToken(db.Model):
    """A bearer token; only its SHA-256 is stored."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    user: Mapped[User] = relationship()
    name: Mapped[str] = mapped_column(sa.String(255), default="")
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    scope: Mapped[str] = mapped_column(sa.String(10), default="write")
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
