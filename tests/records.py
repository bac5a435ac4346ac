"""Short ways for tests to write and read records through the services."""

from app.extensions import db
from app.models.systems import System
from app.services import changes, records, undo
from app.services.drafts import Draft
from app.services.lookups import find
from app.services.reading import plain, read_one
from app.services.shape import shape_of


def make(model, **values) -> int:
    """Create a record; lookups may be given by name. Gives its id."""
    with changes.recording(None, "ui") as change_set:
        draft = records.create(change_set, model, ids_of(model, values))
    db.session.commit()
    return draft.id


def change(model, record_id: int, *, by: int | None = None, base=None, **values) -> Draft:
    """Change a record."""
    with changes.recording(by, "ui") as change_set:
        draft = records.update(change_set, model, record_id, ids_of(model, values), base)
    db.session.commit()
    return draft


def remove(model, *ids: int) -> dict[int, str]:
    """Put records into the bin."""
    with changes.recording(None, "ui") as change_set:
        blocked = records.delete(change_set, model, ids)
    db.session.commit()
    return blocked


def undo_last(steps: int = 0) -> undo.Undone:
    """Undo the newest change set, or an older one."""
    number = changes.newest() - steps
    with changes.recording(None, "undo", undo_of_id=number) as change_set:
        undone = undo.undo(change_set, number)
    db.session.commit()
    return undone


def ids_of(model, values: dict) -> dict:
    """The values with names of existing lookups turned into ids."""
    shape = shape_of(model)
    return {name: _ids(shape[name], value) for name, value in values.items()}


def _ids(attribute, value):
    if attribute.sort == "one" and isinstance(value, str):
        return find(attribute.target, [value])[value]
    if attribute.sort == "many" and isinstance(value, list):
        found = find(attribute.target, [item for item in value if isinstance(item, str)])
        return [found.get(item, item) for item in value]
    return value


def state(model, record_id: int) -> dict:
    """The plain values of a record."""
    row = read_one(model, record_id)
    return {name: plain(row[name]) for name in shape_of(model)}


def system(name: str, **values) -> int:
    """Create a system."""
    return make(System, name=name, **values)
