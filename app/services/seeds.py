"""What a new installation brings along: lookups with their meanings, and a few tags."""

from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import lookups
from app.models.base import Record
from app.models.exports import ExportProfile
from app.models.lookups import Icon, Meaning, Tone
from app.models.tags import Tag
from app.services import records
from app.services.changes import Recording
from app.services.drafts import Draft, Refused
from app.services.ready_exports import READY


def _state(position: int, name: str, colour: Tone, icon: Icon, note: str, **more: Any) -> dict[str, Any]:
    return {"position": position, "name": name, "colour": colour, "icon": icon, "note": note} | more


def _status(
    position: int, name: str, colour: Tone, icon: Icon, meaning: Meaning, note: str, **more: Any
) -> dict[str, Any]:
    return _state(position, name, colour, icon, note, meaning=meaning, **more)


def _named(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "position": 10 * number} for number, name in enumerate(names, start=1)]


_SYSTEM_STATUSES = [
    _status(10, "Unknown", Tone.GREY, Icon.RING, Meaning.UNKNOWN, "Not looked at yet.", is_default=True),
    _status(20, "Analysis ongoing", Tone.AMBER, Icon.HOURGLASS, Meaning.SUSPECTED, "The analysis will tell."),
    _status(30, "Compromised", Tone.RED, Icon.CROSS, Meaning.COMPROMISED, "The attacker left traces."),
    _status(40, "Clean", Tone.GREEN, Icon.CHECK, Meaning.CLEAN, "Analysed; nothing was found."),
    _status(50, "Remediation done", Tone.BLUE, Icon.SHIELD, Meaning.REMEDIATED, "Is cleaned up."),
    _status(60, "Reinstalled", Tone.VIOLET, Icon.SHIELD, Meaning.REMEDIATED, "Was set up anew."),
    _status(70, "Removed", Tone.STRONG_GREY, Icon.DOWN, Meaning.OUT_OF_SCOPE, "Not in use any more."),
    _status(90, "Not analyzed", Tone.GREY, Icon.QUESTION, Meaning.OUT_OF_SCOPE, "Will not be looked at."),
]
_ANALYSIS_STATUSES = [
    _state(10, "Needs analysis", Tone.ORANGE, Icon.RING, "Somebody should look at it."),
    _state(20, "Ready for analysis", Tone.BLUE, Icon.DOT, "The data is there."),
    _state(30, "Ongoing analysis", Tone.AMBER, Icon.HOURGLASS, "Somebody is on it."),
    _state(35, "Waiting for customer", Tone.VIOLET, Icon.CLOCK, "Somebody must answer.", is_waiting=True),
    _state(40, "Nothing to do", Tone.GREY, Icon.DOT, "No analysis is needed.", is_open=False),
    _state(50, "Main analysis finished", Tone.GREEN, Icon.CHECK, "Details may follow.", is_open=False),
]
_ARTIFACT_STATUSES = [
    _state(10, "Needs analysis", Tone.ORANGE, Icon.RING, "Somebody should get it.", is_default=True),
    _state(20, "Requested", Tone.VIOLET, Icon.CLOCK, "Was asked for.", sets_requested=True),
    _state(21, "Requested again", Tone.PINK, Icon.CLOCK, "Was asked for again.", sets_requested=True),
    _state(25, "Collection ongoing", Tone.AMBER, Icon.HOURGLASS, "Is being collected.", sets_requested=True),
    _state(30, "Processing ongoing", Tone.AMBER, Icon.HOURGLASS, "Is made readable.", sets_acquired=True),
    _state(40, "Import ongoing", Tone.AMBER, Icon.HOURGLASS, "Goes into the tool.", sets_acquired=True),
    _state(50, "Ready for analysis", Tone.BLUE, Icon.DOT, "Waits for an analyst.", sets_acquired=True),
    _state(60, "Analysis ongoing", Tone.TEAL, Icon.HOURGLASS, "Somebody is on it.", sets_acquired=True),
    _state(
        *(70, "Analysis finished", Tone.GREEN, Icon.CHECK, "The result is there."),
        sets_acquired=True,
        is_open=False,
    ),
    _state(90, "Not analyzed", Tone.GREY, Icon.DOWN, "Will not be looked at.", is_open=False),
    _state(95, "Not available", Tone.STRONG_GREY, Icon.CROSS, "Does not exist any more.", is_open=False),
]
_CASE_STATUSES = [
    _state(10, "Open", Tone.ORANGE, Icon.RING, "Nobody has begun.", is_default=True),
    _state(20, "Ongoing", Tone.AMBER, Icon.HOURGLASS, "Is worked on.", sets_started=True),
    _state(30, "Closed", Tone.GREEN, Icon.CHECK, "Is over.", sets_ended=True, is_open=False),
]
_CLEARS = {"clears_started": True, "clears_finished": True}
_TASK_STATUSES = [
    _state(5, "Blocked", Tone.RED, Icon.CROSS, "Something stands in the way.", **_CLEARS),
    _state(10, "Pending", Tone.ORANGE, Icon.RING, "Nobody has begun.", is_default=True, **_CLEARS),
    _state(
        *(20, "Working", Tone.AMBER, Icon.HOURGLASS, "Somebody is on it."),
        sets_started=True,
        clears_finished=True,
    ),
    _state(
        *(30, "Done", Tone.GREEN, Icon.CHECK, "Is finished."),
        sets_started=True,
        sets_finished=True,
        is_open=False,
    ),
    _state(40, "Skipped", Tone.GREY, Icon.DOWN, "Will not be done.", is_open=False, **_CLEARS),
]
_NOTE_STATUSES = [
    _state(10, "Draft", Tone.ORANGE, Icon.RING, "Is being written.", is_default=True),
    _state(20, "Ready for review", Tone.BLUE, Icon.DOT, "Somebody else should read it."),
    _state(30, "Review", Tone.AMBER, Icon.HOURGLASS, "Somebody reads it."),
    _state(40, "Final", Tone.GREEN, Icon.CHECK, "Goes into the report as it is.", is_final=True),
]
_PRIORITIES = [
    _state(10, "Low", Tone.GREY, Icon.DOWN, "When there is time."),
    _state(20, "Medium", Tone.BLUE, Icon.DIAMOND, "The usual.", is_default=True),
    _state(30, "High", Tone.RED, Icon.UP, "Before the others."),
    _state(40, "Critical", Tone.STRONG_RED, Icon.DOUBLE_UP, "Now."),
]
_WINDOWS = ("XP", "Vista", "7", "8", "8.1", "10", "11")
_WINDOWS_SERVER = ("2003", "2003 R2", "2008", "2008 R2", "2012", "2012 R2", "2016", "2019", "2022", "2025")

SEEDS: dict[type[Record], list[dict[str, Any]]] = {
    lookups.SystemStatus: _SYSTEM_STATUSES,
    lookups.AnalysisStatus: _ANALYSIS_STATUSES,
    lookups.ArtifactStatus: _ARTIFACT_STATUSES,
    lookups.CaseStatus: _CASE_STATUSES,
    lookups.TaskStatus: _TASK_STATUSES,
    lookups.NoteStatus: _NOTE_STATUSES,
    lookups.Priority: _PRIORITIES,
    lookups.SystemType: _named(
        *("Domaincontroller", "Mailserver", "Fileserver", "USB-Drive", "Client", "Server"),
        *("Virtualisation host", "Storage", "Firewall", "Switch", "Mobile device"),
    ),
    lookups.OperatingSystem: _named(
        *(f"Windows {name}" for name in _WINDOWS),
        *(f"Windows Server {name}" for name in _WINDOWS_SERVER),
        *(f"Debian {number}" for number in (11, 12, 13)),
        *(f"Ubuntu {year}.04 LTS" for year in (20, 22, 24, 26)),
        *(f"Red Hat Enterprise Linux {number}" for number in (7, 8, 9, 10)),
        *(f"SUSE Linux Enterprise Server {number}" for number in (12, 15, 16)),
        *("macOS 13 Ventura", "macOS 14 Sonoma", "macOS 15 Sequoia", "macOS 26 Tahoe"),
        *("VMware ESXi 7", "VMware ESXi 8", "tbd"),
    ),
    lookups.OsArchitecture: _named("32-Bit", "64-Bit", "ARM 64-Bit"),
    lookups.ArtifactType: _named(
        *("File", "Image", "Information", "Triage", "Memory image", "Disk image", "Log file"),
        *("Malware sample", "Scan result"),
    ),
    lookups.Headline: _named("Summary"),
    Tag: [
        {"name": "Suspicious", "colour": Tone.ORANGE},
        {"name": "Backdoor installed", "colour": Tone.RED},
        {"name": "Credential harvesting", "colour": Tone.RED},
        {"name": "Data theft", "colour": Tone.RED},
        {"name": "Important", "colour": Tone.RED},
    ],
    ExportProfile: [{"name": name, "definition": text} for name, text in READY.items()],
}


def plant(change_set: Recording) -> int:
    """Fill the tables that are still empty; how many rows came."""
    planted = 0
    for model, rows in SEEDS.items():
        if db.session.scalar(sa.select(model.id).limit(1)) is not None:
            continue
        drafts = records.write(change_set, model, [Draft(values=row) for row in rows])
        for draft in drafts:
            if draft.errors:
                raise Refused(draft.errors)
        planted += len(drafts)
    return planted
