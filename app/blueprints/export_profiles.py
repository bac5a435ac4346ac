"""Export profiles: which records with which columns become which file; making it now."""

import io
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request
from flask_login import current_user

from app.blueprints.export_jobs import AT_ONCE, queued
from app.downloads import attachment
from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.exporting import files, making
from app.exporting.definition import Definition
from app.exporting.making import Export
from app.models.exports import ExportProfile
from app.security.permissions import EXPORT, needs
from app.services.reading import Row, snapshot
from app.services.shape import shape_of

entity = register(
    Entity(
        model=ExportProfile,
        search=("name", "definition"),
        fields=[
            Field("name", default=True, required=True, link=True, bulk=False),
            Field(
                "definition",
                default=True,
                required=True,
                bulk=False,
                help="YAML: entity, columns, filter, sort, format …",
                kind=Definition(shape_of(ExportProfile)["definition"], ExportProfile),
            ),
        ],
    )
)

bp = Blueprint("export_profiles", __name__)
ONE = "/export-profiles/<int:record_id>"


@bp.post(f"{ONE}/file")
@needs(EXPORT)
def make(record_id: int):
    """The file itself if it is small, else the page of the job that writes it."""
    try:
        export = making.export_of(record_id, current_user)
        file_format = format_of(export, request.form.get("format", ""))
        if export.count() > AT_ONCE:
            return _enqueue(export, "by_profile", file_format=file_format, name=export.file_name(file_format))
        return file_of(export, file_format)
    except making.FAULTS as error:
        return _refused(record_id, str(error))


@bp.post(f"{ONE}/write")
@needs(EXPORT)
def write(record_id: int):
    """Let a job write the file into the export directory."""
    try:
        return _enqueue(making.export_of(record_id, current_user), "into_directory")
    except making.FAULTS as error:
        return _refused(record_id, str(error))


def format_of(export: Export, asked: str) -> str:
    """The format that was asked for, else that of the profile; 400 if there is no such format."""
    if asked and asked not in files.FORMATS:
        abort(400, f"The format must be one of {', '.join(files.FORMATS)}.")
    return asked or export.profile.format


def file_of(export: Export, file_format: str):
    """The file, to be downloaded."""
    stream = io.BytesIO()
    snapshot()
    export.write(file_format, stream)
    stream.seek(0)
    return attachment(stream, files.FORMATS[file_format], export.file_name(file_format))


def _enqueue(export: Export, function: str, **more: Any):
    return queued(f"exports.{function}", f"Export “{export.called}”", profile_id=export.id, **more)


def _refused(record_id: int, why: str):
    return render_template("export-profiles/refused.html", record_id=record_id, why=why), 422


def told(row: Row) -> dict[str, Any]:
    """What the page says of a profile: itself, how many records it finds now, or what is wrong with it."""
    try:
        export = making.export_of(row.id, current_user)
        return {"export": export, "count": export.count()}
    except making.FAULTS as error:
        return {"wrong": str(error)}


def init_app(app: Any) -> None:
    """Register the views, and give the templates what they ask."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(export_told=told, export_formats=tuple(files.FORMATS))
    app.jinja_env.globals["export_directories"] = lambda: current_app.config["SETTINGS"].export_dirs
