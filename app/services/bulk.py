"""One change for many records: what it would do, and doing it, as one change set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.models.base import Record
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Delta, Draft, Warned
from app.services.reading import Row, plain, read


@dataclass
class Order:
    """What is wanted of every record: fields to set (None empties), items to add or take away."""

    set: dict[str, Any] = field(default_factory=dict)
    add: dict[str, list[Any]] = field(default_factory=dict)
    remove: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def fields(self) -> list[str]:
        """The fields it touches."""
        return list(dict.fromkeys([*self.set, *self.add, *self.remove]))

    def values(self) -> dict[str, Any]:
        """The order as the values of a draft."""
        deltas = {
            name: Delta(frozenset(self.add.get(name, ())), frozenset(self.remove.get(name, ())))
            for name in {*self.add, *self.remove}
        }
        return self.set | deltas


@dataclass
class Preview:
    """What a bulk edit would do: rows that change, and how many of them in which field."""

    rows: int = 0
    changing: int = 0
    by_field: dict[str, int] = field(default_factory=dict)
    sample: list[Row] = field(default_factory=list)


@dataclass
class Applied:
    """What a bulk edit did, and in which fields; every record it left out is named with the reason.

    `warnings` is what was stored but is noteworthy.
    """

    changed: int = 0
    same: int = 0
    by_field: dict[str, int] = field(default_factory=dict)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)


class NotAll(ValueError):
    """Some records can't be changed, and all or none were wanted; `skipped` names them."""

    def __init__(self, skipped: list[dict[str, Any]]) -> None:
        count = len({item["record"] for item in skipped})
        super().__init__(f"{count} of the records can't be changed, so none was")
        self.skipped = skipped


def preview(model: type[Record], ids: Sequence[int], order: Order) -> Preview:
    """Count what an order would change, without writing."""
    rows = read(model, ids, [*order.fields, model.__label__, "deleted_at"])
    live = [row for row in rows if not row["deleted_at"]]
    result = Preview(rows=len(live), by_field=dict.fromkeys(order.fields, 0))
    for row in live:
        differing = [name for name in order.fields if differs(row, name, order.values())]
        for name in differing:
            result.by_field[name] += 1
        if differing:
            result.changing += 1
            if len(result.sample) < 10:
                result.sample.append(row)
    return result


def differs(row: Row, name: str, wanted: Mapping[str, Any]) -> bool:
    """True if the order changes this field of this row."""
    now, value = plain(row[name]), wanted[name]
    return value.applied_to(now) != now if isinstance(value, Delta) else now != value


def apply(
    change_set: Recording, model: type[Record], ids: Sequence[int], order: Order, *, skip: bool = True
) -> Applied:
    """Change the records; those that are gone or that a rule forbids are skipped and named.

    Without `skip` it is all or none: `NotAll`, and the caller rolls back.
    """
    rows = read(model, ids, [model.__label__, "deleted_at"])
    names = {row.id: str(row[model.__label__]) for row in rows}
    live = {row.id for row in rows if not row["deleted_at"]}
    result = Applied(warnings=change_set.warnings)
    wanted = list(dict.fromkeys(ids))
    for record_id in wanted:
        if record_id not in live:
            result.skipped.append(_skip(record_id, names.get(record_id, ""), "", "is not there any more"))
    drafts = [Draft(record_id, order.values()) for record_id in wanted if record_id in live]
    for draft in records.write(change_set, model, drafts):
        if not draft.is_good:
            for name, reason in draft.errors.items():
                result.skipped.append(_skip(draft.id, names[draft.record_id], name, reason))
        elif draft.changed:
            result.changed += 1
            for name in draft.changed:
                result.by_field[name] = result.by_field.get(name, 0) + 1
        else:
            result.same += 1
    if result.skipped and not skip:
        raise NotAll(result.skipped)
    return result


def _skip(record_id: int | None, name: str, field_name: str, reason: str) -> dict[str, Any]:
    return {"record": record_id, "name": name, "field": field_name, "reason": reason}
