"""Rules of artifacts: hashes, the place of the evidence, times that follow the status, the case's system."""

import re

import sqlalchemy as sa

from app.extensions import db
from app.models.artifacts import Artifact
from app.models.base import Record, key_of
from app.models.lookups import ArtifactType
from app.models.systems import System
from app.services import case_links, defaults, evidence, name_rules, status_times, unwritten
from app.services.changes import Recording
from app.services.drafts import Draft, Warn
from app.services.name_rules import leave
from app.services.reading import chunks, names_of, read

__all__ = ["leave", "prepare", "settle"]

HASHES = {"md5": 32, "sha1": 40, "sha256": 64}
"""Hexadecimal digits of each hash."""


def prepare(change_set: Recording, model: type[Record], drafts: list[Draft], *, exact: bool) -> None:
    """Fill status and priority, set times, check hashes, give new artifacts their place."""
    defaults.fill(model, drafts)
    name_rules.prepare(change_set, model, drafts, exact=exact)
    for draft in drafts:
        _check_hashes(draft)
    if exact:
        return
    status_times.follow(change_set, model, drafts)
    _place([draft for draft in drafts if draft.is_new and not draft.new["storage_path"]])


def _check_hashes(draft: Draft) -> None:
    for name, digits in HASHES.items():
        text = draft.new[name] = "".join((draft.new[name] or "").split()).lower()
        if text and re.search("[^0-9a-f]", text):
            draft.errors[name] = "holds something else than hexadecimal digits (0-9, a-f)"
        elif text and len(text) != digits:
            draft.errors[name] = f"needs {digits} hexadecimal digits, this has {len(text)}"


def _place(drafts: list[Draft]) -> None:
    """`<system uuid>/<type>/<artifact uuid>`, below the evidence directory; it stays whatever changes later."""
    systems = read(System, sorted({draft.new["system"] for draft in drafts} - {None}), ["uuid"])
    folders = {row.id: row["uuid"] for row in systems}
    types = names_of(ArtifactType, {draft.new["type"] for draft in drafts} - {None})
    for draft in drafts:
        if draft.new["system"] in folders and draft.new["type"] in types:
            kind = slug(types[draft.new["type"]].name)
            draft.new["storage_path"] = f"{folders[draft.new['system']]}/{kind}/{draft.new['uuid']}"


def slug(text: str) -> str:
    """A name as a part of a path: small letters, digits, hyphens."""
    return re.sub(r"[^a-z0-9_]+", "-", key_of(text)).strip("-") or "other"


def settle(change_set: Recording, model: type[Record], drafts: list[Draft]) -> None:
    """The system of an artifact belongs to its case; what is acquired has its directory; a double is told."""
    case_links.link(change_set, model, drafts)
    evidence.expect(change_set, (draft for draft in drafts if _is_acquired(draft)))
    for name in HASHES:
        _warn_of_doubles(name, [draft for draft in drafts if draft.new[name] and name in draft.changed])


def _is_acquired(draft: Draft) -> bool:
    """True if there are files from now on; each step further tries again what failed before."""
    moved = draft.is_new or {"status", "acquired_at"} & set(draft.changed)
    return bool(moved) and draft.new["acquired_at"] is not None


def _warn_of_doubles(name: str, drafts: list[Draft]) -> None:
    column = Artifact.__table__.c[name]
    holders: dict[str, list[tuple[int, str]]] = {draft.new[name]: [] for draft in drafts}
    mine = {draft.record_id for draft in drafts}
    for part in chunks(sorted({draft.new[name] for draft in drafts})):
        others = sa.select(column, Artifact.id, Artifact.name).where(
            column.in_(part), Artifact.deleted_at.is_(None)
        )
        for value, record_id, title in db.session.execute(others.order_by(Artifact.id)):
            if record_id not in mine:
                holders[value].append((record_id, title))
    before = unwritten.heard(column)
    for value in holders.keys() & before.keys():
        holders[value].append(before[value])
    for draft in drafts:
        holders[draft.new[name]].append((draft.record_id, draft.new["name"]))
        before.setdefault(draft.new[name], (draft.record_id, draft.new["name"]))
    for draft in drafts:
        for record_id, title in [one for one in holders[draft.new[name]] if one[0] != draft.id][:1]:
            record = {"entity": "artifacts", "id": record_id, "name": title}
            draft.warnings.append(Warn(name, f"{title} (id {record_id}) has the same {name.upper()}", record))
