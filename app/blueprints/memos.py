"""Analysts' memos: internal, never exported."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.systems import Memo

entity = register(
    Entity(
        model=Memo,
        search=("text", "system"),
        order="-updated_at",
        internal=True,
        fields=[
            Field("system", default=True, required=True, bulk=False),
            Field("text", label="Memo", default=True, required=True, link=True, bulk=False),
        ],
    )
)
