"""Records come back from the bin, whole or not at all."""

from collections.abc import Sequence

from app.models.base import Record, entity_of
from app.services import deletion, records, rules
from app.services.changes import Recording
from app.services.drafts import Delta, Draft
from app.services.history import name_of
from app.services.reading import Row, names_of, plain, read
from app.services.shape import shape_of


def restore(change_set: Recording, model: type[Record], ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Bring records back from the bin, with what went with them; errors by id for those that stay.

    What a record needs must be there: one whose status is in the bin says so. A link that a deletion
    takes away from live records (tags, cases, a task's system) it loses now.
    """
    rows = {row.id: row for row in read(model, ids, [*shape_of(model), "deleted_at"]) if row["deleted_at"]}
    drafts = _drafts(change_set, model, list(rows.values()))
    _ask_children(change_set, model, drafts, rows)
    good = [draft for draft in drafts if draft.is_good]
    back = [draft.record_id for draft in good]
    records.mark(change_set, model, back, None)
    for owned, attribute in deletion.owned_by(model):
        restore(change_set, owned, deletion.binned_children(owned, attribute, [rows[one] for one in back]))
    rules.of(model).settle(change_set, model, good)
    for draft in good:
        name = name_of(model, draft.new | draft.derived)
        change_set.add(entity_of(model), draft.record_id, name, "restore", {})
    _loosen(change_set, model, good)
    return {draft.record_id: draft.errors for draft in drafts if not draft.is_good}


def _drafts(change_set: Recording, model: type[Record], rows: list[Row], owner: str = "") -> list[Draft]:
    """What comes back, judged by the rules; `owner` is the field that says with whom it comes."""
    drafts = []
    for row in rows:
        values = {name: plain(row[name]) for name in shape_of(model)}
        drafts.append(Draft(row.id, old=row, was=dict.fromkeys(values), new=values))
    rules.of(model).prepare(change_set, model, drafts, exact=True)
    loose = {attribute.name for attribute in deletion.loose_fields(model)}
    for name, attribute in shape_of(model).items():
        if attribute.sort not in ("one", "many") or name in loose or name == owner:
            continue
        gone = deletion.binned(attribute.target, _targets(drafts, name))
        named = names_of(attribute.target, gone)
        for draft in drafts:
            if missing := [named[one].name for one in _ids(draft.new[name]) if one in gone]:
                draft.errors[name] = f"“{', '.join(missing)}” is in the bin: bring it back first"
    return drafts


def _targets(drafts: Sequence[Draft], name: str) -> set[int]:
    return {one for draft in drafts for one in _ids(draft.new[name])}


def _ids(value: list[int] | int | None) -> list[int]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _ask_children(
    change_set: Recording, model: type[Record], drafts: list[Draft], rows: dict[int, Row]
) -> None:
    """A record whose part can't come back stays too, and says which part and why."""
    by_id = {draft.record_id: draft for draft in drafts}
    for owned, attribute in deletion.owned_by(model):
        children = deletion.binned_children(owned, attribute, list(rows.values()))
        parts = read(owned, children, [*shape_of(owned), "deleted_at"])
        for part in _drafts(change_set, owned, parts, attribute.name):
            for field, reason in part.errors.items():
                name = name_of(owned, part.new | part.derived)[:80]
                words = f"{entity_of(owned).replace('-', ' ')} “{name}”: {field.replace('_', ' ')} {reason}"
                by_id[part.new[attribute.name]].errors.setdefault("", words)


def _loosen(change_set: Recording, model: type[Record], drafts: Sequence[Draft]) -> None:
    """Take away the links to what was deleted meanwhile."""
    for attribute in deletion.loose_fields(model):
        gone = deletion.binned(attribute.target, _targets(drafts, attribute.name))
        emptied = []
        for draft in drafts:
            missing = gone.intersection(_ids(draft.new[attribute.name]))
            value = Delta(remove=frozenset(missing)) if attribute.is_many else None
            if missing:
                emptied.append(Draft(draft.id, {attribute.name: value}))
        records.write(change_set, model, emptied, exact=True)
