"""The pages: one module per entity (declaration on top, special views below)."""


def register_blueprints(app) -> None:
    """Register every blueprint."""
