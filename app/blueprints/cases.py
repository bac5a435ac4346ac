"""Cases: the incidents, when there are several."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.cases import Case

NOTES = "Notes"

entity = register(
    Entity(
        model=Case,
        search=("name", "external_id", "tags", "result", "note_external", "note_internal"),
        fields=[
            Field("name", default=True, required=True, link=True, bulk=False, aliases=("incident", "title")),
            Field(
                "external_id",
                label="External ID",
                default=True,
                bulk=False,
                aliases=("id external", "ticket", "reference"),
            ),
            Field("priority", default=True),
            Field("status", default=True),
            Field("type", default=True),
            Field("is_incident", label="Incident", default=True),
            Field("assigned_to", label="Assigned", default=True),
            Field("tags", default=True),
            Field("started_at", label="Started", default=True, aliases=("start time", "start", "opened")),
            Field("ended_at", label="Ended", default=True, aliases=("end time", "end", "closed")),
            Field("result", label="Analysis result", section=NOTES, aliases=("note analysisresult",)),
            Field(
                "note_external",
                label="External note",
                section=NOTES,
                aliases=("notes", "description", "summary"),
            ),
            Field("note_internal", label="Internal note", section=NOTES, internal=True),
        ],
    )
)
