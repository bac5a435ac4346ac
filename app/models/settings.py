"""Settings that leads change in the browser."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.base import Record, unique_while_live


class Setting(Record, db.Model):
    """One decision of the team, with history; without a live row the default of `services.settings` holds."""

    __tablename__ = "settings"
    __table_args__ = (unique_while_live("settings", "name"),)

    name: Mapped[str] = mapped_column(sa.String(60))
    value: Mapped[Any] = mapped_column(sa.JSON)
