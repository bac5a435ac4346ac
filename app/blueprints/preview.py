"""What a Markdown text looks like, while it is being written."""

from flask import Blueprint, request

from app.markup import markdown
from app.security.permissions import EDIT, needs

bp = Blueprint("preview", __name__)


@bp.post("/preview")
@needs(EDIT)
def show() -> str:
    """The field named by `of`, rendered as it will be shown; nothing is stored."""
    return markdown(request.form.get(request.args.get("of", ""), ""))
