"""Artifacts: the data of systems."""

from app.entities.entity import Entity, Field, Related
from app.entities.registry import register
from app.models.artifacts import Artifact
from app.models.tasks import Task

FILES, NOTES = "Files", "Notes"

entity = register(
    Entity(
        model=Artifact,
        search=(
            "name",
            "system",
            "type",
            "source_path",
            "md5",
            "sha1",
            "sha256",
            "tags",
            "result",
            "note_external",
            "note_internal",
        ),
        identity=("system", "type", "name"),
        related=(
            Related(
                Task,
                "artifact",
                ("name", "status", "priority", "assigned_to", "due_at", "note"),
                adds=("name", "due_at", "note"),
            ),
        ),
        fields=[
            Field(
                "name",
                default=True,
                required=True,
                link=True,
                aliases=(
                    "artefact",
                    "artifact",
                    "evidence",
                    "evidence id",
                    "evidence name",
                    "file name",
                    "filename",
                    "file",
                ),
            ),
            Field("system", default=True, required=True, aliases=("evidence source",)),
            Field("priority", default=True),
            Field("status", default=True, aliases=("evidence status", "state")),
            Field(
                "type",
                default=True,
                required=True,
                aliases=("artefact type", "evidence type", "evidencetype", "kind"),
            ),
            Field("assigned_to", label="Assigned", default=True),
            Field("tags", default=True),
            Field("case"),
            Field(
                "requested_at",
                label="Requested",
                default=True,
                help="Set when a status says so",
                aliases=("requested time", "date requested", "request date", "requested on"),
            ),
            Field(
                "acquired_at",
                label="Acquired",
                default=True,
                help="Set when a status says so",
                aliases=("acquisition time", "date received", "received", "collected", "collected at"),
            ),
            Field(
                "source_path", section=FILES, aliases=("path on disk", "path", "file path", "original path")
            ),
            Field(
                "storage_path",
                section=FILES,
                editable=False,
                bulk=False,
                help="Made below the evidence directory when it is acquired",
            ),
            Field("md5", label="MD5", section=FILES, bulk=False, aliases=("md5 hash",)),
            Field("sha1", label="SHA1", section=FILES, bulk=False, aliases=("sha 1", "sha1 hash")),
            Field(
                "sha256",
                label="SHA256",
                section=FILES,
                bulk=False,
                aliases=("sha 256", "sha256 hash", "evidence hash"),
            ),
            Field(
                "result",
                label="Analysis result",
                section=NOTES,
                aliases=("note analysisresult", "finding", "findings"),
            ),
            Field(
                "note_external",
                label="External note",
                section=NOTES,
                aliases=("notes", "comment", "description"),
            ),
            Field("note_internal", label="Internal note", section=NOTES, internal=True),
            Field("uuid", label="UUID", editable=False, bulk=False, section=FILES),
        ],
    )
)
