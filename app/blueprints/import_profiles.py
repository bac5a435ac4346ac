"""Profiles of imports: what the team has, in words, as a form and as YAML."""

from io import BytesIO
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request
from flask_login import current_user
from jinja2_fragments.flask import render_block

from app.blueprints.grid.pieces import leave
from app.blueprints.import_runs import bp, directory, run_for
from app.blueprints.imports import columns_page
from app.downloads import attachment
from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.extensions import db
from app.htmx import wants_fragment
from app.importing import mapping, profiles, runs, words
from app.importing.contradictions import contradictions
from app.importing.kinds import kind_named
from app.importing.profile import Profile
from app.importing.profiles import definition_field
from app.importing.refusal import ImportRefused
from app.importing.written import read_profile, write_profile
from app.models.imports import ImportProfile, ImportRun
from app.security.access import load, may
from app.security.permissions import CONFIGURE, IMPORT, needs
from app.services import changes, records

YAML = "application/yaml; charset=utf-8"

entity = register(
    Entity(
        model=ImportProfile,
        verb="configure",
        search=("name", "definition"),
        fields=[
            Field("name", default=True, required=True, link=True, bulk=False),
            definition_field(),
        ],
    )
)

pages = Blueprint("import_profile_pages", __name__, url_prefix="/import-profiles")


@pages.get("/<int:record_id>/profile.yaml")
@needs(IMPORT)
def as_yaml(record_id: int):
    """The profile as a file."""
    row = load(ImportProfile, record_id, ["name", "definition"])
    return attachment(BytesIO(row["definition"].encode()), YAML, f"{row['name']}.yaml")


@pages.get("/<int:record_id>/columns")
@needs(CONFIGURE)
def form(record_id: int):
    """The profile as a form: the columns and options of the wizard, without a file."""
    row = load(ImportProfile, record_id, ["name", "definition"])
    try:
        return _form(row, read_profile(row["definition"]))
    except ImportRefused as error:
        flash(str(error))
        return redirect(f"/import-profiles/{record_id}/edit", 303)


@pages.post("/<int:record_id>/columns")
@needs(CONFIGURE)
def save_form(record_id: int):
    """Store what the form says; with `stay` only show what follows from a choice or from one more column."""
    row = load(ImportProfile, record_id, ["name", "definition", "revision"])
    old = read_profile(row["definition"])
    of = kind_named(old.kind)
    headings = [text for text in request.form.getlist("heading") if text.strip()]
    table = mapping.table_of(list(dict.fromkeys(headings)))
    profile = mapping.profile_from(request.form, table, old, of)
    profile.name = row["name"]
    if request.args.get("stay") or "more" in request.form:
        return _form(row, profile)
    if problems := mapping.doubles(request.form, table.headings) + contradictions(profile, of):
        return _form(row, profile, problems), 422
    with changes.recording(current_user.id, "ui", f"Import profile {row['name'][:80]}") as change_set:
        records.update(change_set, ImportProfile, record_id, {"definition": write_profile(profile)})
    db.session.commit()
    return redirect(f"/import-profiles/{record_id}", 303)


def _form(row: Any, profile: Profile, problems: list[str] | None = None) -> str:
    of = kind_named(profile.kind)
    offered = mapping.page(mapping.table_of(list(profile.columns)), profile, of)
    template, context = "import-profiles/columns.html", {"row": row, "problems": problems or []} | offered
    return (
        render_block(template, "form", **context)
        if wants_fragment()
        else render_template(template, **context)
    )


def told(row: Any) -> dict[str, Any]:
    """What a profile does in words, or why it can't be followed any more."""
    try:
        profile = read_profile(row["definition"])
        of = kind_named(profile.kind)
    except ImportRefused as error:
        return {"words": [], "problems": [str(error)]}
    return {"kind": of.label, "words": words.of(profile, of), "problems": contradictions(profile, of)}


def init_app(app: Flask) -> None:
    """Register the pages, and what their templates ask."""
    app.register_blueprint(pages)
    app.jinja_env.globals.update(profile_told=told, may_configure=lambda: may(current_user, CONFIGURE))


@bp.get("/<int:import_id>/profile.yaml")
@needs(IMPORT)
def profile_as_used(import_id: int):
    """The profile as it was used."""
    run = run_for(import_id, own=False)
    text = write_profile(Profile.from_dict(run.profile))
    return attachment(BytesIO(text.encode()), YAML, f"profile-{run.id}.yaml")


@bp.post("/<int:import_id>/profile")
@needs(CONFIGURE)
def save_profile(import_id: int):
    """Keep the columns and options as a profile of the team."""
    run = run_for(import_id)
    opened = runs.open_run(run, directory())
    profile = mapping.profile_from(request.form, opened.table, opened.profile, opened.entity)
    problems = [] if profile.name else ["A profile needs a name: give it one."]
    problems += contradictions(profile, opened.entity, is_export=opened.table.is_export)
    if problems:
        return columns_page(run, profile, problems), 422
    with changes.recording(current_user.id, "ui", f"Import profile {profile.name[:80]}") as change_set:
        draft = profiles.keep(change_set, profile)
        db.session.get_one(ImportRun, run.id).profile = profile.to_dict()
    db.session.commit()
    flash(change_set.summary, f"change-set {change_set.id}")
    return leave(f"/import-profiles/{draft.record_id}")
