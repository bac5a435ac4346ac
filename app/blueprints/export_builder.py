"""Choosing what an export profile holds: fields are ticked and ordered, the YAML is written from that."""

from dataclasses import dataclass, field
from typing import Any, Self

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_login import current_user

from app.blueprints.export_profiles import ONE, entity
from app.entities.entity import Entity, Field
from app.entities.registry import entities
from app.exporting import explanations, files
from app.exporting.columns import SPLITS, TIMES
from app.exporting.profile import BadProfile, Profile, offered
from app.extensions import db
from app.models.exports import ExportProfile
from app.security.access import load
from app.security.permissions import CONFIGURE, needs
from app.services import changes, records
from app.services.drafts import Conflict, Refused

bp = Blueprint("export_builder", __name__)
_META = {"": None, "yes": True, "no": False}
_PLAIN = ("entity", "filter", "sort", "format", "split", "times", "name")


@dataclass
class Choice:
    """What the form says: every field in order, those that are ticked, own headings, the rest by key."""

    called: str
    of: Entity
    said: dict[str, Any]
    order: list[str] = field(default_factory=list)
    ticked: list[str] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_profile(cls, called: str, profile: Profile) -> Self:
        """The form of a profile as it is."""
        ticked = [item.name for item in profile.chosen()]
        headings = {column.field: column.heading for column in profile.columns}
        return cls(called, profile.of, dict(vars(profile)), ticked, ticked, headings)

    @classmethod
    def of_form(cls) -> Self:
        """The form as it was sent; 400 if it has no such entity."""
        form = request.form
        known = {item.plural: item for item in entities()}
        of = known.get(form.get("entity", "")) or abort(400, "entity: there is no such list")
        said: dict[str, Any] = {key: form.get(key, "").strip() for key in _PLAIN}
        said["split"] = form.get("split", ";").replace("\r\n", "\n")
        said |= {"meta": _META.get(form.get("meta", "")), "internal": "internal" in form}
        said["spreadsheet_only"] = "spreadsheet_only" in form if of.has("on_spreadsheet") else None
        headings = {name: form.get(f"heading.{name}", "").strip() for name in form.getlist("order")}
        choice = cls(form.get("called", "").strip(), of, said, form.getlist("order"), form.getlist("columns"))
        choice.headings, said["explanations"] = headings, form.getlist("explanations")
        if form.get("was") != of.plural:
            said["spreadsheet_only"] = of.has("on_spreadsheet") or None
            choice.order, choice.ticked = [], [item.name for item in of.fields if item.default]
        return choice

    @property
    def items(self) -> list[Field]:
        """The fields that can be columns, those with a place first."""
        known = offered(self.of, internal=bool(self.said["internal"]))
        placed = [name for name in dict.fromkeys(self.order) if name in known]
        return [known[name] for name in [*placed, *(name for name in known if name not in placed)]]

    @property
    def explainable(self) -> list[Field]:
        """The fields whose values can be explained on a sheet of their own."""
        return explanations.offered(self.of)

    def move(self, told: str) -> None:
        """One field a line up or down: `status:-1`, `status:1`."""
        name, _, way = told.partition(":")
        order = [item.name for item in self.items]
        if name not in order or way not in ("1", "-1"):
            abort(400, "move: a field, and -1 or 1")
        at = order.index(name)
        order.insert(max(0, at + int(way)), order.pop(at))
        self.order = order

    def profile(self) -> Profile:
        """The profile that the form means; `BadProfile` says what is wrong."""
        chosen = [item.name for item in self.items if item.name in self.ticked]
        if not chosen:
            raise BadProfile("tick at least one field")
        said = {key: value for key, value in self.said.items() if value not in ("", None, [], ())}
        said["columns"] = [
            {"field": name, "heading": self.headings[name]} if self.headings.get(name) else name
            for name in chosen
        ]
        said["explanations"] = [name for name in self.said["explanations"] if name in chosen]
        return Profile.checked(said)


@bp.get("/export-profiles/build")
@needs(CONFIGURE)
def new():
    """A profile to be made, perhaps of the list that somebody sees."""
    known = {item.plural: item for item in entities()}
    of = known.get(request.args.get("entity", "systems")) or abort(404)
    profile = Profile(of.plural, filter=request.args.get("filter", ""), internal=of.internal)
    choice = Choice.of_profile("", profile)
    choice.ticked = [item.name for item in of.fields if item.default]
    return _page(choice)


@bp.post("/export-profiles/build")
@needs(CONFIGURE)
def create():
    """A new profile; the form again while fields are moved or something is wrong."""
    return _answer(None)


@bp.get(f"{ONE}/build")
@needs(CONFIGURE)
def edit(record_id: int):
    """The form of a profile; one that can't be followed is mended as YAML."""
    row = load(ExportProfile, record_id)
    try:
        return _page(Choice.of_profile(row["name"], Profile.read(row["definition"])), row)
    except BadProfile as error:
        flash(f"It can't be followed: {error}. Mend it here.", "error")
        return redirect(f"/export-profiles/{record_id}/edit")


@bp.post(f"{ONE}/build")
@needs(CONFIGURE)
def change(record_id: int):
    """The profile as the form says."""
    return _answer(load(ExportProfile, record_id))


def _answer(row: Any):
    choice = Choice.of_form()
    if "move" in request.form:
        choice.move(request.form["move"])
        return _page(choice, row)
    if "refresh" in request.form:
        return _page(choice, row)
    try:
        return redirect(f"/export-profiles/{_save(choice, row)}", 303)
    except BadProfile as error:
        return _page(choice, row, str(error)), 422
    except Refused as error:
        db.session.rollback()
        return _page(choice, row, str(error)), 422
    except Conflict:
        db.session.rollback()
        return _page(choice, row, "Somebody else has changed the profile meanwhile: open it again"), 409


def _save(choice: Choice, row: Any) -> int:
    values = {"name": choice.called, "definition": choice.profile().as_yaml()}
    if not choice.called:
        raise BadProfile("it needs a name")
    with changes.recording(current_user.id, "ui") as change_set:
        if row is None:
            draft = records.create(change_set, ExportProfile, values)
        else:
            seen = {"definition": request.form.get("seen", "").replace("\r\n", "\n").strip()}
            draft = records.update(change_set, ExportProfile, row.id, values, seen)
        change_set.summary = entity.called(draft)
        record_id = draft.record_id
    db.session.commit()
    return record_id


def _page(choice: Choice, row: Any = None, error: str = "") -> str:
    seen = request.form.get("seen", row["definition"] if row else "")
    page = {"choice": choice, "row": row, "error": error, "seen": seen, "formats": files.FORMATS}
    lists = sorted(entities(), key=lambda item: item.label)
    return render_template("export-profiles/build.html", **page, splits=SPLITS, times=TIMES, lists=lists)
