"""Decisions of the team, with their defaults."""

from typing import Any

from app.extensions import db
from app.models.settings import Setting

DEFAULTS: dict[str, Any] = {
    "name_case": "keep",
    "imports_may_create": True,
}
"""`name_case`: system names are kept, or turned to lower or upper case.
`imports_may_create`: imports of an analyst may create statuses, priorities and people."""


def get(name: str) -> Any:
    """The value in force."""
    setting = db.session.get(Setting, name)
    return DEFAULTS[name] if setting is None else setting.value
