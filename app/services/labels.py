"""The texts that records go by when they have no name of their own, and their keys."""

from app.models.base import key_of, sort_key
from app.services.drafts import Draft

LONGEST = 255


def give(draft: Draft, *parts: str) -> None:
    """Derive the label of a draft from what is there of these parts."""
    draft.derived |= columns(*parts)


def columns(*parts: str) -> dict[str, str]:
    """The columns of a label: its text, its key and its place in the order."""
    label = " ".join(" – ".join(part for part in parts if part).split())[:LONGEST]
    return {"label": label, "label_key": key_of(label)[:LONGEST], "label_sort": sort_key(label)}
