"""Schedules: what runs by itself; made for a kind of work, paused, resumed, run by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_login import current_user

from app.blueprints.grid import pages
from app.blueprints.grid.pieces import dialog_or_page, leave, told, typed
from app.entities import forms, query, registry
from app.entities.computed import rows
from app.entities.entity import Entity, Field
from app.extensions import db
from app.models.base import now
from app.models.schedules import Missed, Schedule, ScheduleKind, SlotState
from app.scheduling import firing
from app.scheduling.fields import InWords, LastRun, NextTime, Options
from app.security.access import load
from app.security.permissions import CONFIGURE, SEE, needs
from app.services import changes, records, rhythm, schedules
from app.services.drafts import Refused
from app.services.schedule_kinds import KINDS, Option, lines_of
from app.services.shape import shape_of
from app.times import zone

COMPUTED = {"filtered": False, "default": True}

entity = registry.register(
    Entity(
        model=Schedule,
        verb="configure",
        fields=[
            Field("name", default=True, required=True, link=True, bulk=False, aliases=("schedule",)),
            Field("kind", default=True, required=True, bulk=False, help="What it does"),
            Field("in_words", label="How often", kind=InWords("in_words"), **COMPUTED),
            Field("next_time", label="Next", kind=NextTime("next_time"), **COMPUTED),
            Field("last_run", kind=LastRun("last_run"), **COMPUTED),
            Field("is_paused", label="Paused", default=True),
            Field("when", required=True, help="every 15 minutes, or cron: minute hour day month weekday"),
            Field("zone", bulk=True, help="The zone of a cron time, such as Europe/Berlin"),
            Field("run_as", default=True, required=True, help="Whose rights it has"),
            Field("missed", help="What is done about times that passed while nothing ran"),
            Field(
                "options",
                listed=False,
                bulk=False,
                help="A line for each, such as “keep: 14”",
                kind=Options(shape_of(Schedule)["options"], Schedule),
            ),
        ],
    )
)

bp = Blueprint("scheduling", __name__, url_prefix="/schedules")
FORM = [item for item in entity.fields if item.editable]


@bp.get("/new")
@needs(CONFIGURE)
def new() -> str:
    """What shall it do? Then the form for that, filled in with what the address says."""
    if like := request.args.get("like", type=int):
        return _form(_like(like), {})
    if request.args.get("kind") in list(ScheduleKind):
        return _form(_usual(request.args), {})
    return dialog_or_page("schedules/kinds.html", kinds=KINDS)


def _usual(asked: Mapping[str, str]) -> dict[str, str]:
    """What the form of a new schedule holds before anybody types."""
    work = KINDS[ScheduleKind(asked["kind"])]
    usual = {"zone": current_user.zone, "run_as": current_user.username, "missed": Missed.ONCE}
    usual |= {"name": work.label, "when": "0 6 * * *", "is_paused": "no"}
    told = {item.name: asked.get(item.name, usual.get(item.name, "")) for item in FORM}
    return told | {"options": work.compose(asked)}


def _like(record_id: int) -> dict[str, str]:
    """What the form of a copy holds; its name is still to be said."""
    row = load(Schedule, record_id)
    return {item.name: typed(item, row[item.name]) for item in FORM} | {"name": ""}


@bp.post("/new")
@needs(CONFIGURE)
def create() -> Any:
    """A new schedule; 422 with the form and what is wrong."""
    if request.form.get("kind") not in list(ScheduleKind):
        abort(400)
    typed_in = {item.name: item.kind.of_form(request.form) for item in FORM}
    try:
        values = forms.parse(entity, typed_in, zone=zone())
        with changes.recording(current_user.id, "ui") as change_set:
            draft = records.create(change_set, Schedule, forms.resolve(change_set, entity, values))
            change_set.summary = f"New schedule: {entity.called(draft)}"
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _form(typed_in, error.errors), 422
    flash(told(change_set.summary, draft.warnings), f"change-set {change_set.id}")
    return leave(f"/schedules/{draft.record_id}")


def _form(typed_in: dict[str, str], errors: dict[str, str]) -> str:
    context = {"entity": entity, "row": None, "bases": {}, "theirs": {}}
    return render_template("schedules/form.html", typed_in=typed_in, errors=errors, **context)


@bp.get("/options")
@needs(SEE)
def options() -> str:
    """The inputs of a kind, which the form swaps in; what was typed for both kinds stays."""
    kind = request.args.get("kind", "")
    text = KINDS[ScheduleKind(kind)].compose(request.args) if kind in list(ScheduleKind) else ""
    return render_template("schedules/_options.html", inputs=inputs(kind, text))


@dataclass(frozen=True)
class Input:
    """An option as a form asks for it: its text, what there is to choose, what is wrong with it."""

    option: Option
    text: str
    offered: list[tuple[str, str]]
    error: str


def inputs(kind: str, text: str, error: str = "") -> list[Input]:
    """What the form asks for a kind of schedule; an error stands at the option that it names."""
    known = KINDS[ScheduleKind(kind)].options if kind in list(ScheduleKind) else ()
    said, (named, _, why) = lines_of(text), error.partition(": ")
    return [
        Input(option, text, _offered(option, text), _sentence(why) if option.name == named else "")
        for option in known
        for text in (said.get(option.name, option.write(option.default)),)
    ]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _offered(option: Option, text: str) -> list[tuple[str, str]]:
    """What can be chosen, with what was typed besides; nothing if it names something and there is none."""
    words = ["yes", "no"] if option.sort is bool else list(option.one_of) or _names(option)
    if words and text and text not in words:
        words.append(text)
    return [(word, word) for word in words]


def _names(option: Option) -> list[str]:
    if not option.of:
        return []
    named = registry.entity(option.of)
    ids = query.ids(query.understand(named, [("sort", "name")]))
    return [row["name"] for row in rows(named, ids, ["name"])]


def facts(kind: ScheduleKind, text: str) -> list[tuple[str, str]]:
    """The options of a schedule under their labels, those that say something; what is unknown under its name."""
    known = {option.name: option for option in KINDS[kind].options}
    said = {name: option.write(option.default) for name, option in known.items()} | lines_of(text)
    return [(known[name].label if name in known else name, word) for name, word in said.items() if word]


@bp.get("/times")
@needs(SEE)
def times() -> Any:
    """The next five times of a rhythm that somebody types; 422 with what is wrong with it."""
    found = _times(request.args)
    return render_template("schedules/_times.html", **found), 422 if found["wrong"] else 200


def _times(typed: Any) -> dict[str, Any]:
    try:
        found = rhythm.understand(typed.get("when", ""), typed.get("zone") or "UTC")
    except ValueError as error:
        return {"wrong": str(error), "upcoming": [], "words": ""}
    return {"wrong": "", "upcoming": found.next(now(), now()), "words": found.words}


@bp.post("/<int:record_id>/pause")
@needs(CONFIGURE)
def pause(record_id: int) -> Any:
    """No more times, until it is resumed."""
    return pages.do(entity, record_id, "paused", _pausing(record_id, True))


@bp.post("/<int:record_id>/resume")
@needs(CONFIGURE)
def resume(record_id: int) -> Any:
    """It goes on; what passed meanwhile is not made up for."""
    return pages.do(entity, record_id, "resumed", _pausing(record_id, False))


def _pausing(record_id: int, is_paused: bool) -> Any:
    return lambda change_set: records.update(change_set, Schedule, record_id, {"is_paused": is_paused})


@bp.post("/<int:record_id>/run")
@needs(CONFIGURE)
def run(record_id: int) -> Any:
    """Once now, besides its times."""
    load(Schedule, record_id, ["name"])
    slot = firing.run_now(record_id, now())
    db.session.commit()
    if slot.state is SlotState.FAILED:
        flash(slot.reason, "error")
        return redirect(f"/schedules/{record_id}", 303)
    return redirect(f"/jobs/{slot.job_id}", 303)


@bp.get("/<int:record_id>/runs")
@needs(SEE)
def runs(record_id: int) -> str:
    """Its latest times and what became of them; the page asks again by itself."""
    row = load(Schedule, record_id, ["name"])
    return dialog_or_page("schedules/runs.html", row=row, **_runs(record_id))


def _runs(record_id: int) -> dict[str, Any]:
    before = request.args.get("before", type=int)
    found = schedules.history(record_id, before)
    more = len(found) > schedules.PAGE
    return {"schedule_id": record_id, "slots": found[: schedules.PAGE], "more": more, "before": before}


def upcoming(record_id: int) -> list[Any]:
    """Its next five times; none while it is paused."""
    schedule = db.session.get_one(Schedule, record_id)
    try:
        found = rhythm.understand(schedule.when, schedule.zone)
    except ValueError:
        return []
    return [] if schedule.is_paused else found.next(now(), schedule.since)


def init_app(app: Any) -> None:
    """Register the views before those of the entity, whose form for a new one is too general."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(runs_of=_runs, upcoming_of=upcoming, kinds_of_schedules=KINDS)
    app.jinja_env.globals.update(schedule_inputs=inputs, schedule_facts=facts, schedule_times=_times)
