"""The lookups: a line each."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models import lookups as models
from app.models.base import Record

NAME = {"default": True, "required": True, "link": True, "bulk": False}


def lookup(model: type[Record], *extra: Field, **options) -> Entity:
    """Declare a lookup: name, what is special about it, note, order."""
    return register(
        Entity(
            model=model,
            order=options.pop("order", "name"),
            fields=[
                Field("name", **NAME),
                *extra,
                Field("note", default=True),
                Field("position"),
                Field("is_retired", label="Retired", help="Kept where it is used, not offered any more"),
            ],
            **options,
        )
    )


def state(model: type[Record], *extra: Field) -> Entity:
    """Declare a status or priority: in its order, with colour and icon; leads change it."""
    look = [
        Field("colour", default=True),
        Field("icon", default=True),
        Field("is_default", label="Default", default=True),
    ]
    return lookup(model, *extra, *look, order="position,name", verb="states")


state(models.SystemStatus, Field("meaning", default=True))
state(
    models.AnalysisStatus,
    Field("is_open", label="Open", default=True),
    Field("is_waiting", label="Waiting", default=True),
)
state(
    models.ArtifactStatus,
    Field("is_open", label="Open", default=True),
    Field("sets_requested", default=True, help="An empty time of request becomes now"),
    Field("sets_acquired", default=True, help="Empty times of request and acquisition become now"),
)
state(
    models.CaseStatus,
    Field("is_open", label="Open", default=True),
    Field("sets_started", default=True, help="An empty start becomes now"),
    Field("sets_ended", default=True, help="An empty start and an empty end become now"),
)
state(
    models.TaskStatus,
    Field("is_open", label="Open", default=True),
    Field("sets_started", default=True, help="An empty start becomes now"),
    Field("sets_finished", default=True, help="An empty start and an empty finish become now"),
    Field("clears_started", default=True, help="The start is emptied"),
    Field("clears_finished", default=True, help="The finish is emptied"),
)
state(models.NoteStatus, Field("is_final", label="Final", default=True))
state(models.Priority)
lookup(models.Reason)
lookup(models.Recommendation)
lookup(models.SystemType)
lookup(models.OperatingSystem, label="Operating systems")
lookup(models.OsArchitecture, label="OS architectures")
lookup(
    models.OsImportName,
    Field("os", default=True, required=True),
    Field("importer", default=True),
    label="OS import names",
)
lookup(models.Location)
lookup(models.ServiceProvider)
lookup(models.Company, Field("division", default=True))
lookup(models.Division)
lookup(
    models.Contact, Field("phone", default=True), Field("email", default=True, required=True, label="E-mail")
)
lookup(models.Domain)
lookup(models.DnsName, Field("domain", default=True))
lookup(models.Ip)
lookup(models.ArtifactType)
lookup(models.CaseType)
lookup(models.TaskName)
lookup(models.Headline)
