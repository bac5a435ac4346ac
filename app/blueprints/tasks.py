"""Tasks: the work."""

from app.entities.entity import Entity, Field, Related
from app.entities.registry import register
from app.models.tasks import Task

TIMES = "Times"

entity = register(
    Entity(
        model=Task,
        search=("name", "system", "artifact", "case", "tags", "note"),
        identity=("name", "system", "artifact"),
        order="due_at,name",
        related=(
            Related(
                Task,
                "parent",
                ("name", "status", "priority", "assigned_to", "due_at", "system"),
                title="Sub-tasks",
                adds=("name", "due_at", "note"),
                look="tree",
                most=100,
            ),
        ),
        fields=[
            Field(
                "name",
                default=True,
                required=True,
                link=True,
                aliases=("taskname", "task", "work stream", "request task", "to do", "todo"),
            ),
            Field("due_at", label="Due", default=True, aliases=("due time", "due date", "deadline")),
            Field("system", default=True),
            Field("artifact", default=True),
            Field("case", default=True),
            Field("priority", default=True),
            Field("status", default=True, aliases=("currentstatus", "current status", "progress", "state")),
            Field("assigned_to", label="Assigned", default=True),
            Field("tags", default=True),
            Field("note", default=True, aliases=("comments", "description", "significant updates")),
            Field("parent", help="The task that this one is a part of", aliases=("parent task",)),
            Field("scheduled_at", label="Scheduled", section=TIMES, aliases=("scheduled time",)),
            Field(
                "started_at",
                label="Started",
                section=TIMES,
                help="Set and cleared as the status says",
                aliases=("started time", "start"),
            ),
            Field(
                "finished_at",
                label="Finished",
                section=TIMES,
                help="Set and cleared as the status says",
                aliases=("finished time", "date completed", "completed"),
            ),
        ],
    )
)
