"""Notes: documentation that is not tied to a system."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.notes import Note

entity = register(
    Entity(
        model=Note,
        search=("title", "content", "tags"),
        order="position,title",
        loose=("case",),
        fields=[
            Field("title", default=True, required=True, link=True, bulk=False),
            Field("status", default=True),
            Field("case", default=True),
            Field("assigned_to", label="Assigned", default=True),
            Field("tags", default=True),
            Field("content", bulk=False),
            Field("position", bulk=False, help="Its place on the documentation page"),
        ],
    )
)
