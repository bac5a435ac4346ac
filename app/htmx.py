"""Whether a request wants the page or only its fragment, and how an answer says it."""

from flask import Response, request

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


def init_app(app) -> None:
    """Name the headers that decide between page and fragment, on every answer."""

    @app.after_request
    def vary(response: Response) -> Response:
        if request.endpoint != "static":
            response.vary.update(VARY)
        return response
