"""Tags."""

from app.entities.computed import Count
from app.entities.entity import Entity, Field, words_of
from app.entities.registry import register
from app.models.artifacts import Artifact
from app.models.base import entity_of
from app.models.cases import Case
from app.models.notes import Note, ReportItem
from app.models.systems import System
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.timeline import TimelineEntry

TAGGED = (System, Artifact, Case, Task, Note, ReportItem, TimelineEntry)

entity = register(
    Entity(
        model=Tag,
        search=("name", "note"),
        fields=[
            Field("name", default=True, required=True, link=True, bulk=False, aliases=("tag", "label")),
            Field("colour", default=True, aliases=("color", "tagcolor")),
            Field("note", default=True, aliases=("description",)),
            Field("assigned_to", label="Assigned", default=True),
            *(
                Field(
                    f"tagged_{model.__tablename__}",
                    words_of(entity_of(model)),
                    default=True,
                    kind=Count(model, "tags"),
                )
                for model in TAGGED
            ),
        ],
    )
)
