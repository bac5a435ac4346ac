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
