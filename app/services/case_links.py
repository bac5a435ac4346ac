"""What belongs to a case brings its system along: the system is linked to the case, and it is said."""

from app.models.base import Record
from app.models.cases import Case
from app.models.systems import System
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Delta, Draft, Warn
from app.services.reading import names_of, read


def link(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """Link the systems of these written records to their cases, where they are not yet.

    An undo only puts back: what it must link, it links itself.
    """
    if change_set.undo_of_id is not None:
        return
    wanted: dict[int, set[int]] = {}
    for draft in drafts:
        if draft.new["case"] is not None and (draft.is_new or {"case", "system"} & set(draft.changed)):
            wanted.setdefault(draft.new["system"], set()).add(draft.new["case"])
    known = {row.id: {case.id for case in row["cases"]} for row in read(System, list(wanted), ["cases"])}
    missing = {
        one: cases - known[one] for one, cases in wanted.items() if one in known and cases - known[one]
    }
    linked = [Draft(one, {"cases": Delta(add=frozenset(cases))}) for one, cases in missing.items()]
    records.write(change_set, System, linked)
    _say(drafts, missing)


def _say(drafts: list[Draft], missing: dict[int, set[int]]) -> None:
    systems, cases = (
        names_of(System, missing),
        names_of(Case, {one for some in missing.values() for one in some}),
    )
    for draft in drafts:
        if draft.new["case"] in missing.get(draft.new["system"], ()):
            system, case = systems[draft.new["system"]], cases[draft.new["case"]]
            record = {"entity": "systems", "id": system.id, "name": system.name}
            draft.warnings.append(Warn("case", f"{system.name} now belongs to the case {case.name}", record))
