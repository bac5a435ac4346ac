"""Who has a record: grab and free, atomically."""

from app.models.base import Record
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Draft, Impossible, Missing
from app.services.reading import Named, read_one


class Taken(Impossible):
    """Somebody else has the record; `owner` says who."""

    def __init__(self, owner: Named) -> None:
        super().__init__(f"{owner.name} has it already")
        self.owner = owner


def grab(change_set: Recording, model: type[Record], record_id: int, person_id: int) -> Draft:
    """Take an unassigned record; `Taken` if somebody else was faster, `Missing` if it is gone."""
    owner = _owner(model, record_id)
    if owner and owner.id != person_id:
        raise Taken(owner)
    return records.update(change_set, model, record_id, {"assigned_to": person_id})


def free(change_set: Recording, model: type[Record], record_id: int, person_id: int) -> Draft:
    """Give one's own record back; `Taken` if somebody else has it."""
    owner = _owner(model, record_id)
    if owner and owner.id != person_id:
        raise Taken(owner)
    return records.update(change_set, model, record_id, {"assigned_to": None})


def _owner(model: type[Record], record_id: int) -> Named | None:
    row = read_one(model, record_id, ["assigned_to"])
    if row is None:
        raise Missing(f"no such record: {record_id}")
    return row["assigned_to"]
