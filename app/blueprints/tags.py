"""Tags."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.tags import Tag

entity = register(
    Entity(
        model=Tag,
        search=("name", "note"),
        fields=[
            Field("name", default=True, required=True, link=True, bulk=False, aliases=("tag", "label")),
            Field("colour", default=True, aliases=("color", "tagcolor")),
            Field("note", default=True, aliases=("description",)),
            Field("assigned_to", label="Assigned", default=True),
        ],
    )
)
