"""Which rules hold for which model; `records` asks them for every single and every batch write.

Rules of a model are a module with `prepare` (complete and check drafts), `settle` (after the
rows are written) and `leave` (after rows went to the bin).
"""

from types import ModuleType

from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.base import Record
from app.models.cases import Case
from app.models.lookups import Headline, Ip, State, TaskName
from app.models.notes import Note, ReportItem
from app.models.schedules import Schedule
from app.models.systems import Memo, System
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.models.users import User
from app.models.workflows import WorkflowArtifact, WorkflowTask
from app.services import (
    account_rules,
    artifact_rules,
    case_rules,
    ip_rules,
    label_rules,
    memo_rules,
    name_rules,
    note_rules,
    report_rules,
    schedule_rules,
    state_rules,
    system_rules,
    task_rules,
    timeline_rules,
    user_rules,
    workflow_rules,
)

RULES: dict[type[Record], ModuleType] = {
    System: system_rules,
    Artifact: artifact_rules,
    Case: case_rules,
    Task: task_rules,
    Note: note_rules,
    ReportItem: report_rules,
    TimelineEntry: timeline_rules,
    Account: account_rules,
    Memo: memo_rules,
    TaskName: label_rules,
    Headline: label_rules,
    Ip: ip_rules,
    User: user_rules,
    Schedule: schedule_rules,
    WorkflowArtifact: workflow_rules,
    WorkflowTask: workflow_rules,
}

TOGETHER = (State, User, Note, ReportItem, WorkflowArtifact, WorkflowTask)
"""Whose rules compare all records of one write: one default, the last administrator, places in an order."""


def of(model: type[Record]) -> ModuleType:
    """The rules of a model; everything else just has a unique name."""
    return RULES.get(model, state_rules if issubclass(model, State) else name_rules)
