"""Decisions of the team, with their defaults."""

from collections.abc import Mapping
from typing import Any

from app.extensions import db
from app.models.settings import Setting
from app.services.changes import Recording
from app.services.drafts import Refused

DEFAULTS: dict[str, Any] = {
    "name_case": "keep",
    "imports_may_create": True,
}
"""`name_case`: system names are kept, or turned to lower or upper case.
`imports_may_create`: imports of an analyst may create statuses, priorities and people."""


CHOICES: dict[str, tuple[Any, ...]] = {
    "name_case": ("keep", "lower", "upper"),
    "imports_may_create": (True, False),
}


def get(name: str) -> Any:
    """The value in force."""
    setting = db.session.get(Setting, name)
    return DEFAULTS[name] if setting is None else setting.value


def change(change_set: Recording, values: Mapping[str, Any]) -> None:
    """Decide anew; `Refused` names what there is no setting for, or no such choice."""
    errors = {}
    for name, value in values.items():
        if name not in DEFAULTS:
            errors[name] = "is no setting"
        elif value not in CHOICES[name]:
            errors[name] = f"must be one of {', '.join(map(str, CHOICES[name]))}"
    if errors:
        raise Refused(errors)
    for name, value in values.items():
        db.session.merge(Setting(name=name, value=value))
