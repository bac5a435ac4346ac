"""Presence, carried on the poll of an open page: sent only when it differs from what the page shows."""

import zlib
from dataclasses import dataclass

from flask import request
from flask_login import current_user

from app.entities.entity import Entity
from app.security.access import may_write
from app.services import presence
from app.services.presence import Presence


@dataclass(frozen=True)
class Here:
    """Who is here, and a token by which a page says that it shows this already."""

    entity: Entity
    seen: Presence
    token: str
    is_known: bool


def of(entity: Entity) -> Here | None:
    """Who else is here; None if the page did not ask (`here=`)."""
    if "here" not in request.args:
        return None
    editing = request.args.get("editing", type=int) if may_write(current_user, entity.model) else None
    seen = presence.meet(current_user.id, current_user.username, entity.plural, editing)
    token = f"{zlib.crc32(repr(seen).encode()):x}"
    return Here(entity, seen, token, token == request.args["here"])
