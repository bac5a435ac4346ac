"""What can be imported, and what the rows of a file most probably are."""

from collections.abc import Sequence

from app.entities.entity import Entity, Field
from app.entities.registry import entities, entity
from app.importing.headings import known_count, propose
from app.importing.raw import Raw
from app.importing.refusal import ImportRefused

USUAL = "systems"
"""What rows are when nothing else is said; in a workbook with several kinds they come first."""


def kind_named(plural: str) -> Entity:
    """The entity that a file is said to hold; `ImportRefused` names what there is."""
    found = next((of for of in entities() if of.plural == plural), None)
    if found is None:
        offered = ", ".join(of.plural for of in entities())
        raise ImportRefused(f"“{plural}” can't be imported; what can: {offered}.")
    return found


def needed(of: Entity, *, is_export: bool = False) -> list[Field]:
    """The fields without which no row says which record it means; an own export needs the title only."""
    if is_export:
        return [of.title_field]
    return [of.field(name) for name in of.identity if of.field(name).required]


def kind_of(sheets: Sequence[Raw]) -> Entity:
    """What the rows of a file are: by the name of a sheet of our own, else what its headings fit best.

    Lookups look all alike, so they are recognised by the sheet's name only.
    """
    named = {of.label: of for of in entities()}
    own = next((named[sheet.sheet] for sheet in sheets if sheet.sheet in named), None)
    if own:
        return own
    fits = [_best(sheet) for sheet in sheets]
    usual = entity(USUAL)
    if any(of is usual for _, of in fits):
        return usual
    return max(fits, key=lambda fit: fit[0])[1]


def _best(sheet: Raw) -> tuple[int, Entity]:
    """How many columns of a sheet are known to the kind that knows most of them, and which that is."""
    usual = entity(USUAL)
    offered = [usual, *(of for of in entities() if of is not usual and not of.is_lookup)]
    rows = sheet.first_rows()
    return max(((max(_known(cells, of) for cells in rows), of) for of in offered), key=lambda fit: fit[0])


def _known(cells: Sequence[str], of: Entity) -> int:
    """How many columns a row of headings names; 0 if what is needed is not among them."""
    if known_count(cells, of) < len(needed(of)):
        return 0
    fields = {proposal.field for proposal in propose(cells, of)} - {""}
    return len(fields) if all(field.name in fields for field in needed(of)) else 0
