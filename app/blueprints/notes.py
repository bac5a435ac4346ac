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
            Field("title", default=True, required=True, link=True, bulk=False, aliases=("subject", "name")),
            Field("status", default=True, aliases=("notestatus",)),
            Field("case", default=True),
            Field("assigned_to", label="Assigned", default=True),
            Field("tags", default=True),
            Field("version", default=True, editable=False, bulk=False, help="How often the text was saved"),
            Field("content", bulk=False, aliases=("text", "note", "body", "markdown")),
            Field("position", bulk=False, help="Its place on the documentation page"),
        ],
    )
)
