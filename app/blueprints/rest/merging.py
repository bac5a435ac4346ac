"""REST of merging two rows of a lookup, or two tags."""

from flask import Response

from app.blueprints.merging import into_row, mergeable
from app.blueprints.rest.views import ID, body, bp, once
from app.security.permissions import CONFIGURE, needs
from app.services import merging
from app.services.drafts import Refused


@bp.post(f"/v1/<plural>/{ID}/merge")
@needs(CONFIGURE)
def merge(plural: str, record_id: int) -> Response:
    """Merge a row into the one that `into` names: 200 with the change set and how many records moved."""
    entity, asked = mergeable(plural), body()
    if not isinstance(asked, dict) or set(asked) != {"into"}:
        raise Refused({"into": "is required, and nothing else"})

    def work(change_set) -> tuple[int, dict[str, int]]:
        moved = merging.merge(change_set, entity.model, record_id, into_row(entity, asked["into"]))
        return 200, {"change_set": change_set.id, "moved": moved}

    return once("merge", work)
