"""What a value of a column means: the words seen in the field, and new rows made from words."""

import re
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import lookups as tables
from app.models.base import Record
from app.models.lookups import Icon, Meaning, State, Tone
from app.services.lookups import find, loose_key

_MEANINGS = {
    Meaning.COMPROMISED: ("compromised", "infected", "accessed", "yes", "y", "x", "✓"),
    Meaning.CLEAN: ("clean", "no", "n"),
    Meaning.SUSPECTED: ("suspected", "maybe", "?", "tbd", "commodity"),
    Meaning.UNKNOWN: ("unknown", "unk", "no data"),
    Meaning.REMEDIATED: ("backup", "restored"),
}
MEANING_OF = {word: meaning for meaning, words in _MEANINGS.items() for word in words}
"""Compromise words by what they mean; every other word means that somebody suspects something."""
_OWN_ROW = ("backup", "restored")
"""Words that become a status of their own, although their meaning is known."""
_ANALYSIS = {
    "Main analysis finished": ("done", "completed", "finished", "analysis done", "closed", "erledigt"),
    "Ongoing analysis": ("analyses ongoing", "analysis ongoing", "in progress", "ongoing", "wip"),
    "Waiting for customer": ("waiting for customer", "waiting"),
    "Needs analysis": ("todo", "to do", "open", "new", "pending"),
    "Ready for analysis": ("ready",),
    "Nothing to do": ("n/a", "not needed"),
}
_PRIORITY = {
    "Low": ("niedrig", "p4", "4"),
    "Medium": ("mittel", "normal", "p3", "3"),
    "High": ("hoch", "p2", "2"),
    "Critical": ("kritisch", "p1", "1"),
}
_ARTIFACT = {
    "Needs analysis": ("new", "open", "todo", "to do", "pending"),
    "Collection ongoing": ("collecting", "in progress"),
    "Ready for analysis": ("ready", "received", "collected", "acquired"),
    "Analysis ongoing": ("analysing", "analyzing", "ongoing analysis"),
    "Analysis finished": ("done", "completed", "finished", "analysed", "analyzed", "closed", "erledigt"),
    "Not available": ("n/a", "missing", "lost"),
}
_TASK = {
    "Pending": ("new", "open", "todo", "to do", "not started"),
    "Working": ("in progress", "ongoing", "wip", "started"),
    "Done": ("completed", "finished", "closed", "yes", "x", "erledigt"),
    "Blocked": ("waiting", "on hold"),
    "Skipped": ("cancelled", "canceled", "n/a", "not needed"),
}
_CASE = {
    "Open": ("new",),
    "Ongoing": ("in progress", "wip", "active"),
    "Closed": ("done", "completed", "finished", "resolved"),
}
_WORDS: dict[Any, Any] = {
    tables.AnalysisStatus: _ANALYSIS,
    tables.ArtifactStatus: _ARTIFACT,
    tables.TaskStatus: _TASK,
    tables.CaseStatus: _CASE,
    tables.Priority: _PRIORITY,
}
_CLOSED = {*_ANALYSIS["Main analysis finished"], "rejected", "cancelled"}
_LOOKS: dict[Meaning, tuple[Tone, Icon]] = {
    Meaning.COMPROMISED: (Tone.RED, Icon.CROSS),
    Meaning.CLEAN: (Tone.GREEN, Icon.CHECK),
    Meaning.SUSPECTED: (Tone.AMBER, Icon.QUESTION),
    Meaning.UNKNOWN: (Tone.GREY, Icon.RING),
    Meaning.REMEDIATED: (Tone.BLUE, Icon.SHIELD),
}


def propose_values(model: type[Record], texts: Iterable[str]) -> dict[str, str]:
    """Words that usually mean a row that is there; never two different words the same row."""
    wanted = list(dict.fromkeys(texts))
    found = find(model, wanted)
    taken, proposed = set(found.values()), {}
    keys: dict[str, int] = {}
    for text in wanted:
        row = None if text in found else _meant(model, loose_key(text))
        if row is None or (row.id in taken and keys.get(loose_key(text)) != row.id):
            continue
        taken.add(row.id)
        keys[loose_key(text)] = row.id
        proposed[text] = row.name
    return proposed


def _meant(model: type[Record], key: str) -> Any:
    if model is tables.SystemStatus and key in MEANING_OF and key not in _OWN_ROW:
        return _first(tables.SystemStatus, tables.SystemStatus.meaning == MEANING_OF[key])
    name = next((name for name, keys in _WORDS.get(model, {}).items() if key in keys), None)
    return None if name is None else _first(model, model.__table__.c.name == name)


def _first(model: Any, condition: Any) -> Any:
    """The first live row by position, the default before the others."""
    live = (model.deleted_at.is_(None), model.is_retired.is_(False))
    statement = sa.select(model.id, model.name).where(condition, *live)
    return db.session.execute(statement.order_by(model.is_default.desc(), model.position)).first()


def name_for(model: type[Record], text: str) -> str:
    """The name of the row that an unknown text makes: a status in words, most others as written."""
    if issubclass(model, State):
        words = re.sub(r"^\d\d[_ ]+", "", " ".join(text.split())).replace("_", " ").strip() or text
        return words[0].upper() + words[1:]
    if model in (tables.Reason, tables.Recommendation, tables.SystemType) and "_" in text:
        words = " ".join(text.replace("_", " ").split())
        return words[:1].upper() + words[1:]
    if model.__label__ == "username":
        return " ".join(text.split()).casefold()
    return " ".join(text.split())


def row_for(model: type[Record], name: str, text: str, position: int) -> dict[str, Any]:
    """The values of the new row that a text makes."""
    key = loose_key(text)
    if model is tables.SystemStatus:
        meaning = MEANING_OF.get(key, Meaning.SUSPECTED)
        colour, icon = _LOOKS[meaning]
        return {"name": name, "meaning": meaning, "colour": colour, "icon": icon, "position": position}
    if model is tables.AnalysisStatus:
        return {"name": name, "is_open": key not in _CLOSED, "position": position, "colour": Tone.TEAL}
    if issubclass(model, State):
        state = {"name": name, "position": position}
        return state | {"is_open": key not in _CLOSED} if "is_open" in model.__table__.c else state
    if model.__label__ == "username":
        full_name = "" if name == text.strip() else " ".join(text.split())
        return {"username": name, "full_name": full_name, "is_enabled": False}
    if model is tables.Contact:
        return {"name": name, "email": name}
    return {"name": name}
