"""Systems: whatever can be compromised."""

from dataclasses import dataclass

from app.entities import query
from app.entities.computed import Count
from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.artifacts import Artifact
from app.models.systems import System
from app.models.tasks import Task
from app.services.reading import Row, read

STATE, TECHNICAL, VIRTUAL = "Status", "Technical", "Virtualization"
ORGANISATION, OPTIONS = "Organisation", "Options"

entity = register(
    Entity(
        model=System,
        search=("name", "aliases", "dns_name", "domain", "ips", "tags", "location", "os", "assigned_to"),
        usual={"deprecated_at.empty": "1"},
        fields=[
            Field("name", default=True, required=True, link=True, bulk=False),
            Field("priority", default=True, section=STATE),
            Field("status", default=True, section=STATE),
            Field("analysis_status", default=True, section=STATE),
            Field("assigned_to", label="Assigned", default=True, section=STATE),
            Field("tags", default=True, section=STATE),
            Field("cases", section=STATE),
            Field("reason", section=STATE),
            Field("recommendation", section=STATE),
            Field("first_compromised_at", label="First compromised", section=STATE),
            Field("ips", default=True, section=TECHNICAL),
            Field("os", default=True, section=TECHNICAL),
            Field("os_arch", label="OS architecture", section=TECHNICAL),
            Field("domain", default=True, section=TECHNICAL),
            Field("artifacts", default=True, kind=Count(Artifact, "system")),
            Field("tasks", default=True, kind=Count(Task, "system")),
            Field("dns_name", section=TECHNICAL),
            Field("aliases", label="Also known as", section=TECHNICAL, bulk=False),
            Field("type", section=TECHNICAL),
            Field("installed_at", label="Installed", section=TECHNICAL),
            Field("last_booted_at", label="Last booted", section=TECHNICAL),
            Field("deprecated_at", label="Deprecated", section=TECHNICAL),
            Field("is_vm", label="Virtual", section=VIRTUAL),
            Field("host_system", section=VIRTUAL),
            Field("companies", section=ORGANISATION),
            Field("location", section=ORGANISATION),
            Field("service_provider", section=ORGANISATION),
            Field("contact", section=ORGANISATION),
            Field("on_spreadsheet", section=OPTIONS, help="Goes into spreadsheet exports made by a profile"),
            Field("in_reports", section=OPTIONS, help="Goes into reports"),
            Field("is_protected", label="Protected", section=OPTIONS, help="Imports never touch it"),
            Field("uuid", label="UUID", editable=False, bulk=False, section=OPTIONS),
        ],
    )
)


GUESTS = 20


@dataclass
class Guests:
    """The systems that run on a host: how many, and the first of them."""

    count: int
    rows: list[Row]


def guests_of(host: Row) -> Guests:
    """The guests of a system, for its page."""
    asked = query.understand(entity, [("host_system", f"id:{host.id}")])
    fields = ["name", "status", "analysis_status", "assigned_to"]
    return Guests(query.count(asked), read(System, query.ids(asked, limit=GUESTS), fields))


def init_app(app) -> None:
    """Give the page of a system what it asks."""
    app.jinja_env.globals["guests_of"] = guests_of
