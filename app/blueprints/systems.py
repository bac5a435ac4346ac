"""Systems: whatever can be compromised."""

from app.entities.computed import Count
from app.entities.entity import Entity, Field, Related
from app.entities.registry import register
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.notes import ReportItem
from app.models.systems import System
from app.models.tasks import Task
from app.models.timeline import TimelineEntry

STATE, TECHNICAL, VIRTUAL = "Status", "Technical", "Virtualization"
ORGANISATION, OPTIONS = "Organisation", "Options"

entity = register(
    Entity(
        model=System,
        search=("name", "aliases", "dns_name", "domain", "ips", "tags", "location", "os", "assigned_to"),
        usual={"deprecated_at.empty": "1"},
        related=(
            Related(Artifact, "system", ("name", "type", "status", "priority", "assigned_to", "requested_at"),
                    adds=("name", "type", "source_path"), most=50),
            Related(Task, "system", ("name", "status", "priority", "assigned_to", "due_at", "note"),
                    adds=("name", "due_at", "note"), most=50),
            Related(TimelineEntry, "system", ("time", "type", "content", "note", "tags"),
                    adds=("time", "type", "content"), folded=True),
            Related(ReportItem, "system", adds=("headline", "subheadline"), look="texts", folded=True),
            Related(Account, "system", ("name", "is_admin", "last_logon_at", "note"), title="Local accounts",
                    adds=("name", "is_admin", "last_logon_at"), folded=True),
            Related(Account, "seen_on", ("name", "domain", "is_admin", "last_logon_at", "note"),
                    title="Accounts seen on it", adds=("name", "domain", "is_admin"), folded=True),
            Related(System, "host_system", ("name", "status", "analysis_status", "priority", "assigned_to"),
                    title="Guests"),
        ),
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
)  # fmt: skip
