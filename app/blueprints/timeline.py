"""The timeline: what happened on which system, when."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.timeline import TimelineEntry

entity = register(
    Entity(
        model=TimelineEntry,
        search=("content", "type", "system", "note", "source", "tags"),
        order="time",
        identity=("time", "system", "type", "content"),
        fields=[
            Field("time", default=True, required=True, link=True, bulk=False, aliases=(
                "entry time", "datetime", "date time", "timestamp utc 0", "timestamp utc", "utc", "timestamp",
                "time utc", "event time", "event date", "date")),
            Field("system", default=True, required=True, bulk=False, aliases=("source system", "display name")),
            Field("type", default=True, aliases=(
                "entry type", "timestamp desc", "event type", "evidence type", "evidencetype", "event category",
                "category")),
            Field("content", default=True, bulk=False, aliases=(
                "entry content", "message", "description", "activity", "event", "desc", "details", "summary",
                "event title")),
            Field("note", default=True, aliases=("entry note", "comments", "remarks")),
            Field("source", default=True, aliases=("source file", "event source", "parser", "sourcetype")),
            Field("case"),
            Field("tags", default=True),
            Field("zone", help="The zone that the time was given in", aliases=("timezone", "time zone")),
        ],
    )
)  # fmt: skip
