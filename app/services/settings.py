"""Decisions of the team, with their defaults. Each is a record: its changes have history and undo."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.settings import Setting
from app.services import preferences, records
from app.services.changes import Recording
from app.services.drafts import Draft, Refused

LONGEST = 60
"""Characters of a text."""


@dataclass(frozen=True)
class Option:
    """One decision: what it is called, what it does, what is usual, what there is to choose (else a text)."""

    name: str
    label: str
    effect: str
    default: Any
    choices: tuple[tuple[Any, str], ...] = ()

    def word(self, value: Any) -> str:
        """A value as people read it."""
        return dict(self.choices).get(value, str(value))


_ON_OFF = ((True, "on"), (False, "off"))
OPTIONS = (
    Option(
        "name_editable",
        "Systems can be renamed",
        "Off: the name of a system stays as it is, in cells, forms, pasted cells, imports and REST. "
        "An undo still puts an old name back.",
        True,
        _ON_OFF,
    ),
    Option(
        "name_case",
        "Names of systems",
        "Every name that is typed or imported from now on is kept, or turned to lower or upper case. "
        "Names that are there stay as they are until somebody changes them.",
        "keep",
        (("keep", "kept as typed"), ("lower", "lower case"), ("upper", "upper case")),
    ),
    Option(
        "landing",
        "Landing page",
        "Where one arrives after signing in, and by a click on the paw. Everybody may choose another page "
        "under My account.",
        "dashboard",
        tuple((page, page) for page in preferences.LANDINGS),
    ),
    Option(
        "imports_may_create",
        "Imports may create statuses, priorities and people",
        "On: also an import of an analyst creates those that the file names and Spoor does not know; "
        "people come without a password. Off: such cells are faulty unless a lead (statuses, priorities) "
        "or an administrator (people) imports.",
        True,
        _ON_OFF,
    ),
    Option(
        "scheduled_by",
        "Scheduled by",
        "Who is named as the author of what a schedule did and nobody else is the author of.",
        "schedule",
    ),
)
BY_NAME = {option.name: option for option in OPTIONS}
DEFAULTS: dict[str, Any] = {option.name: option.default for option in OPTIONS}


def get(name: str) -> Any:
    """The value in force."""
    live = sa.select(Setting.value).where(Setting.name == name, Setting.deleted_at.is_(None))
    found = db.session.execute(live).first()
    return DEFAULTS[name] if found is None else found[0]


def all_values() -> dict[str, Any]:
    """Every value in force, by name."""
    live = sa.select(Setting.name, Setting.value).where(Setting.deleted_at.is_(None))
    stored: dict[str, Any] = dict(db.session.execute(live).all())
    return {name: stored.get(name, default) for name, default in DEFAULTS.items()}


def change(
    change_set: Recording, values: Mapping[str, Any], seen: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Decide anew; gives what really changed. The caller commits.

    `Refused` names what there is no setting for, what is no choice, and what differs from what was `seen`.
    """
    now = all_values()
    errors = {name: why for name, value in values.items() if (why := _wrong(name, value))}
    for name in values.keys() & (seen or {}).keys() - errors.keys():
        if now[name] not in ((seen or {})[name], values[name]):
            errors[name] = f"was set to “{BY_NAME[name].word(now[name])}” meanwhile"
    if errors:
        raise Refused(errors)
    differing = {name: value for name, value in values.items() if value != now[name]}
    live = sa.select(Setting.name, Setting.id).where(Setting.deleted_at.is_(None))
    ids: dict[str, int] = dict(db.session.execute(live).all())
    drafts = [Draft(ids.get(name), {"name": name, "value": value}) for name, value in differing.items()]
    records.write(change_set, Setting, drafts)
    words = [
        f"{BY_NAME[name].label}: {BY_NAME[name].word(now[name])} → {BY_NAME[name].word(value)}"
        for name, value in differing.items()
    ]
    change_set.summary = change_set.summary or "; ".join(words)
    return differing


def _wrong(name: str, value: Any) -> str:
    option = BY_NAME.get(name)
    if option is None:
        return "is no setting"
    if option.choices:
        words = ", ".join(str(choice) for choice, _ in option.choices)
        return "" if value in dict(option.choices) else f"must be one of {words}"
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        return "must be a text on one line"
    return f"is longer than {LONGEST} characters" if len(value) > LONGEST else ""
