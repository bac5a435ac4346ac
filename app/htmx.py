"""Whether a request wants the page or only its fragment, and the headers that say so."""

from flask import request

VARY = ("HX-Request", "HX-Request-Type", "HX-History-Restore-Request")


def wants_fragment() -> bool:
    """True if htmx will swap the answer into the page that is already there."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Request-Type") != "full"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def is_htmx() -> bool:
    """True if htmx sent the request, whatever it does with the answer."""
    return request.headers.get("HX-Request") == "true"
