"""The parts of a cell that holds several values."""

import re

from app.entities.entity import Field
from app.entities.several import as_list
from app.models.lookups import Ip


def split(text: str, separator: str, target: Field) -> list[str]:
    """The trimmed parts of a many-valued cell; a JSON list is always understood."""
    if not text:
        return []
    if text.startswith("[") or not separator:
        parts = [str(item) for item in as_list(text)]
    else:
        parts = text.split() if separator == " " else re.split(f"[{re.escape(separator)}\n]", text)
    if target.kind.attribute.target is Ip and not text.startswith("["):
        parts = [piece for part in parts for piece in re.split(r"[,;|\s]+", part)]
    return [" ".join(part.split()) for part in parts if part.strip()]
