"""Several values in one text: how they are read and written."""

import json
import re
from typing import Any


def as_list(raw: Any) -> list[Any]:
    """The items of a many-valued value, however it was written."""
    if raw is None:
        return []
    if isinstance(raw, (list, tuple)):
        return list(raw)
    text = str(raw).strip()
    if text.startswith("["):
        try:
            items = json.loads(text)
        except ValueError:
            items = None
        if isinstance(items, list):
            return items
    return [part for part in re.split(r"[;\n]", text) if part.strip()]


def joined(texts: list[str], mark: str = "; ") -> str:
    """Several texts in one cell, so that `as_list` (for another mark: an import) gives them back exactly."""
    text = mark.join(texts)
    is_clear = text.count(mark.strip() or mark) == max(len(texts) - 1, 0) and "\n" not in "".join(texts)
    if is_clear and not ("[" in text and any(part[:1] == "[" for part in texts)):
        return text
    return json.dumps(texts, ensure_ascii=False)
