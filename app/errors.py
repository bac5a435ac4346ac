"""What a person sees when something goes wrong: one line, an id, never a trace."""


def init_app(app) -> None:
    """Register the error pages."""
