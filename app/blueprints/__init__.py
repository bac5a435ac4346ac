"""The pages: one module per entity (declaration on top, special views below)."""

from app import markup
from app.blueprints import (
    accounts,
    activity,
    artifacts,
    assignments,
    auth,
    backups,
    bin,
    cases,
    counts,
    creating,
    creators,
    dashboard,
    details,
    directory,
    documentation,
    export_builder,
    export_profiles,
    exports,
    fixtures,
    frame,
    health,
    import_intake,
    import_profiles,
    import_runs,
    imports,
    jobs,
    keys,
    leaving,
    lookups,
    markdown,
    me,
    memos,
    merging,
    notes,
    notices,
    overview,
    passwords,
    pasting,
    people,
    preview,
    report_items,
    revisions,
    schedules,
    search,
    settings,
    snapshots,
    status,
    system_merging,
    systems,
    tags,
    tasks,
    timeline,
    twins,
    views,
    welcome,
    wording,
    workflows,
)
from app.blueprints.grid import flows, pieces, tabs
from app.blueprints.grid.views import blueprint_for
from app.blueprints.rest import bulk as rest_bulk
from app.blueprints.rest import exports as rest_exports
from app.blueprints.rest import history as rest
from app.blueprints.rest import imports as rest_imports
from app.blueprints.rest import merging as rest_merging
from app.blueprints.rest import names as rest_names
from app.blueprints.rest import snapshots as rest_snapshots
from app.blueprints.rest import system_merging as rest_system_merging
from app.blueprints.rest import tasks as rest_tasks
from app.blueprints.rest import workflows as rest_workflows
from app.entities.registry import entities

__all__ = [
    "accounts",
    "artifacts",
    "cases",
    "export_profiles",
    "import_intake",
    "imports",
    "lookups",
    "memos",
    "notes",
    "people",
    "report_items",
    "rest_bulk",
    "rest_exports",
    "rest_imports",
    "rest_merging",
    "rest_names",
    "rest_snapshots",
    "rest_system_merging",
    "rest_tasks",
    "rest_workflows",
    "systems",
    "tags",
    "tasks",
    "timeline",
]


def register_blueprints(app) -> None:
    """Register every blueprint."""
    frame.init_app(app)
    markup.init_app(app)
    pieces.init_app(app)
    flows.init_app(app)
    tabs.init_app(app)
    parts = (wording, details, leaving, activity, welcome, bin, tasks, memos, merging, passwords, overview)
    for module in (*parts, revisions, schedules, timeline, workflows, export_profiles, import_profiles):
        module.init_app(app)
    for module in (directory, search, counts, notices, health, auth, me, passwords, rest):
        app.register_blueprint(module.bp)
    for module in (
        import_runs,
        exports,
        export_builder,
        markdown,
        fixtures,
        jobs,
        keys,
        views,
        preview,
        documentation,
        status,
        snapshots,
        backups,
        assignments,
        dashboard,
        settings,
        pasting,
        creating,
        system_merging,
        twins,
        creators,
    ):
        app.register_blueprint(module.bp)
    for entity in entities():
        app.register_blueprint(blueprint_for(entity))
