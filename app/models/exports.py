"""Export profiles: what a file of a list holds, under a name."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.base import Named


class ExportProfile(Named, db.Model):
    """Which records with which columns become which file; `definition` is YAML."""

    __tablename__ = "export_profiles"

    definition: Mapped[str] = mapped_column(sa.Text, default="", info={"verbatim": True})
