"""The export profiles that an installation begins with; the migration gives them to older ones."""

_WRITTEN = {
    "Classic systems list": """\
entity: systems
columns:
- {field: id, heading: ID}
- {field: name, heading: System}
- {field: dns_name, heading: DNS name}
- domain
- {field: status, heading: Systemstatus}
- {field: analysis_status, heading: Analysisstatus}
- reason
- recommendation
- {field: type, heading: Systemtype}
- ips
- os
- companies
- location
- {field: service_provider, heading: Serviceprovider}
- tags
- cases
- {field: assigned_to, heading: Assigned to}
- {field: created_at, heading: Created}
- {field: created_by, heading: Created by}
- {field: updated_at, heading: Modified}
- {field: updated_by, heading: Modified by}
sort: name
explanations: [status, analysis_status, reason, recommendation, tags]
meta: true
times: minutes
name: systems
""",
    "Artifact requests": """\
entity: artifacts
columns:
- {field: id, heading: Artifact ID}
- {field: name, heading: Artifact}
- {field: system_id, heading: System ID}
- system
- {field: status, heading: Artifactstatus}
- {field: priority, heading: Artifactpriority}
- {field: type, heading: Artifacttype}
- source_path
filter: open=yes&acquired_at.empty=1
sort: system,name
explanations: [status, type]
meta: true
name: artifacts
""",
    "Everything": """\
entity: systems
sort: name
spreadsheet_only: false
name: systems_everything
""",
}
READY = {name: text.strip() for name, text in _WRITTEN.items()}
"""YAML by name, with the edges that a form gives it."""
