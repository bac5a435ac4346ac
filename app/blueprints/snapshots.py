"""Snapshots of the status page: taken, listed, drawn over time, downloaded, deleted."""

import codecs
import csv
import io
import json
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import current_user

from app.blueprints.grid.pieces import leave
from app.downloads import attachment
from app.exporting.files import marked
from app.extensions import db
from app.security.permissions import CONFIGURE, EDIT, EXPORT, SEE, needs
from app.services import changes, snapshots
from app.status import snapshots as kept

bp = Blueprint("snapshots", __name__, url_prefix="/snapshots")
PAGE, DRAWN = 50, 500
HEADINGS = ("At", "Label", "Entity", "By", "Status", "Count")


@bp.get("")
@needs(SEE)
def index() -> str:
    """The snapshots, the newest first, with systems by status over time."""
    before = request.args.get("before", type=int)
    found = snapshots.newest(before, DRAWN + 1)
    page = {"snapshots": found[:PAGE], "more": len(found) > PAGE, "series": kept.series(found[:DRAWN])}
    page |= {"authors": snapshots.authors(found[:PAGE])}
    return render_template("snapshots/index.html", **page)


@bp.post("")
@needs(EDIT)
def take() -> Any:
    """Keep the numbers of now."""
    with changes.recording(current_user.id, "ui") as change_set:
        snapshots.keep(change_set, kept.numbers(), request.form.get("label", ""))
    db.session.commit()
    flash("The numbers are kept.")
    return redirect("/snapshots", 303)


@bp.post("/<int:snapshot_id>/delete")
@needs(CONFIGURE)
def delete(snapshot_id: int) -> Any:
    """Put one into the bin; the page offers the undo."""
    with changes.recording(current_user.id, "ui") as change_set:
        snapshots.remove(change_set, snapshot_id)
    db.session.commit()
    flash(change_set.summary, f"change-set {change_set.id}")
    return leave("/snapshots")


@bp.get("/export")
@needs(EXPORT)
def export() -> Any:
    """All of them, as CSV or JSON."""
    found = snapshots.newest()
    if request.args.get("format") == "json":
        told = [
            {"at": one.created_at.isoformat(), "label": one.label, "numbers": one.numbers} for one in found
        ]
        return attachment(io.BytesIO(json.dumps(told).encode()), "application/json", "snapshots.json")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows([*map(marked, line[:-1]), line[-1]] for line in kept.lines(found))
    content = io.BytesIO(codecs.BOM_UTF8 + text.getvalue().encode())
    return attachment(content, "text/csv; charset=utf-8", "snapshots.csv")
