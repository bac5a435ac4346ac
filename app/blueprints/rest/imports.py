"""REST of imports: a file into the list, without questions, at once or as a job."""

from typing import Any

from flask import Response, current_app, jsonify, request
from flask_login import current_user

from app.blueprints.rest.views import bp
from app.errors import answer
from app.extensions import db
from app.importing import runs, staging
from app.importing.actors import actor_for
from app.importing.at_once import import_bytes
from app.importing.kinds import USUAL
from app.importing.plan import Actor
from app.importing.profile import Profile
from app.importing.profiles import chosen
from app.importing.refusal import ImportRefused
from app.security.permissions import IMPORT, needs

_ASKED = {"kind": "kind", "name": "profile", "text": "profile_yaml"}
SMALL = 300
"""Files with more hosts are imported by a job."""


@bp.errorhandler(ImportRefused)
def refused(error: ImportRefused) -> Response:
    """422: nothing was done, and why."""
    db.session.rollback()
    return answer(422, str(error), errors=[{"row": None, "field": "file", "message": str(error)}])


@bp.post("/v1/imports")
@needs(IMPORT)
def import_file() -> Response | tuple[Response, int]:
    """Import the part `file` by the profile named in `profile` or written in `profile_yaml`, else by the usual."""
    file = request.files.get("file")
    if file is None:
        raise ImportRefused("The request has no part called “file”.")
    data, name = file.read(), (file.filename or "upload").replace("\\", "/").rpartition("/")[2]
    asked = {name: request.form.get(key, "") for name, key in _ASKED.items()}
    profile = chosen(current_user.id, **asked)
    kind = profile.kind if profile else asked["kind"] or USUAL
    actor = actor_for(current_user, kind=kind)
    dry_run = request.form.get("dry_run", "").strip().lower() in ("1", "true", "yes", "on")
    if not dry_run and data.count(b"\n") + data[:4].count(b"PK") * SMALL >= SMALL:
        return _as_job(data, name, kind, actor, profile)
    done = import_bytes(data, name, actor, kind=kind, profile=profile, dry_run=dry_run)
    if not dry_run:
        db.session.commit()
    return jsonify(done.result | {"id": done.run.id if done.run else None})


def _as_job(
    data: bytes, name: str, kind: str, actor: Actor, profile: Profile | None
) -> Response | tuple[Response, int]:
    """Plan it, answer the plan, let a job write it; without a change there is nothing to write."""
    opened = runs.open_bytes(data, actor.id, kind, profile)
    plan = opened.guarded(actor)
    planned: dict[str, Any] = runs.result_of(plan, None)
    if not plan.has_any:
        return jsonify(planned | {"id": None})
    directory = staging.directory_in(current_app.config["SETTINGS"].data_dir)
    run = runs.stage(data, name, actor.id, directory, kind, opened)
    run = runs.start(run, plan.digest(), actor.id)
    told = planned | {"id": run.id, "job": run.job_id}
    db.session.commit()
    return jsonify(told), 202
