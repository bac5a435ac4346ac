"""The least that any program would have to do: what Spoor's own times are compared with."""

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import lookups
from app.models.changes import Change
from app.models.systems import System, systems_ips, systems_tags
from app.models.tags import Tag
from app.models.users import User
from app.services import batch, changes


def seconds() -> float:
    """Write the rows of the newest change set with the driver's `executemany`, in one transaction.

    They are taken out first, so that the database is as it was before, and as it was after.
    """
    rows = _rows_of(changes.newest())
    db.session.rollback()
    with db.engine.begin() as connection:
        for table, condition, _, _ in reversed(rows):
            connection.execute(sa.delete(table).where(condition))
    _vacuum()
    with db.engine.connect().execution_options(writes=True) as connection:
        began = time.perf_counter()
        with connection.begin():
            for table, _, names, values in rows:
                connection.exec_driver_sql(batch.statement(table, names, connection.dialect), values)
        return time.perf_counter() - began


def _rows_of(change_set: int) -> list[tuple[Any, Any, list[str], list[tuple]]]:
    """What the change set wrote, table by table, parents first, as the driver takes it."""
    found = []
    for table in db.metadata.sorted_tables:
        condition = _written_by(table, change_set)
        if condition is None:
            continue
        columns = [sa.cast(c, sa.Text) if isinstance(c.type, sa.JSON) else c for c in table.c]
        raw = sa.select(*(sa.type_coerce(c, sa.types.NullType()) for c in columns)).where(condition)
        values = [tuple(row) for row in db.session.execute(raw)]
        if values:
            found.append((table, condition, [c.name for c in table.c], values))
    return found


def _written_by(table: Any, change_set: int) -> Any:
    if table is Change.__table__:
        return table.c.change_set_id == change_set
    if "revision" in table.c:
        return table.c.revision == change_set
    if table.name in ("host_names", systems_ips.name, systems_tags.name):
        return sa.true()
    return None


def _vacuum() -> None:
    """Past SQLAlchemy, which would open a transaction."""
    connection = db.engine.raw_connection()
    driver: Any = connection.driver_connection
    if db.engine.dialect.name == "postgresql":
        driver.autocommit = True
    driver.execute("VACUUM")
    connection.invalidate()


def texts() -> sa.Select:
    """One SELECT that gives the fifteen texts of an export."""
    table = System.__table__
    source, columns = table, [table.c.name]
    references = (
        ("priority_id", lookups.Priority),
        ("status_id", lookups.SystemStatus),
        ("analysis_status_id", lookups.AnalysisStatus),
        ("assigned_to_id", User),
        ("os_id", lookups.OperatingSystem),
        ("domain_id", lookups.Domain),
        ("dns_name_id", lookups.DnsName),
        ("type_id", lookups.SystemType),
        ("location_id", lookups.Location),
        ("reason_id", lookups.Reason),
    )
    for name, model in references:
        other = aliased(model.__table__)
        source = source.outerjoin(other, other.c.id == table.c[name])
        columns.append(other.c[model.__label__])
    columns += [_joined(systems_tags, Tag), _joined(systems_ips, lookups.Ip)]
    columns += [sa.cast(table.c[name], sa.Text) for name in ("created_at", "updated_at")]
    return sa.select(*columns).select_from(source).where(table.c.deleted_at.is_(None)).order_by(table.c.name)


def _joined(link: Any, model: Any) -> Any:
    named = model.__table__
    texts = sa.select(sa.func.aggregate_strings(named.c.name, ", "))
    joined = texts.select_from(link.join(named, named.c.id == link.c.target_id))
    return joined.where(link.c.owner_id == System.__table__.c.id).scalar_subquery()
