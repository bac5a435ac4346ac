"""Engagement templates in the browser: those that Spoor brings along, one's own, and what is set up here."""

from dataclasses import dataclass
from io import BytesIO

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_login import current_user

from app.downloads import attachment
from app.entities.entity import Entity
from app.extensions import db
from app.fixtures.dump import dump
from app.fixtures.load import BadTemplate, Report, Template, load, read, shipped
from app.security.access import may_write
from app.security.permissions import CONFIGURE, needs
from app.services import changes

bp = Blueprint("fixtures", __name__, url_prefix="/fixtures")


@dataclass
class Preview:
    """What loading a template would do; `name` or `text` says again which one it is."""

    template: Template
    report: Report
    name: str = ""
    text: str = ""


@bp.get("")
@needs(CONFIGURE)
def index():
    """The templates to choose from."""
    return _page()


def _page(preview: Preview | None = None, error: str = "") -> str:
    return render_template("fixtures/index.html", shipped=shipped(), preview=preview, error=error)


@bp.post("")
@needs(CONFIGURE)
def run():
    """Tell what a template would change; with `apply`, change it."""
    try:
        name, text = request.form.get("name", ""), _text()
        template = shipped()[name] if name in shipped() else read(text)
        title = template.title or "without a title"
        with changes.recording(current_user.id, "ui", f"Template {title}") as change_set:
            report = load(change_set, template, _may)
            if not request.form.get("apply"):
                db.session.rollback()
                change_set.changes.clear()
        db.session.commit()
    except BadTemplate as error:
        db.session.rollback()
        return _page(error=str(error)), 422
    if not request.form.get("apply"):
        return _page(Preview(template, report, name, text))
    flash(
        f"{change_set.summary} is loaded", f"change-set {change_set.id}" if change_set.changes else "message"
    )
    return redirect("/fixtures", 303)


def _may(entity: Entity) -> bool:
    return may_write(current_user, entity.model)


def _text() -> str:
    """The YAML that was uploaded, or that the preview carries along."""
    upload = request.files.get("file")
    try:
        return upload.read().decode("utf-8-sig") if upload else request.form.get("text", "")
    except UnicodeDecodeError:
        raise BadTemplate("The file is no text in UTF-8.") from None


@bp.get("/template.yaml")
@needs(CONFIGURE)
def download() -> Response:
    """What is set up here, as a template for the next engagement."""
    return attachment(BytesIO(dump("Our template", "").encode()), "application/yaml", "template.yaml")
