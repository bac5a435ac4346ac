"""The pages: one module per entity (declaration on top, special views below)."""

from app.blueprints import cases, lookups, memos, people, systems, tags

__all__ = ["cases", "lookups", "memos", "people", "systems", "tags"]


def register_blueprints(app) -> None:
    """Register every blueprint."""
