"""Artifacts: the data of systems."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.artifacts import Artifact

FILES, NOTES = "Files", "Notes"

entity = register(
    Entity(
        model=Artifact,
        search=("name", "system", "type", "source_path", "md5", "sha1", "sha256", "tags", "result",
                "note_external", "note_internal"),
        fields=[
            Field("name", default=True, required=True, link=True),
            Field("system", default=True, required=True, aliases=("host", "hostname")),
            Field("priority", default=True),
            Field("status", default=True),
            Field("type", default=True, required=True),
            Field("assigned_to", label="Assigned", default=True),
            Field("tags", default=True),
            Field("case"),
            Field("requested_at", label="Requested", default=True, help="Set when a status says so"),
            Field("acquired_at", label="Acquired", default=True, help="Set when a status says so"),
            Field("source_path", section=FILES),
            Field("storage_path", section=FILES, editable=False, bulk=False, help="Made below the evidence directory when it is acquired"),
            Field("md5", label="MD5", section=FILES, bulk=False),
            Field("sha1", label="SHA1", section=FILES, bulk=False),
            Field("sha256", label="SHA256", section=FILES, bulk=False),
            Field("result", label="Analysis result", section=NOTES),
            Field("note_external", label="External note", section=NOTES),
            Field("note_internal", label="Internal note", section=NOTES, internal=True),
            Field("uuid", label="UUID", editable=False, bulk=False, section=FILES),
        ],
    )
)  # fmt: skip
