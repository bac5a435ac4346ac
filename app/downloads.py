"""Files that people download: never shown in the browser, whatever is in them."""

from pathlib import Path
from typing import IO

from flask import Response, send_file


def attachment(source: IO[bytes] | Path, mimetype: str, name: str) -> Response:
    """The file under its name, with a policy under which nothing in it could run."""
    answer = send_file(source, mimetype, as_attachment=True, download_name=name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
