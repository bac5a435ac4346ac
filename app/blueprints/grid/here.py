"""Presence, carried on the poll of an open page: sent only when it differs from what the page shows."""

import zlib
from dataclasses import dataclass

from flask import Response, render_template, request
from flask_login import current_user

from app.entities.entity import Entity
from app.security.access import may_write
from app.services import presence
from app.services.presence import Presence


@dataclass(frozen=True)
class Here:
    """Who is here, and a token by which a page says that it shows this already."""

    entity: Entity | None
    seen: Presence
    token: str
    is_known: bool


def of(entity: Entity | None = None) -> Here | None:
    """Who else is here, and who edits what of an entity; None if the page did not ask (`here=`)."""
    if "here" not in request.args:
        return None
    writes = entity is not None and may_write(current_user, entity.model)
    editing = request.args.get("editing", type=int) if writes else None
    seen = presence.meet(current_user.id, current_user.username, entity.plural if entity else "", editing)
    token = f"{zlib.crc32(repr(seen).encode()):x}"
    return Here(entity, seen, token, token == request.args["here"])


def alone(now_here: Here | None) -> Response | str:
    """The answer to a poll when nothing was changed: who is here, or 204 if the page shows that already."""
    if now_here is None or now_here.is_known:
        return Response(status=204)
    since = request.args.get("since", 0, type=int)
    return render_template("entity/_live.html", revision=since, here=now_here, idle=True)
