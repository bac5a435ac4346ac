"""Analysts' memos: internal, never exported."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import current_user

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.extensions import db
from app.htmx import wants_fragment
from app.models.systems import Memo, System
from app.security.access import load
from app.security.permissions import SEE_INTERNAL, needs
from app.services import changes, deletion, records
from app.services.drafts import Refused
from app.services.reading import Row, read
from app.services.shape import shape_of

entity = register(
    Entity(
        model=Memo,
        search=("text", "system"),
        identity=("system", "text"),
        order="-updated_at",
        internal=True,
        fields=[
            Field("system", default=True, required=True, bulk=False),
            Field(
                "text",
                label="Memo",
                default=True,
                required=True,
                link=True,
                bulk=False,
                aliases=(
                    "memos",
                    "memo text",
                    "analyst memo",
                    "note",
                    "notes",
                    "comment",
                    "comments",
                    "remark",
                    "remarks",
                ),
            ),
        ],
    )
)

bp = Blueprint("system_memos", __name__)

_SHOWN = ("system", "text", "created_by", "created_at", "updated_by", "updated_at")


@bp.post("/systems/<int:record_id>/memos")
@needs(SEE_INTERNAL)
def add(record_id: int):
    """Add a memo to a system; what was typed stays when it is refused."""
    text = request.form.get("text", "")
    row = load(System, record_id)
    try:
        with changes.recording(current_user.id, "ui", f"Memo on {row['name']}") as change_set:
            records.create(change_set, Memo, {"system": record_id, "text": text})
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        if wants_fragment():
            return render_template("memos/_new.html", row=row, text=text, error=error.errors["text"]), 422
        flash(f"The memo {error.errors['text']}", "error")
        return redirect(f"/systems/{record_id}", 303)
    if wants_fragment():
        return render_template("memos/_new.html", row=row)
    return redirect(f"/systems/{record_id}#memos", 303)


def memos_of(system: Row) -> list[Row]:
    """The live memos of a system, the latest first."""
    attribute = shape_of(Memo)["system"]
    found = deletion.live_children(Memo, attribute, [system.id])
    return sorted(
        read(Memo, list(found), _SHOWN), key=lambda memo: (memo["created_at"], memo.id), reverse=True
    )


def init_app(app) -> None:
    """Register the view and what the page of a system asks."""
    app.jinja_env.globals.update(memos_of=memos_of, memo_entity=lambda: entity)
    app.register_blueprint(bp)
