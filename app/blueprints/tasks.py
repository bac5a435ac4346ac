"""Tasks: the work."""

from app.entities.entity import Entity, Field, Related
from app.entities.registry import register
from app.models.tasks import Task

TIMES = "Times"

entity = register(
    Entity(
        model=Task,
        search=("name", "system", "artifact", "case", "tags", "note"),
        order="due_at,name",
        related=(
            Related(Task, "parent", ("name", "status", "priority", "assigned_to", "due_at", "system"),
                    title="Sub-tasks", adds=("name", "due_at", "note"), look="tree", most=100),
        ),
        fields=[
            Field("name", default=True, required=True, link=True),
            Field("due_at", label="Due", default=True),
            Field("system", default=True),
            Field("artifact", default=True),
            Field("case", default=True),
            Field("priority", default=True),
            Field("status", default=True),
            Field("assigned_to", label="Assigned", default=True),
            Field("tags", default=True),
            Field("note", default=True),
            Field("parent", help="The task that this one is a part of"),
            Field("scheduled_at", label="Scheduled", section=TIMES),
            Field("started_at", label="Started", section=TIMES, help="Set and cleared as the status says"),
            Field("finished_at", label="Finished", section=TIMES, help="Set and cleared as the status says"),
        ],
    )
)  # fmt: skip
