"""What a heading means: proposals with their reasons, and where the row of headings is."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.entities.entity import Entity
from app.importing.aliases import SHARED, SYSTEMS, TRACKER_ONLY
from app.models.systems import System

MEMO = "memo"
"""The field that is no field: the text becomes an analyst memo of the system."""
REASON_HEADING = "Spoor: why left out"
"""The column that a download of faulty rows carries in front; uploads ignore it."""


@dataclass(frozen=True)
class Target:
    """What a column can become, with the headings that mean it, the best first."""

    name: str
    label: str
    is_many: bool
    own: tuple[str, ...]
    aliases: tuple[str, ...]
    words: tuple[str, ...] = ()
    """The entity's word for a record: `Artifact status` and `artifactstatus` are its status."""

    def rank(self, heading: str) -> int | None:
        """How well a normalised heading fits: 0 is the field's own name; None is not at all."""
        if heading in self.own:
            return 0
        bare = next((heading.removeprefix(w).strip() for w in self.words if heading.startswith(w)), "")
        if bare in self.own:
            return 1
        fits = (form for form in (heading, bare) if form in self.aliases)
        return next((self.aliases.index(form) + 2 for form in fits), None)


@dataclass
class Proposal:
    """What a column most probably is, and why."""

    heading: str
    field: str = ""
    reason: str = "nothing like it"


def normal(heading: str) -> str:
    """A heading without its accidents: case, brackets, question marks, separators."""
    text = unicodedata.normalize("NFKC", heading).replace("\N{BOM}", "").casefold()
    text = re.sub(r"\([^)]*\)|\?", " ", text)
    return " ".join(re.split(r"[\s_\-./]+", text)).strip()


def targets(entity: Entity) -> list[Target]:
    """Everything that a column of this entity's files can become."""
    known = SYSTEMS if entity.model is System else SHARED
    word = normal(entity.singular)
    words = (word, word.replace(" ", ""))
    found = [
        Target(
            field.name,
            field.label,
            field.kind.is_many,
            (normal(field.label), normal(field.name)),
            (*known.get(field.name, ()), *map(normal, field.aliases)),
            words,
        )
        for field in entity.fields
        if field.editable
    ]
    if entity.model is System:
        found.append(Target(MEMO, "Memo", True, (MEMO,), SYSTEMS[MEMO], words))
    return found


def known_count(cells: Iterable[str], entity: Entity) -> int:
    """How many different fields a row of cells names, were it the row of headings."""
    headings = {normal(cell) for cell in cells if cell.strip()}
    return sum(any(t.rank(h) is not None for h in headings) for t in targets(entity))


def propose(headings: Sequence[str], entity: Entity) -> list[Proposal]:
    """One proposal per column; a single-valued field takes one column, the best."""
    proposals = [Proposal(heading) for heading in headings]
    normals = [normal(heading) for heading in headings]
    taken: dict[str, str] = {}
    ranked = [
        (target.name not in entity.identity, rank > 0, rank, index, target)
        for target in targets(entity)
        for index, heading in enumerate(normals)
        if (rank := target.rank(heading)) is not None
    ]
    tracked = any(target.name in ("status", "analysis_status") for *_, target in ranked)
    for *_, rank, index, target in sorted(ranked, key=lambda item: item[:4]):
        proposal = proposals[index]
        if proposal.field or (normals[index] in TRACKER_ONLY and not tracked):
            continue
        if target.name in taken and not target.is_many:
            proposal.reason = f"“{taken[target.name]}” is taken for {target.label}"
            continue
        taken.setdefault(target.name, proposal.heading)
        proposal.field = target.name
        proposal.reason = "the field's own name" if rank == 0 else f"usually means {target.label}"
    return proposals


def is_own_export(headings: Sequence[str], entity: Entity) -> bool:
    """True if every heading is one of our labels, what the records go by among them."""
    labels = {normal(field.label) for field in entity.fields} | {"id"}
    found = {normal(heading) for heading in headings if heading != REASON_HEADING}
    return normal(entity.title_field.label) in found and found <= labels


def headings_key(headings: Iterable[str]) -> str:
    """The key under which a profile is remembered for a set of headings."""
    known = sorted({normal(heading) for heading in headings if heading != REASON_HEADING})
    return hashlib.sha256("\n".join(known).encode()).hexdigest()
