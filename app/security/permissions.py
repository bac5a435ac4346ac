"""The verbs, and how an endpoint names the one it needs. Whatever names none is refused."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app

SEE = "see"
"""Everything but internal fields."""
FOLLOW = "follow"
"""Imports, exports and jobs: their progress and results."""
SEE_INTERNAL = "see_internal"
"""Memos and internal notes, wherever they show."""
OWN_ACCOUNT = "own_account"
"""One's own password, zone, theme, sessions."""
EDIT = "edit"
"""Create, edit, grab, tag, bulk edit, workflows, own views, lookups and tags on the fly."""
IMPORT = "import"
EXPORT = "export"
OWN_TOKENS = "own_tokens"
DELETE = "delete"
"""Into the bin; analysts only what they created."""
UNDO = "undo"
"""Analysts only their own changes."""
STATES = "states"
"""Create and change statuses and priorities."""
CONFIGURE = "configure"
"""Merge, settings, profiles for all, schedules, fixtures, others' views."""
PEOPLE = "people"
"""People and their roles."""
ADMINISTER = "administer"
"""Purge, secrets, restore of a backup."""

VERBS = frozenset(
    (SEE, FOLLOW, SEE_INTERNAL, OWN_ACCOUNT, EDIT, IMPORT, EXPORT, OWN_TOKENS)
    + (DELETE, UNDO, STATES, CONFIGURE, PEOPLE, ADMINISTER)
)

PUBLIC = frozenset({"static", "auth.login", "auth.sign_in", "health.healthz", "health.readyz"})
"""The only endpoints that need no login."""

View = TypeVar("View", bound=Callable)


def needs(verb: str) -> Callable[[View], View]:
    """Mark a view with the verb that it needs; views without a mark are refused."""
    if verb not in VERBS:
        raise ValueError(f"no such verb: {verb}")

    def mark(view: View) -> View:
        view.needs = verb
        return view

    return mark


def verb_of(endpoint: str) -> str | None:
    """The verb that an endpoint needs; None if it names none and so is refused to everybody."""
    return getattr(current_app.view_functions[endpoint], "needs", None)
