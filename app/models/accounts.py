"""Accounts of the customer's users, on a domain or on one system."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models import lookups
from app.models.base import Record, SortText, UtcDateTime, derived, many_to_many, to_one, unique_while_live
from app.models.systems import System

accounts_systems = many_to_many("accounts", "systems")


class Account(Record, db.Model):
    """A login, of a domain or local to a system, and where it was seen."""

    __tablename__ = "accounts"
    __table_args__ = (unique_while_live("accounts", "place_key"),)

    name: Mapped[str] = mapped_column(sa.String(255))
    name_key: Mapped[str] = derived(sa.String(255), index=True)
    name_sort: Mapped[str] = derived(SortText)
    place_key: Mapped[str] = derived(sa.String(300))
    """Where it is, and its name: `domain 3 svc-backup`."""
    domain_id: Mapped[int | None] = to_one("domains")
    domain: Mapped[lookups.Domain | None] = relationship()
    system_id: Mapped[int | None] = to_one("systems")
    system: Mapped[System | None] = relationship(foreign_keys=[system_id])
    is_admin: Mapped[bool | None] = mapped_column()
    last_logon_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, info={"exact": True})
    note: Mapped[str] = mapped_column(sa.Text, default="")
    seen_on: Mapped[list[System]] = relationship(secondary=accounts_systems)
