"""The timeline: what happened on which system, when."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import current_user

from app.blueprints.grid.listing import asked
from app.entities import forms
from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.extensions import db
from app.htmx import is_htmx
from app.models.timeline import TimelineEntry
from app.security.permissions import EDIT, needs
from app.services import changes, records
from app.services.drafts import Draft, Refused
from app.services.reading import read
from app.times import zone_named

entity = register(
    Entity(
        model=TimelineEntry,
        search=("content", "type", "system", "note", "source", "tags"),
        identity=("time", "system", "type", "content"),
        order="time",
        fields=[
            Field(
                "time",
                default=True,
                required=True,
                link=True,
                bulk=False,
                aliases=(
                    "entry time",
                    "datetime",
                    "date time",
                    "timestamp utc 0",
                    "timestamp utc",
                    "utc",
                    "timestamp",
                    "time utc",
                    "event time",
                    "event date",
                    "date",
                ),
            ),
            Field(
                "system", default=True, required=True, bulk=False, aliases=("source system", "display name")
            ),
            Field(
                "type",
                default=True,
                aliases=(
                    "entry type",
                    "timestamp desc",
                    "event type",
                    "evidence type",
                    "evidencetype",
                    "event category",
                    "category",
                ),
            ),
            Field(
                "content",
                default=True,
                bulk=False,
                aliases=(
                    "entry content",
                    "message",
                    "description",
                    "activity",
                    "event",
                    "desc",
                    "details",
                    "summary",
                    "event title",
                ),
            ),
            Field("note", aliases=("entry note", "comments", "remarks")),
            Field("source", aliases=("source file", "event source", "parser", "sourcetype")),
            Field("case"),
            Field("tags", default=True),
            Field("zone", help="The zone that the time was given in", aliases=("timezone", "time zone")),
        ],
    )
)

bp = Blueprint("quick_timeline", __name__)

_LASTING = ("system", "zone", "type")
"""What the next entry usually has in common with the last one."""


@bp.post("/timeline/quick")
@needs(EDIT)
def quick():
    """An entry in one line; what was typed stays when it is refused."""
    given = {name: request.form.get(name, "") for name in ("system", "time", "zone", "type", "content")}
    try:
        draft, change_set = _add(given)
    except Refused as error:
        db.session.rollback()
        shown = {"entity": entity, "given": given, "faults": error.errors}
        return render_template(f"timeline/{'_quick_form' if is_htmx() else 'quick'}.html", **shown), 422
    if not is_htmx():
        flash(change_set.summary)
        return redirect("/timeline", 303)
    found = asked(entity)
    (row,) = read(TimelineEntry, [draft.record_id], found.names)
    lasting = {name: given[name] for name in _LASTING}
    form = render_template("timeline/_quick_form.html", entity=entity, given=lasting, added=True)
    shown = {"entity": entity, "row": row, "listing": found, "change_set": change_set}
    return form + render_template("entity/_created.html", **shown)


def _add(given: dict[str, str]) -> tuple[Draft, changes.Recording]:
    try:
        zone = zone_named(given["zone"].strip() or current_user.zone)
    except ValueError as error:
        raise Refused({"zone": str(error)}) from None
    wanted = {name: text for name, text in given.items() if name != "zone"}
    values = forms.parse(entity, wanted, zone=zone)
    with changes.recording(current_user.id, "ui") as change_set:
        draft = records.create(change_set, TimelineEntry, forms.resolve(change_set, entity, values))
        change_set.summary = f"New {entity.one}: {entity.called(draft)}"
    db.session.commit()
    return draft, change_set


def init_app(app) -> None:
    """Register the view."""
    app.register_blueprint(bp)
