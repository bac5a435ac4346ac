"""Report items: documentation of a system, under a headline."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.notes import ReportItem

entity = register(
    Entity(
        model=ReportItem,
        search=("headline", "subheadline", "system", "content", "tags"),
        identity=("system", "headline", "subheadline"),
        order="system,position,headline",
        fields=[
            Field("headline", default=True, required=True, link=True, aliases=("section", "chapter")),
            Field("subheadline", default=True, bulk=False, aliases=("subsection", "sub headline")),
            Field("system", default=True, required=True, bulk=False),
            Field("status", default=True, aliases=("notestatus",)),
            Field("case", default=True),
            Field("assigned_to", label="Assigned", default=True),
            Field("tags", default=True),
            Field("version", editable=False, bulk=False, help="How often the text was saved"),
            Field("content", bulk=False, aliases=("text", "note", "body", "markdown")),
            Field("position", bulk=False, help="Its place on the documentation page"),
        ],
    )
)
