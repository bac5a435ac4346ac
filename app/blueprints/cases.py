"""Cases: the incidents, when there are several."""

from app.entities.computed import Count
from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.systems import System
from app.models.tasks import Task

NOTES = "Notes"

entity = register(
    Entity(
        model=Case,
        search=("name", "external_id", "tags", "result", "note_external", "note_internal"),
        fields=[
            Field("name", default=True, required=True, link=True, bulk=False),
            Field("external_id", label="External ID", default=True, bulk=False),
            Field("priority", default=True),
            Field("status", default=True),
            Field("type", default=True),
            Field("is_incident", label="Incident", default=True),
            Field("assigned_to", label="Assigned", default=True),
            Field("tags", default=True),
            Field("systems", default=True, kind=Count(System, "cases")),
            Field("artifacts", default=True, kind=Count(Artifact, "case")),
            Field("tasks", kind=Count(Task, "case")),
            Field("started_at", label="Started", default=True),
            Field("ended_at", label="Ended", default=True),
            Field("result", label="Analysis result", section=NOTES),
            Field("note_external", label="External note", section=NOTES),
            Field("note_internal", label="Internal note", section=NOTES, internal=True),
        ],
    )
)
