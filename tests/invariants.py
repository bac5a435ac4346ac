"""What must hold of the whole database, whatever a test did."""

from app.extensions import db
from app.models.changes import Change
from app.services import changes
from app.services.history import stored
from app.services.reading import plain, read
from app.services.shape import models, shape_of


def assert_history_replays() -> None:
    """Every row is what its history, replayed from nothing, makes of it; and the chain is intact."""
    assert changes.first_broken_link() is None
    replayed = _replayed()
    for entity, model in models().items():
        shape = shape_of(model)
        ids = [record_id for name, record_id in replayed if name == entity]
        rows = {row.id: row for row in read(model, ids, [*shape, "deleted_at"])}
        assert set(rows) == set(ids), entity
        for record_id, row in rows.items():
            values, is_deleted = replayed[entity, record_id]
            now = {name: _bare(plain(row[name])) for name, item in shape.items() if not item.secret}
            then = {name: _bare(values.get(name)) for name in now}
            assert (then, is_deleted) == (now, row["deleted_at"] is not None), f"{entity} {record_id}"


def _replayed() -> dict:
    found: dict = {}
    for change in db.session.query(Change).order_by(Change.id):
        values, _ = found.setdefault((change.entity, change.record_id), ({}, False))
        shape = shape_of(models()[change.entity])
        for name, (old, new) in change.diff.items():
            if name not in shape:  # a secret is only mentioned
                continue
            before = values.get(name)
            assert _bare(before) == _bare(stored(shape[name], old)), (
                f"{change.entity} {change.record_id} {name}"
            )
            values[name] = stored(shape[name], new)
        found[change.entity, change.record_id] = (values, change.action == "delete")
    return found


def _bare(value):
    """Nothing is nothing, however a column writes it."""
    return None if value in ("", []) else str(value) if hasattr(value, "value") else value
