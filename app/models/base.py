"""What every record has: identity, authorship, revision, the bin."""

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.extensions import db


class UtcDateTime(sa.types.TypeDecorator):
    """An aware time; stored in UTC on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect) -> dt.datetime | None:
        """Refuse a time without zone; hand UTC to the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect) -> dt.datetime | None:
        """Give back an aware UTC time."""
        return None if value is None else _utc(value)


@lru_cache(maxsize=2**12)
def _utc(value: dt.datetime) -> dt.datetime:
    """Kept, since rows that one import or bulk edit wrote have the same times."""
    return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def now() -> dt.datetime:
    """The present moment, aware, UTC."""
    return dt.datetime.now(dt.UTC)


@lru_cache(maxsize=2**16)
def key_of(text: str) -> str:
    """The key under which a name is unique: NFKC, white space folded, case folded."""
    if text.isascii():
        return " ".join(text.split()).casefold()
    return unicodedata.normalize("NFKC", " ".join(unicodedata.normalize("NFKC", text).split()).casefold())


SortText = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Text that sorts by code points on every database."""


def sort_key(text: str) -> str:
    """The natural order of a name: numbers in it count as numbers, so 9 comes before 10."""
    return re.sub(r"[0-9]{1,12}", lambda digits: digits.group().zfill(12), key_of(text))


def entity_of(model: type) -> str:
    """The plural under which a model is known in addresses, history and REST."""
    return model.__tablename__.replace("_", "-")


class Record:
    """A row that people change: only `services.records` writes it, with history.

    `revision` is the id of the change set that touched the row last; it is the row's etag too.
    """

    if TYPE_CHECKING:
        __tablename__: ClassVar[str]
        __table__: ClassVar[sa.Table]

    __label__ = "name"
    """The attribute that names the record where something points at it."""
    __grows__ = False
    """An unknown name in a cell or REST makes a new row."""
    __unique__: tuple[str, str] | None = None
    """The attribute that is unique ignoring case, and the column of its key."""

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    deleted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)

    @declared_attr
    def created_by_id(cls) -> Mapped[int | None]:
        """Who made the record; empty for what the installation brought along."""
        return mapped_column(sa.ForeignKey("users.id"))

    @declared_attr
    def updated_by_id(cls) -> Mapped[int | None]:
        """Who changed it last."""
        return mapped_column(sa.ForeignKey("users.id"))


def derived(kind: Any, **options: Any) -> Any:
    """A column that the rules fill from other fields: no field of its own, not in the history."""
    return mapped_column(kind, info={"derived": True}, **options)


def searched(kind: Any, *, info: dict[str, Any] | None = None, **options: Any) -> Any:
    """A text of any length: what it holds is found by a trigram index (`services.texts`)."""
    return mapped_column(kind, default="", info={"searched": True} | (info or {}), **options)


class Named(Record):
    """A record with a name that is unique, ignoring case, among the live ones."""

    __unique__ = ("name", "name_key")

    name: Mapped[str] = mapped_column(sa.String(255))
    name_key: Mapped[str] = derived(sa.String(255))
    name_sort: Mapped[str] = derived(SortText)

    @declared_attr.directive
    def __table_args__(cls) -> tuple:
        """One live row per key; the bin may hold others."""
        return (unique_while_live(cls.__tablename__, "name_key"),)


class Labelled(Record):
    """A record that goes by a text made from its fields; others may go by the same."""

    __label__ = "label"

    label: Mapped[str] = mapped_column(sa.String(255), info={"derived": True, "searched": True})
    label_key: Mapped[str] = derived(sa.String(255), index=True)
    label_sort: Mapped[str] = derived(SortText, index=True)


def unique_while_live(table: str, *columns: str) -> sa.Index:
    """A unique index that leaves the bin out."""
    live = sa.text("deleted_at IS NULL")
    name = f"uq_{table}_{'_'.join(columns)}_live"
    return sa.Index(name, *columns, unique=True, sqlite_where=live, postgresql_where=live)


def to_one(table: str) -> Any:
    """The key of a row of another table."""
    return mapped_column(sa.ForeignKey(f"{table}.id"), index=True)


def many_to_many(left: str, right: str) -> sa.Table:
    """The link table between two tables, named after both; `left` owns the field."""
    return sa.Table(
        f"{left}_{right}",
        db.metadata,
        sa.Column("owner_id", sa.ForeignKey(f"{left}.id"), primary_key=True),
        sa.Column("target_id", sa.ForeignKey(f"{right}.id"), primary_key=True, index=True),
    )
