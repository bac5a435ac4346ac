"""The timeline: what happened on which system, when."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.timeline import TimelineEntry

entity = register(
    Entity(
        model=TimelineEntry,
        search=("content", "type", "system", "note", "source", "tags"),
        order="time",
        fields=[
            Field("time", default=True, required=True, link=True, bulk=False),
            Field("system", default=True, required=True, bulk=False),
            Field("type", default=True),
            Field("content", default=True, bulk=False),
            Field("note", default=True),
            Field("source", default=True),
            Field("case"),
            Field("tags", default=True),
            Field("zone", help="The zone that the time was given in"),
        ],
    )
)
