"""Lookups: the short lists that the main entities point at."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.base import Named, derived, unique_while_live


class Tone(StrEnum):
    """The palette: named hues, each with a pale and a strong tone, drawn by CSS classes."""

    RED = "red"
    ORANGE = "orange"
    AMBER = "amber"
    GREEN = "green"
    TEAL = "teal"
    BLUE = "blue"
    VIOLET = "violet"
    PINK = "pink"
    GREY = "grey"
    STRONG_RED = "strong-red"
    STRONG_ORANGE = "strong-orange"
    STRONG_AMBER = "strong-amber"
    STRONG_GREEN = "strong-green"
    STRONG_TEAL = "strong-teal"
    STRONG_BLUE = "strong-blue"
    STRONG_VIOLET = "strong-violet"
    STRONG_PINK = "strong-pink"
    STRONG_GREY = "strong-grey"


class Icon(StrEnum):
    """The shapes that go with a colour, so that no state is told by colour alone."""

    DOT = "dot"
    RING = "ring"
    UP = "up"
    DOUBLE_UP = "double-up"
    DIAMOND = "diamond"
    DOWN = "down"
    CHECK = "check"
    CROSS = "cross"
    CLOCK = "clock"
    HOURGLASS = "hourglass"
    QUESTION = "question"
    SHIELD = "shield"


class Meaning(StrEnum):
    """What a system status means for counts, imports and charts."""

    UNKNOWN = "unknown"
    SUSPECTED = "suspected"
    COMPROMISED = "compromised"
    CLEAN = "clean"
    REMEDIATED = "remediated"
    OUT_OF_SCOPE = "out of scope"


class Lookup(Named):
    """A short list: ordered, explained, and retired rather than deleted while in use."""

    note: Mapped[str] = mapped_column(sa.Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    is_retired: Mapped[bool] = mapped_column(default=False)


class State(Lookup):
    """A lookup that says where something stands: with colour, icon and a default."""

    colour: Mapped[Tone] = mapped_column(
        sa.Enum(Tone, native_enum=False, length=20, values_callable=list), default=Tone.GREY
    )
    icon: Mapped[Icon] = mapped_column(
        sa.Enum(Icon, native_enum=False, length=20, values_callable=list), default=Icon.DOT
    )
    is_default: Mapped[bool] = mapped_column(default=False)


class SystemStatus(State, db.Model):
    """Whether a system is compromised, clean, remediated."""

    __tablename__ = "system_statuses"
    meaning: Mapped[Meaning] = mapped_column(
        sa.Enum(Meaning, native_enum=False, length=20, values_callable=list), default=Meaning.SUSPECTED
    )


class AnalysisStatus(State, db.Model):
    """How far the analysis of a system is."""

    __tablename__ = "analysis_statuses"
    is_open: Mapped[bool] = mapped_column(default=True)
    is_waiting: Mapped[bool] = mapped_column(default=False)


class ArtifactStatus(State, db.Model):
    """How far an artifact is: needed, requested, collected, analysed."""

    __tablename__ = "artifact_statuses"
    is_open: Mapped[bool] = mapped_column(default=True)
    sets_requested: Mapped[bool] = mapped_column(default=False)
    sets_acquired: Mapped[bool] = mapped_column(default=False)


class CaseStatus(State, db.Model):
    """Whether a case is open, ongoing, closed."""

    __tablename__ = "case_statuses"
    is_open: Mapped[bool] = mapped_column(default=True)
    sets_started: Mapped[bool] = mapped_column(default=False)
    sets_ended: Mapped[bool] = mapped_column(default=False)


class TaskStatus(State, db.Model):
    """Whether a task waits, is worked on, is done."""

    __tablename__ = "task_statuses"
    is_open: Mapped[bool] = mapped_column(default=True)
    sets_started: Mapped[bool] = mapped_column(default=False)
    sets_finished: Mapped[bool] = mapped_column(default=False)
    clears_started: Mapped[bool] = mapped_column(default=False)
    clears_finished: Mapped[bool] = mapped_column(default=False)


class NoteStatus(State, db.Model):
    """How ready a note or report item is for the report."""

    __tablename__ = "note_statuses"
    is_final: Mapped[bool] = mapped_column(default=False)


class Priority(State, db.Model):
    """How urgent something is: one list for systems, artifacts, tasks and cases."""

    __tablename__ = "priorities"


class Reason(Lookup, db.Model):
    """Why a system is looked at."""

    __tablename__ = "reasons"
    __grows__ = True


class Recommendation(Lookup, db.Model):
    """What should be done with a system."""

    __tablename__ = "recommendations"
    __grows__ = True


class SystemType(Lookup, db.Model):
    """What kind of thing a system is."""

    __tablename__ = "system_types"


class OperatingSystem(Lookup, db.Model):
    """An operating system."""

    __tablename__ = "operating_systems"
    __grows__ = True


class OsArchitecture(Lookup, db.Model):
    """A processor architecture."""

    __tablename__ = "os_architectures"


class OsImportName(Lookup, db.Model):
    """How some tool spells an operating system; imports map it."""

    __tablename__ = "os_import_names"
    importer: Mapped[str] = mapped_column(sa.String(255), default="")
    os_id: Mapped[int] = mapped_column(sa.ForeignKey("operating_systems.id"), index=True)
    os: Mapped[OperatingSystem] = relationship()


class Location(Lookup, db.Model):
    """A site."""

    __tablename__ = "locations"
    __grows__ = True


class ServiceProvider(Lookup, db.Model):
    """Who runs a system for its owner."""

    __tablename__ = "service_providers"
    __grows__ = True


class Division(Lookup, db.Model):
    """A part of the organisation, with companies in it."""

    __tablename__ = "divisions"


class Company(Lookup, db.Model):
    """A legal entity that owns systems."""

    __tablename__ = "companies"
    __grows__ = True
    division_id: Mapped[int | None] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    division: Mapped[Division | None] = relationship()


class Contact(Lookup, db.Model):
    """A person at the customer's; the e-mail address is what is unique."""

    __tablename__ = "contacts"
    __unique__ = ("email", "email_key")
    __table_args__ = (unique_while_live("contacts", "email_key"),)
    phone: Mapped[str] = mapped_column(sa.String(255), default="")
    email: Mapped[str] = mapped_column(sa.String(255))
    email_key: Mapped[str] = derived(sa.String(255))


class Domain(Lookup, db.Model):
    """A directory domain."""

    __tablename__ = "domains"
    __grows__ = True


class DnsName(Lookup, db.Model):
    """A name in the DNS."""

    __tablename__ = "dns_names"
    __grows__ = True
    domain_id: Mapped[int | None] = mapped_column(sa.ForeignKey("domains.id"), index=True)
    domain: Mapped[Domain | None] = relationship()


class Ip(Lookup, db.Model):
    """An address, version 4 or 6, in its shortest form."""

    __tablename__ = "ips"
    __grows__ = True


class ArtifactType(Lookup, db.Model):
    """What kind of data an artifact is."""

    __tablename__ = "artifact_types"


class CaseType(Lookup, db.Model):
    """What kind of incident a case is."""

    __tablename__ = "case_types"


class TaskName(Lookup, db.Model):
    """What is to be done; many tasks share a name."""

    __tablename__ = "task_names"
    __grows__ = True


class Headline(Lookup, db.Model):
    """A heading of the report, under which report items of systems stand."""

    __tablename__ = "headlines"
    __grows__ = True
