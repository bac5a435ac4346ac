"""The profile that a file is imported by when nobody wrote one: made to be accepted unchanged."""

import ipaddress
import re
from collections.abc import Iterable

from app.entities.entity import Entity
from app.importing.cells import proposed_unknown
from app.importing.headings import MEMO, Proposal, propose, targets
from app.importing.origin import Origin
from app.importing.profile import Column, Profile
from app.importing.table import Table
from app.importing.values import propose_values
from app.models.cases import Case
from app.models.lookups import Company, State
from app.models.systems import System
from app.services.identity import is_host_name


def proposals(table: Table, entity: Entity) -> list[Proposal]:
    """What each column most probably is: by its heading, or by its content if there is none."""
    if table.origin:
        return _by_origin(table, table.origin, entity)
    if table.header_line:
        return propose(table.headings, entity)
    return _by_content(table) if entity.model is System else _by_place(table, entity)


def _by_origin(table: Table, origin: Origin, entity: Entity) -> list[Proposal]:
    """The fields that were exported under these headings; columns that somebody added mean what they say."""
    known = {target.name for target in targets(entity)}
    own = {heading: name for heading, name in origin.columns.items() if heading in table.headings}
    added = [heading for heading in table.headings if heading not in own]
    found = {one.heading: one for one in propose(added, entity) if one.field not in own.values()}
    for heading, name in own.items():
        is_edited = name in known
        found[heading] = Proposal(
            heading, name if is_edited else "", "exported so" if is_edited else "not edited"
        )
    return [found.get(heading, Proposal(heading)) for heading in table.headings]


def propose_profile(table: Table, entity: Entity) -> Profile:
    """Columns by their headings, values by the words seen in the field; unknown ones are made."""
    columns = {
        proposal.heading: column_for(table, entity, proposal.heading, proposal.field)
        for proposal in proposals(table, entity)
    }
    return Profile(kind=entity.plural, columns=columns)


def column_for(table: Table, entity: Entity, heading: str, field_name: str) -> Column:
    """How a column becomes a field, as a proposal."""
    if field_name in ("", MEMO):
        return Column(field=field_name)
    if entity.model is System and field_name == "name":
        return Column(field=field_name, rule="edited" if table.is_export else "")
    field = entity.field(field_name)
    texts = {cell.strip() for cell in table.column(heading)}
    column = Column(field=field_name, unknown=proposed_unknown(field))
    if table.is_export:
        column.rule = "edited"
        column.split = table.origin.split if table.origin and field.kind.is_many else ""
    if field.kind.is_many and not table.is_export:
        column.split = _separator(texts, field.kind.attribute.target in (Company, Case))
    target = field.kind.attribute.target
    if field.kind.attribute.sort == "one" and issubclass(target, State):
        column.values = dict(propose_values(target, sorted(texts - {""})))
    return column


def _separator(texts: Iterable[str], is_named_with_commas: bool) -> str:
    """What stands between several values of a column; empty: a JSON list, `;` or a line break."""
    plain = [text for text in texts if not text.startswith("[")]
    if any(mark in text for text in plain for mark in ";\n"):
        return ""
    candidates = "|" if is_named_with_commas else "|,"
    return next((mark for mark in candidates if any(mark in text for text in plain)), "")


def _by_content(table: Table) -> list[Proposal]:
    """Without headings: the first column of host names is the name, columns of addresses are IPs."""
    found, has_name = [], False
    for heading in table.headings:
        cells = [cell.strip() for cell in table.column(heading) if cell.strip()]
        proposal = Proposal(heading)
        if all(_is_addresses(cell) for cell in cells):
            proposal.field, proposal.reason = "ips", "holds addresses only"
        elif not has_name and all(is_host_name(cell) for cell in cells):
            has_name = True
            proposal.field, proposal.reason = "name", "the first column that holds host names"
        found.append(proposal)
    return found


def _by_place(table: Table, entity: Entity) -> list[Proposal]:
    """Without headings: the first column of a list is what its records go by."""
    found = [Proposal(heading) for heading in table.headings]
    if tuple(entity.identity) == (entity.title_field.name,):
        found[0].field, found[0].reason = entity.title_field.name, "the first column"
    return found


def _is_addresses(cell: str) -> bool:
    try:
        return all(ipaddress.ip_address(part) for part in re.split(r"[,;|\s]+", cell.strip()))
    except ValueError:
        return False
