"""Tags."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.tags import Tag

entity = register(
    Entity(
        model=Tag,
        search=("name", "note"),
        fields=[
            Field("name", default=True, required=True, link=True, bulk=False),
            Field("colour", default=True),
            Field("note", default=True),
            Field("assigned_to", label="Assigned", default=True),
        ],
    )
)
