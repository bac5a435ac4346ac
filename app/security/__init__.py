"""Who may do what, and the headers that keep others out."""


def init_app(app) -> None:
    """Require a login and a permission for every endpoint, set the security headers."""
