"""What the overview pages share: they catch up by themselves, and show work in the same way."""

from collections.abc import Callable
from typing import Any

from flask import Response, render_template, request
from flask_login import current_user
from jinja2_fragments.flask import render_block

from app import errors
from app.blueprints import sections
from app.blueprints.grid import here
from app.entities.query import BadQuery
from app.entities.registry import entity
from app.htmx import wants_fragment
from app.security.access import may, may_write
from app.security.permissions import CONFIGURE
from app.services import changes


def live(template: str, context: Callable[[], dict[str, Any]]) -> str | Response:
    """A page whose block `overview` follows what happens; 204 for a poll if nothing did.

    `context` is asked only when something is rendered.
    """
    revision = changes.newest()
    if wants_fragment() and "since" in request.args:
        now_here = here.of()
        if revision <= request.args.get("since", 0, type=int):
            return here.alone(now_here)
        overview = render_block(template, "overview", **context(), revision=revision)
        return render_template("overview/_news.html", overview=overview, revision=revision, here=now_here)
    return render_template(template, **context(), revision=revision)


def init_app(app) -> None:
    """Give the templates what they ask; an address that means nothing is answered with 400."""
    app.register_error_handler(BadQuery, lambda error: errors.answer(400, str(error)))
    app.jinja_env.globals.update(
        closed_sections=sections.closed,
        entity_named=entity,
        may_configure=lambda: may(current_user, CONFIGURE),
        may_write_any=lambda: may_write(current_user, entity("systems").model),
    )
