"""Writing a plan: what it needs first, then the records, then the memos, as one change set."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.importing import kin
from app.importing.cells import InFile, New
from app.importing.plan import HostPlan, Plan
from app.importing.refusal import ImportRefused
from app.importing.values import row_for
from app.models.base import Record
from app.models.lookups import State
from app.models.systems import Memo, System
from app.services import changes, progress, records, rules, unwritten
from app.services.changes import Recording
from app.services.drafts import Draft
from app.services.progress import counted
from app.services.shape import shape_of
from app.services.spool import portions
from app.services.unwritten import Unknowable

WRITTEN_AT_ONCE = 5_000
"""Records that are worked out together; so often whoever waits sees how far it is."""


class Moved(ImportRefused):
    """The database has changed since the preview, and the import would do something else now."""

    def __init__(self) -> None:
        super().__init__("Something changed since the preview: look at it again.")


def write_plan(
    plan: Plan, replan: Callable[[], Plan], *, actor_id: int, summary: str, job_id: int | None = None
) -> tuple[Plan, int | None]:
    """Write a plan in one transaction, which the caller commits; the plan done and its change set.

    If somebody wrote since, it is planned again. `replan` raises `Moved` if the result is not the
    one that was shown. Without a change nothing is written.
    """
    if not plan.has_any:
        return plan, None
    planned = plan

    def work(change_set: Recording) -> None:
        nonlocal planned
        if changes.newest() != planned.revision:
            planned = replan()
        apply(change_set, planned)

    change_set = changes.record(work, actor_id, "import", summary, job_id=job_id)
    planned.warnings = change_set.warnings
    return planned, change_set.id if change_set.changes else None


def apply(change_set: Recording, plan: Plan) -> None:
    """Write everything that a plan decided, as many records at once as memory should hold."""
    wished, is_kin = _wished(plan)
    is_whole = is_kin or issubclass(plan.model, rules.TOGETHER)
    change_set.apart = True
    made = _make(change_set, wished)
    change_set.apart = not is_whole
    done = 0
    for hosts in [list(plan.going_in)] if is_whole else portions(plan.going_in, WRITTEN_AT_ONCE):
        progress.reached(done, len(plan.hosts), "Writing")
        written = zip(hosts, _write_records(change_set, plan.model, hosts, made), strict=True)
        texts = [{"system": draft.id, "text": text} for host, draft in written for text in host.memos]
        _write(change_set, Memo, [Draft(values=values) for values in texts])
        unwritten.forget(plan.model)
        done += len(hosts)


def _write_records(
    change_set: Recording, model: type[Record], hosts: list[HostPlan], made: dict[New, int]
) -> list[Draft]:
    written: dict[int, Draft] = {}
    named = {value.line: value for host in hosts for value in kin.needs(host)}
    for wave in kin.waves(hosts):
        drafts = [_draft(model, host, made) for host in counted(wave)]
        _write(change_set, model, [draft for draft in drafts if draft.values])
        for host, draft in zip(wave, drafts, strict=True):
            written |= dict.fromkeys(host.lines, draft)
            made |= {value: draft.id for line in host.lines if (value := named.get(line)) and draft.id}
    return [written[host.lines[0]] for host in hosts]


def _draft(model: type[Record], host: HostPlan, made: dict[New, int]) -> Draft:
    values = {name: _resolved(new, made) for name, (_, new) in host.changes.items()}
    if host.id is None and model is System:
        values["name"] = host.name
    return Draft(host.id, values)


def _wished(plan: Plan) -> tuple[dict[type[Record], list[New]], bool]:
    """The rows that must be made, each once, in the order of the file; and whether the records stand above each other."""
    above = [name for name, attribute in shape_of(plan.model).items() if attribute.target is plan.model]
    found: dict[New, None] = {}
    is_kin = False
    for host in plan.going_in:
        is_kin = is_kin or bool(kin.needs(host)) or (bool(host.id) and any(n in host.changes for n in above))
        for _, new in host.changes.values():
            items = new if isinstance(new, list) else [new]
            found |= {item: None for item in items if isinstance(item, New) and not isinstance(item, InFile)}
    by_model: dict[type[Record], list[New]] = {}
    for item in found:
        by_model.setdefault(item.model, []).append(item)
    return by_model, is_kin


def _make(change_set: Recording, wished: dict[type[Record], list[New]]) -> dict[New, int]:
    made: dict[New, int] = {}
    for model, items in wished.items():
        last = _last_position(model)
        numbered = enumerate(items, start=1)
        for part in portions(numbered, WRITTEN_AT_ONCE):
            rows = [row_for(model, item.name, item.text, last + 10 * n) for n, item in part]
            drafts = _write(change_set, model, [Draft(values=row) for row in rows])
            made |= {item: draft.id for (_, item), draft in zip(part, drafts, strict=True) if draft.id}
    return made


def _last_position(model: type[Record]) -> int:
    if not issubclass(model, State):
        return 0
    return db.session.scalar(sa.select(sa.func.max(model.position))) or 0


def _resolved(value: Any, made: dict[New, int]) -> Any:
    if isinstance(value, list):
        return [_resolved(item, made) for item in value]
    return made[value] if isinstance(value, New) else value


def _write(change_set: Recording, model: type[Record], drafts: list[Draft]) -> list[Draft]:
    """The drafts, written, or the reason why the import can't go in; nothing is half written.

    Ahead of the lock no reason counts: another part may have made room by then.
    """
    for draft in records.write(change_set, model, drafts):
        for name, reason in draft.errors.items():
            if change_set.steps is not None:
                raise Unknowable(reason)
            shown = draft.new.get("name") or draft.new.get("username") or ""
            raise ImportRefused(f"“{shown}”: {name.replace('_', ' ')} {reason}.")
    return drafts
