"""The flask commands."""


def register_commands(app) -> None:
    """Register every command."""
