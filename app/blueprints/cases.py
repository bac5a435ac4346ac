"""Cases: the incidents, when there are several."""

from app.entities.computed import Count
from app.entities.entity import Entity, Field, Related
from app.entities.registry import register
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.notes import Note, ReportItem
from app.models.systems import System
from app.models.tasks import Task
from app.models.timeline import TimelineEntry

NOTES = "Notes"

entity = register(
    Entity(
        model=Case,
        search=("name", "external_id", "tags", "result", "note_external", "note_internal"),
        related=(
            Related(
                System,
                "cases",
                ("name", "status", "analysis_status", "priority", "assigned_to", "tags"),
                adds=("name", "ips"),
            ),
            Related(
                Artifact,
                "case",
                ("name", "system", "type", "status", "priority", "assigned_to"),
                adds=("name", "system", "type"),
            ),
            Related(
                Task,
                "case",
                ("name", "system", "status", "priority", "assigned_to", "due_at"),
                adds=("name", "due_at", "note"),
            ),
            Related(Note, "case", adds=("title",), look="texts", folded=True),
            Related(ReportItem, "case", look="texts", folded=True),
            Related(
                TimelineEntry,
                "case",
                ("time", "system", "type", "content", "tags"),
                adds=("time", "system", "type", "content"),
                folded=True,
            ),
        ),
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
            Field("systems", default=True, kind=Count(System, "cases")),
            Field("artifacts", default=True, kind=Count(Artifact, "case")),
            Field("tasks", kind=Count(Task, "case")),
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
