"""What is given to many systems at once, by workflows and by creators: told first, then made or left to a job."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.grid.pieces import lead_to
from app.blueprints.grid.wishes import rows_of
from app.blueprints.pasting import FINDING
from app.entities import registry
from app.entities.entity import words_of
from app.extensions import db
from app.htmx import wants_fragment
from app.models.jobs import Job
from app.services import changes, giving, jobs
from app.services.changes import Recording
from app.services.drafts import Refused
from app.services.giving import Plan, numbered
from app.services.naming import Answer, Found

UNCLEAR = [sort for sort in FINDING if sort[0] not in (Found.KNOWN, Found.DOUBLED)]
"""The pasted lines that are told beside a plan: those that mean no system for certain."""
Answered = str | BaseResponse | tuple[str, int]


@dataclass(frozen=True)
class Order:
    """What is to be given: how it is worked out, and the job that does it where it is too much for a request.

    Without a change set the plan is only told. `pasted` is what pasted names meant.
    """

    source: str
    address: str
    plan: Callable[[Recording | None], Plan]
    function: str
    arguments: dict[str, Any]
    pasted: Answer = field(default_factory=Answer)

    def enqueue(self, wanted: Plan) -> Job:
        """The job that does it; the caller commits."""
        title = f"{wanted.title[:150]} for {numbered(len(wanted.shares), 'system')}"
        function = f"app.jobs.giving.{self.function}"
        return jobs.enqueue(self.source, function, self.arguments, title=title, actor_id=current_user.id)

    def carry_out(self) -> tuple[Plan, Recording]:
        """Do it in one change set; what is there is looked up again."""
        wanted = Plan("", [])

        def work(change_set: Recording) -> None:
            nonlocal wanted
            wanted = self.plan(change_set)
            giving.carry_out(change_set, wanted)

        change_set = changes.record(work, current_user.id, self.source, "", job_id=None)
        db.session.commit()
        return wanted, change_set


def listed_systems() -> list[int]:
    """The systems that are named by id, or all that match a list's query."""
    return rows_of(registry.entity("systems"))


def respond(order: Callable[[], Order], show: Callable[..., str]) -> Answered:
    """Tell what the systems would get and what they have; with `apply`, make it.

    `show` renders the whole dialog, for a page without scripts.
    """
    try:
        asked = order()
        wanted = asked.plan(None)
        if "apply" not in request.form:
            return _preview(asked, wanted, show)
        if wanted.size > giving.AT_ONCE:
            return lead_to(asked.enqueue(wanted))
        wanted, change_set = asked.carry_out()
    except Refused as error:
        db.session.rollback()
        text = "; ".join(f"{words_of(name)}: {reason}" for name, reason in error.errors.items())
        if wants_fragment():
            return render_template("entity/_bulk_error.html", text=text), 422
        return show(errors=error.errors, error=text), 422
    return _said(asked, wanted, change_set)


def _preview(asked: Order, wanted: Plan, show: Callable[..., str]) -> str:
    context = {"plan": wanted, "order": asked, "unclear": UNCLEAR}
    return render_template("giving/_preview.html", **context) if wants_fragment() else show(**context)


def _said(asked: Order, wanted: Plan, change_set: Recording) -> str | BaseResponse:
    made = made_lists(wanted, change_set)
    if wants_fragment():
        context = {"plan": wanted, "order": asked, "unclear": UNCLEAR}
        return render_template("giving/_done.html", change_set=change_set, made=made, **context)
    flash(wanted.summary, f"change-set {change_set.id}" if change_set.changes else "message")
    if len(wanted.shares) == 1:
        return redirect(f"/systems/{wanted.shares[0].system_id}", 303)
    return redirect(made[0][1] if made else "/systems", 303)


def made_lists(wanted: Plan, change_set: Recording) -> list[tuple[str, str]]:
    """What was made, in words, and the address of the list that shows it."""
    at = change_set.at.replace(tzinfo=None).isoformat(" ", "microseconds")
    return [(words, f"/{plural}?{urlencode({'created_at': f'{at}Z'})}") for plural, words in wanted.made]
