"""REST of export profiles: the file that a profile makes now."""

from flask import Response, request
from flask_login import current_user

from app.blueprints.export_profiles import file_of, format_of
from app.blueprints.rest import records as rest
from app.blueprints.rest.views import ID, bp, found
from app.errors import answer
from app.exporting import making
from app.security.permissions import EXPORT, needs


@bp.get(f"/v1/export-profiles/{ID}/file")
@needs(EXPORT)
def export_file(record_id: int) -> Response:
    """The file of a profile, however long it is; `format` instead of that of the profile."""
    rest.live(found("export-profiles"), record_id)
    try:
        export = making.export_of(record_id, current_user)
        return file_of(export, format_of(export, request.args.get("format", "")))
    except making.FAULTS as error:
        return answer(422, str(error))
