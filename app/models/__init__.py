"""The tables, one module per area. Importing this package maps all of them."""

from app.models import (
    cases,
    changes,
    imports,
    jobs,
    lookups,
    notices,
    requests,
    settings,
    systems,
    tags,
    users,
    views,
)

__all__ = [
    "cases",
    "changes",
    "imports",
    "jobs",
    "lookups",
    "notices",
    "requests",
    "settings",
    "systems",
    "tags",
    "users",
    "views",
]
