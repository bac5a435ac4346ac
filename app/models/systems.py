"""Systems, the names that identify them, and the analysts' memos about them."""

import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models import lookups
from app.models.base import (
    Record,
    SortText,
    UtcDateTime,
    derived,
    key_of,
    many_to_many,
    to_one,
    unique_while_live,
)
from app.models.cases import Case
from app.models.tags import Tag
from app.models.users import User

systems_ips = many_to_many("systems", "ips")
systems_companies = many_to_many("systems", "companies")
systems_tags = many_to_many("systems", "tags")
systems_cases = many_to_many("systems", "cases")


class NameKind(StrEnum):
    """What a text says about a system: its name, another spelling, a tool's identifier."""

    NAME = "name"
    ALIAS = "alias"
    ID = "id"


class System(Record, db.Model):
    """Anything that can be compromised: client, server, switch, firewall, USB stick."""

    __tablename__ = "systems"
    __table_args__ = (
        sa.Index("ix_systems_live", "deleted_at", "deprecated_at", "status_id"),
        sa.Index("ix_systems_live_by_name", "deleted_at", "deprecated_at", "name_sort", "status_id"),
    )
    """Lists show what is neither in the bin nor deprecated, by name, one status often; the footer counts it by status."""

    name: Mapped[str] = mapped_column(sa.String(255))
    name_key: Mapped[str] = derived(sa.String(255), index=True)
    name_sort: Mapped[str] = derived(SortText, index=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=lambda: str(uuid.uuid4()))
    priority_id: Mapped[int] = to_one("priorities")
    priority: Mapped[lookups.Priority] = relationship()
    status_id: Mapped[int] = to_one("system_statuses")
    status: Mapped[lookups.SystemStatus] = relationship()
    analysis_status_id: Mapped[int | None] = to_one("analysis_statuses")
    analysis_status: Mapped[lookups.AnalysisStatus | None] = relationship()
    reason_id: Mapped[int | None] = to_one("reasons")
    reason: Mapped[lookups.Reason | None] = relationship()
    recommendation_id: Mapped[int | None] = to_one("recommendations")
    recommendation: Mapped[lookups.Recommendation | None] = relationship()
    type_id: Mapped[int | None] = to_one("system_types")
    type: Mapped[lookups.SystemType | None] = relationship()
    domain_id: Mapped[int | None] = to_one("domains")
    domain: Mapped[lookups.Domain | None] = relationship()
    dns_name_id: Mapped[int | None] = to_one("dns_names")
    dns_name: Mapped[lookups.DnsName | None] = relationship()
    os_id: Mapped[int | None] = to_one("operating_systems")
    os: Mapped[lookups.OperatingSystem | None] = relationship()
    os_arch_id: Mapped[int | None] = to_one("os_architectures")
    os_arch: Mapped[lookups.OsArchitecture | None] = relationship()
    is_vm: Mapped[bool | None] = mapped_column()
    host_system_id: Mapped[int | None] = to_one("systems")
    host_system: Mapped["System | None"] = relationship(remote_side="System.id")
    location_id: Mapped[int | None] = to_one("locations")
    location: Mapped[lookups.Location | None] = relationship()
    service_provider_id: Mapped[int | None] = to_one("service_providers")
    service_provider: Mapped[lookups.ServiceProvider | None] = relationship()
    contact_id: Mapped[int | None] = to_one("contacts")
    contact: Mapped[lookups.Contact | None] = relationship()
    assigned_to_id: Mapped[int | None] = to_one("users")
    assigned_to: Mapped[User | None] = relationship(foreign_keys=[assigned_to_id])
    installed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    last_booted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    deprecated_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    first_compromised_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    on_spreadsheet: Mapped[bool] = mapped_column(default=True)
    in_reports: Mapped[bool] = mapped_column(default=True)
    is_protected: Mapped[bool] = mapped_column(default=False)
    ips: Mapped[list[lookups.Ip]] = relationship(secondary=systems_ips)
    companies: Mapped[list[lookups.Company]] = relationship(secondary=systems_companies)
    tags: Mapped[list[Tag]] = relationship(secondary=systems_tags)
    cases: Mapped[list[Case]] = relationship(secondary=systems_cases)
    aliases: Mapped[list["Alias"]] = relationship(back_populates="system")


class Alias(db.Model):
    """Another spelling or a tool's identifier of a system: part of the system, with its history.

    What a row says lasts as long as the system; which texts identify somebody right now is
    `HostName`.
    """

    __tablename__ = "aliases"
    __table_args__ = (sa.UniqueConstraint("system_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = to_one("systems")
    system: Mapped[System] = relationship(back_populates="aliases")
    text: Mapped[str] = mapped_column(sa.String(255))
    key: Mapped[str] = mapped_column(sa.String(255))

    @staticmethod
    def row(owner_id: int, text: str) -> dict[str, Any]:
        """The columns of an alias of a system."""
        return {"system_id": owner_id, "text": text, "key": key_of(text)}


class HostName(db.Model):
    """Every text that identifies a live system: one owner per key."""

    __tablename__ = "host_names"

    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    kind: Mapped[NameKind] = mapped_column(
        sa.Enum(NameKind, native_enum=False, length=10, values_callable=list)
    )
    short: Mapped[str] = mapped_column(sa.String(255), index=True)
    """The first label of a host name, for short name against FQDN; empty for what is none."""
    system_id: Mapped[int] = to_one("systems")


class Memo(Record, db.Model):
    """An analyst's internal note on a system (Markdown); never exported."""

    __tablename__ = "memos"
    __label__ = "text"

    system_id: Mapped[int] = to_one("systems")
    system: Mapped[System] = relationship()
    text: Mapped[str] = mapped_column(sa.Text, info={"searched": True})


class Distinct(Record, db.Model):
    """Somebody has said that two systems that look alike are not the same.

    The ids are no keys: what was said lasts, wherever the systems go.
    """

    __tablename__ = "distinct_systems"
    __table_args__ = (unique_while_live("distinct_systems", "low_id", "high_id"),)

    name: Mapped[str] = mapped_column(sa.String(255))
    """Both names, as they were then."""
    low_id: Mapped[int] = mapped_column()
    high_id: Mapped[int] = mapped_column()
