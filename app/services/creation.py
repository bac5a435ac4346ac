"""Making systems of pasted names, all with the same attributes."""

from collections.abc import Mapping
from typing import Any

from app.models.systems import System
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Draft, Refused
from app.services.naming import Answer, Found


class Stopped(ValueError):
    """Some lines can't be made, and all or none were wanted; `asked` names them."""

    def __init__(self, asked: Answer) -> None:
        count = len(asked.stopping)
        lines = "line stands" if count == 1 else "lines stand"
        super().__init__(
            f"Nothing was created: {count:,} {lines} against it. Correct them, or leave them out."
        )
        self.asked = asked


def create(change_set: Recording, asked: Answer, values: Mapping[str, Any], *, skip: bool) -> list[int]:
    """Make a system of every new name; the ids. What a rule forbids becomes a faulty line.

    Without `skip` it is all or none: `Stopped`, and the caller rolls back.
    """
    if asked.stopping and not skip:
        raise Stopped(asked)
    new = asked.of(Found.NEW)
    drafts = records.write(change_set, System, [Draft(values={**values, "name": line.name}) for line in new])
    for line, draft in zip(new, drafts, strict=True):
        if draft.is_good:
            line.ids = [draft.record_id]
        else:
            line.found, line.reason = Found.FAULTY, "; ".join(draft.errors.values())
    if asked.stopping and not skip:
        raise Stopped(asked)
    made = [draft.record_id for draft in drafts if draft.is_good]
    if not made:
        raise Refused({"names": "no line holds a new name"})
    change_set.summary = f"{len(made):,} system{'' if len(made) == 1 else 's'} created from pasted names"
    return made
